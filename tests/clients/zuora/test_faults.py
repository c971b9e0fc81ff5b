"""What goes wrong between Zuora and us, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connector.clients.tokens import MemoryTokenCache
from connector.clients.zuora import CreatedAccount, ZuoraClient
from connector.errors import ConfigError, RemoteRejected, RemoteUnavailable
from connector.sandbox.zuora.tenant import CLIENT_ID, CLIENT_SECRET
from tests.clients.conftest import Sandbox, tenant_client, zuora_credentials

ACME_ID = "001Dn00000AbCdEIAV"


@pytest.fixture
def client(tenant: Sandbox) -> Iterator[ZuoraClient]:
    with tenant_client(tenant) as made:
        yield made


def create(client: ZuoraClient) -> CreatedAccount:
    payload = {
        "name": "Acme Corp",
        "currency": "USD",
        "crmId": ACME_ID,
        "billCycleDay": 1,
        "autoPay": False,
        "billToContact": {"firstName": "Ada", "lastName": "Lovelace"},
    }
    return client.create_account(payload, idempotency_key="key-1")


@pytest.mark.parametrize("action", ["drop_after", "malformed", "half_body"])
def test_a_create_in_doubt_was_carried_out_once_and_its_key_brings_the_answer(
    client: ZuoraClient, tenant: Sandbox, action: str
) -> None:
    tenant.fault(action, method="POST", path="^/v1/accounts$")
    with pytest.raises(RemoteUnavailable) as caught:
        create(client)
    assert caught.value.outcome_unknown is True
    assert len(tenant.log("/v1/accounts")) == 1
    again = create(client)
    [found] = client.find_accounts([ACME_ID])
    assert found["id"] == again.account_id


def test_a_create_dropped_on_its_way_is_in_doubt_as_well(client: ZuoraClient, tenant: Sandbox) -> None:
    tenant.fault("drop_before", method="POST", path="^/v1/accounts$")
    with pytest.raises(RemoteUnavailable) as caught:
        create(client)
    assert caught.value.outcome_unknown is True
    assert client.find_accounts([ACME_ID]) == []


def test_a_create_that_stalls_beyond_the_timeout_is_in_doubt(tenant: Sandbox) -> None:
    tenant.fault("stall", method="POST", path="^/v1/accounts$", seconds=0.6)
    with tenant_client(tenant, read_timeout=0.2) as hasty:
        with pytest.raises(RemoteUnavailable, match=r"within 0\.2 s") as caught:
            create(hasty)
        assert caught.value.outcome_unknown is True


def test_html_of_a_gateway_leaves_a_create_in_doubt_and_a_read_repeated(
    client: ZuoraClient, tenant: Sandbox
) -> None:
    tenant.fault("html", method="POST", path="^/v1/accounts$")
    with pytest.raises(RemoteUnavailable) as caught:
        create(client)
    assert (caught.value.status, caught.value.outcome_unknown) == (502, True)
    tenant.fault("html", path="^/object-query", times=2)
    assert client.find_accounts([ACME_ID]) == []
    assert tenant.pauses.taken == [0.5, 1.0]


def test_json_said_to_be_html_is_still_an_answer(client: ZuoraClient, tenant: Sandbox) -> None:
    tenant.fault("wrong_content_type", method="POST", path="^/v1/accounts$")
    assert create(client).account_id


def test_a_lock_is_waited_for_by_an_update_and_handed_up_by_a_create(
    client: ZuoraClient, tenant: Sandbox
) -> None:
    made = create(client)
    tenant.fault("lock", method="PUT")
    client.update_account(made.account_id, {"notes": "x"})
    tenant.fault("lock", method="POST")
    with pytest.raises(RemoteUnavailable) as caught:
        client.create_contact(
            {"accountId": made.account_id, "firstName": "A", "lastName": "T"}, idempotency_key="k"
        )
    assert caught.value.outcome_unknown is False


def test_a_token_that_expires_in_the_middle_is_renewed_once(client: ZuoraClient, tenant: Sandbox) -> None:
    made = create(client)
    tenant.control("POST", "expire-tokens")
    client.update_account(made.account_id, {"notes": "x"})
    client.update_account(made.account_id, {"notes": "y"})
    assert tenant.tokens() == 2
    assert client.calls.token == 2


def test_a_limit_is_waited_out_as_long_as_zuora_says(client: ZuoraClient, tenant: Sandbox) -> None:
    tenant.fault("status", path="^/object-query", status=429, headers={"Retry-After": "7"})
    assert client.find_accounts([ACME_ID]) == []
    assert tenant.pauses.taken == [7.0]


def test_a_wrong_secret_names_the_connection_and_is_not_saved_by_a_kept_token(tenant: Sandbox) -> None:
    kept = MemoryTokenCache()
    right = zuora_credentials(client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
    with ZuoraClient(right, tenant.network(), kept) as client:
        client.find_accounts([ACME_ID])
    wrong = zuora_credentials(client_id=CLIENT_ID, client_secret="no-such-secret")
    with (
        ZuoraClient(wrong, tenant.network(), kept, sleep=tenant.pauses) as client,
        pytest.raises(ConfigError, match="'Zuora test'"),
    ):
        client.find_accounts([ACME_ID])
    assert tenant.tokens() == 2


@pytest.mark.parametrize("version", ["2025-08-12", "2024-05-20", "341.0"])
def test_errors_mean_the_same_under_every_version(tenant: Sandbox, version: str) -> None:
    credentials = zuora_credentials(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, zuora_version=version)
    with ZuoraClient(credentials, tenant.network(), MemoryTokenCache(), sleep=tenant.pauses) as client:
        made = create(client)
        assert client.get_order("00000101") is None
        assert client.find_rate_plan("01tDn00000AbCdEIAV") is None
        with pytest.raises(ConfigError, match="Region__c"):
            client.update_account(made.account_id, {"Region__c": "West"})
        with pytest.raises(RemoteRejected, match="Correct the value"):
            client.update_contact(made.bill_to_id, {"country": "Atlantis"})
        tenant.fault("lock", method="PUT")
        client.update_account(made.account_id, {"notes": "x"})
        tenant.control("POST", "expire-tokens")
        client.update_account(made.account_id, {"notes": "y"})
    assert tenant.tokens() == 2
