"""Credentials, tokens and rights: said plainly to the operator, tried once, and made good by the next run."""

from __future__ import annotations

import pytest

from connector.errors import ConfigError, RemoteUnavailable
from connector.sync.outcome import Result, Status
from tests.cast import ACME_CORP, ADA, account, contact, order
from tests.services.world import SECRETS
from tests.sync.faults import assert_whole, birth, portrait, undisturbed
from tests.sync.world import World, results


def test_wrong_salesforce_credentials_stop_the_run_before_zuora_is_asked(world: World) -> None:
    expected = undisturbed(world, birth)
    birth(world)
    world.salesforce_secret = "wrong"
    with pytest.raises(ConfigError) as refused:
        world.sync()
    assert refused.value.message == (
        f"Account {ACME_CORP} could not be looked up, nothing was written: Connection 'Acme org' cannot log in to "
        "Salesforce: invalid_client: invalid client credentials. Check the consumer key and secret."
    )
    assert refused.value.who_acts == "The operator of this connector"
    assert world.zuora.requests() == []
    assert len(world.salesforce.requests()) == 1
    world.salesforce_secret = SECRETS[0]
    assert world.sync().status is Status.SUCCEEDED
    assert portrait(world) == expected.portrait
    assert_whole(world)


def test_wrong_zuora_credentials_stop_the_run_and_are_tried_once(world: World) -> None:
    expected = undisturbed(world, birth)
    birth(world)
    world.zuora_secret = "wrong"
    with pytest.raises(ConfigError) as refused:
        world.sync()
    assert refused.value.message == (
        f"Account {ACME_CORP} could not be looked up, nothing was written: Zuora refused the credentials of connection "
        "'Acme tenant' (HTTP 401). Check its client id and secret, that the OAuth client is active, and that "
        "zuora.sandbox.test is the data centre of the tenant."
    )
    assert [call["path"] for call in world.zuora.requests()] == ["/oauth/token"]
    world.zuora_secret = SECRETS[1]
    assert world.sync().status is Status.SUCCEEDED
    assert portrait(world) == expected.portrait


@pytest.mark.parametrize("number", range(4))
def test_a_salesforce_session_that_ends_in_mid_run_is_renewed_once(world: World, number: int) -> None:
    expected = undisturbed(world, birth)
    birth(world)
    world.salesforce.fault("expire_token", "GET", "/query(All)?/$", skip=number)
    assert world.sync().status is Status.SUCCEEDED
    assert world.salesforce.faults_fired == 1
    assert portrait(world) == expected.portrait
    assert world.call_counts()["salesforce POST /services/oauth2/token"] == 2


@pytest.mark.parametrize("number", range(0, 12, 3))
def test_a_zuora_token_that_ends_in_mid_run_is_renewed_once(world: World, number: int) -> None:
    expected = undisturbed(world, birth)
    birth(world)
    world.zuora.fault("expire_token", None, "^/v1/", skip=number)
    assert world.sync().status is Status.SUCCEEDED
    assert world.zuora.faults_fired == 1
    assert portrait(world) == expected.portrait
    assert world.call_counts()["zuora POST /oauth/token"] == 2
    assert_whole(world)


def test_credentials_withdrawn_in_mid_run_leave_what_is_done_and_say_who_acts(world: World) -> None:
    expected = undisturbed(world, birth)
    birth(world)
    world.zuora.fault("expire_token", "POST", "^/v1/contacts$", times=None)
    world.zuora.fault("status", "POST", "^/oauth/token$", skip=1, times=None, status=401)
    report = world.sync()
    assert len(world.accounts()) == 1
    assert world.orders() == []
    assert results(report)[f"contact:{ADA}"] == "failed"
    assert report.who_acts == "The operator of this connector"
    assert report.message.startswith(
        f"Contact Ada Lovelace ({ADA}) could not be created: Zuora refused the credentials"
    )
    world.zuora.heal()
    with pytest.raises(ConfigError, match="No new login was tried"):
        world.sync()
    world.tokens.clear()  # a minute has gone by, or Test connection was pressed
    assert world.sync().status is Status.SUCCEEDED
    assert portrait(world) == expected.portrait


def test_a_missing_right_is_not_taken_for_a_passing_fault(world: World) -> None:
    world.seed(account(contacts=[contact(ADA)]))
    denied = {"success": False, "reasons": [{"code": 53100010, "message": "You have no permission."}]}
    world.zuora.fault("status", "POST", "^/v1/contacts$", status=403, body=denied, times=None)
    report = world.sync()
    assert len(world.accounts()) == 1
    (failed,) = report.failures
    assert failed.result is Result.FAILED
    assert "You have no permission" in failed.message
    assert "Give the OAuth client's user the permission for this in Zuora, then resync." in failed.message
    assert report.unavailable is None
    assert world.writes().count("POST /v1/contacts") == 1


def test_a_tenant_without_the_identity_field_is_told_which_one_to_make(world: World) -> None:
    """Without it contacts could not be found again: nothing is created rather than created twice."""
    world.tenant.settings.custom_fields["Contact"].clear()
    world.seed(account(contacts=[contact(ADA)]))
    report = world.sync()
    assert world.state("accounts") == []
    assert "crmId__c" in report.message
    assert "Create the field in Zuora" in report.message
    assert report.who_acts == "The operator of this connector"


def test_an_allowance_of_calls_that_is_used_up_is_left_to_the_job(world: World) -> None:
    world.seed(account())
    world.org.change_settings({"api_request_limit": 1})
    with pytest.raises(RemoteUnavailable) as used_up:
        world.sync()
    assert used_up.value.retry_after == 1800
    assert "The org's allowance of API calls for 24 hours is used up" in used_up.value.message
    assert world.writes() == []
    world.org.change_settings({"api_request_limit": None})
    assert world.sync().status is Status.SUCCEEDED


def test_a_field_of_the_mapping_that_was_removed_is_named(world: World) -> None:
    world.seed(account(orders=[order()]))
    world.org.change_settings({"hidden_fields": {"Order": ["SBQQ__Contracted__c"]}})
    with pytest.raises(ConfigError) as hidden:
        world.sync()
    assert "Salesforce knows no field SBQQ__Contracted__c" in hidden.value.message
    assert world.writes() == []
