"""Accounts and contacts against the Zuora sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connector.clients.zuora import CreatedAccount, ZuoraClient
from connector.clients.zuora.names import account
from connector.errors import ConfigError, RecordError, RemoteRejected, RemoteUnavailable
from tests.clients.conftest import Reply, Sandbox, Script, tenant_client

ACME_ID = "001Dn00000AbCdEIAV"
HOLDING_ID = "001Dn00000HoLdIIAV"


@pytest.fixture
def client(tenant: Sandbox) -> Iterator[ZuoraClient]:
    with tenant_client(tenant) as made:
        yield made


def acme(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "name": "Acme Corp",
        "currency": "USD",
        "crmId": ACME_ID,
        "billCycleDay": 1,
        "autoPay": False,
        "salesRep": "Ada",
        "taxInfo": {"VATId": "DE123456789"},
        "additionalEmailAddresses": ["billing@acme.example", "ada@acme.example"],
        "billToContact": {
            "firstName": "Ada",
            "lastName": "Lovelace",
            "country": "US",
            "state": "CA",
            "zipCode": "94105",
        },
        "soldToContact": {
            "firstName": "Grace",
            "lastName": "Hopper",
            "country": "DE",
            "city": "Berlin",
            "zipCode": "10115",
        },
    }
    return given | changes


def create(client: ZuoraClient, key: str = "key-1", **changes: Any) -> CreatedAccount:
    return client.create_account(acme(**changes), idempotency_key=key)


def test_what_was_written_is_read_back_under_the_same_names(client: ZuoraClient) -> None:
    made = create(client)
    [found] = client.find_accounts([ACME_ID])
    for name in (
        "name",
        "currency",
        "crmId",
        "billCycleDay",
        "autoPay",
        "salesRep",
        "additionalEmailAddresses",
    ):
        assert found[name] == acme()[name]
    assert found["taxInfo"] == {"VATId": "DE123456789"}
    assert (found["id"], found["accountNumber"]) == (made.account_id, made.account_number)
    assert (found["billToId"], found["soldToId"]) == (made.bill_to_id, made.sold_to_id)
    assert found["billToContact"]["id"] == made.bill_to_id
    assert (found["billToContact"]["lastName"], found["billToContact"]["zipCode"]) == ("Lovelace", "94105")
    assert (found["soldToContact"]["city"], found["soldToContact"]["zipCode"]) == ("Berlin", "10115")
    assert not {"salesRepName", "vATId", "billTo", "soldTo"} & set(found)
    assert client.get_account(made.account_id) == found
    assert client.has_account(made.account_id)


def test_a_shared_contact_is_bill_to_and_sold_to(client: ZuoraClient) -> None:
    shared = acme(soldToSameAsBillTo=True)
    del shared["soldToContact"]
    made = client.create_account(shared, idempotency_key="key-1")
    assert made.sold_to_id == made.bill_to_id


def test_both_forms_of_a_crm_id_are_asked_for_in_one_call(client: ZuoraClient, tenant: Sandbox) -> None:
    create(client, crmId=ACME_ID[:15])
    create(client, key="key-2", name="Acme Holding", crmId=HOLDING_ID)
    found = client.find_accounts([ACME_ID, HOLDING_ID])
    assert sorted(record["crmId"] for record in found) == [ACME_ID[:15], HOLDING_ID]
    assert len(tenant.log("/object-query")) == 1


def test_zuora_matches_without_regard_to_case_and_nothing_is_hidden(client: ZuoraClient) -> None:
    create(client, crmId=ACME_ID.lower())
    assert [record["crmId"] for record in client.find_accounts([ACME_ID])] == [ACME_ID.lower()]


def test_nothing_is_asked_for_nobody(client: ZuoraClient, tenant: Sandbox) -> None:
    assert client.find_accounts([]) == []
    assert client.find_contacts([]) == []
    assert tenant.log() == []


def test_many_accounts_come_in_pages_and_in_few_calls(client: ZuoraClient, tenant: Sandbox) -> None:
    ids = [f"001Dn00000{number:05d}AAA" for number in range(120)]
    for twin in ("a", "b"):  # CRM ids are not unique: more answers than ids, so the cursor is needed
        accounts = [acme(name=f"{twin} {crm_id}", crmId=crm_id) for crm_id in ids]
        tenant.control("POST", "seed", {"accounts": accounts})
    found = client.find_accounts(ids)
    assert sorted(record["crmId"] for record in found) == sorted(ids * 2)
    assert len(tenant.log("/object-query")) <= 6


@pytest.mark.parametrize("value", ["", "a,b", "a]", "x' or '1'='1", "crmid.EQ:1", "é"])
def test_a_value_that_could_leave_the_filter_is_refused(
    client: ZuoraClient, tenant: Sandbox, value: str
) -> None:
    with pytest.raises(RecordError, match="not an id"):
        client.find_accounts([value])
    assert tenant.log() == []


def test_an_account_that_is_not_there_is_none(client: ZuoraClient) -> None:
    assert client.find_accounts([ACME_ID]) == []
    assert client.get_account("8ad00000000000000000000000000000") is None
    assert not client.has_account("8ad00000000000000000000000000000")


def test_an_update_changes_what_it_names(client: ZuoraClient) -> None:
    made = create(client)
    client.update_account(made.account_id, {"notes": "VIP", "salesRep": ""})
    found = client.get_account(made.account_id) or {}
    assert found["notes"] == "VIP"
    assert not found.get("salesRep")
    assert found["name"] == "Acme Corp"


def test_a_parent_is_linked_by_its_id(client: ZuoraClient) -> None:
    holding = create(client, key="key-1", name="Acme Holding", crmId=HOLDING_ID)
    create(client, key="key-2", parentId=holding.account_id)
    [found] = client.find_accounts([ACME_ID])
    assert found["parentId"] == holding.account_id


def test_contacts_are_created_found_and_updated_under_write_names(client: ZuoraClient) -> None:
    made = create(client)
    contact_id = client.create_contact(
        {
            "accountId": made.account_id,
            "firstName": "Alan",
            "lastName": "Turing",
            "zipCode": "SW1",
            "crmId__c": "003x",
        },
        idempotency_key="key-2",
    )
    client.update_contact(contact_id, {"city": "London"})
    found = {contact["id"]: contact for contact in client.find_contacts([made.account_id])}
    assert set(found) == {made.bill_to_id, made.sold_to_id, contact_id}
    turing = found[contact_id]
    assert (turing["zipCode"], turing["city"], turing["crmId__c"]) == ("SW1", "London", "003x")
    assert turing["accountId"] == made.account_id


def test_a_refusal_says_which_value_and_what_to_do(client: ZuoraClient) -> None:
    bad = acme()
    bad["billToContact"]["state"] = "Atlantis"
    with pytest.raises(RemoteRejected, match="Correct the value in Salesforce") as caught:
        client.create_account(bad, idempotency_key="key-1")
    assert caught.value.record == ACME_ID
    assert caught.value.request_id
    assert caught.value.code.endswith("20")


def test_a_field_the_tenant_lacks_is_the_operators_matter(client: ZuoraClient) -> None:
    with pytest.raises(ConfigError, match=r"Region__c.*Create the field in Zuora"):
        create(client, Region__c="West")


def test_the_same_key_gives_the_same_account(client: ZuoraClient, tenant: Sandbox) -> None:
    assert create(client) == create(client)
    assert len(client.find_accounts([ACME_ID])) == 1


def test_an_answer_without_the_fields_we_need_is_unexpected(zuora: ZuoraClient, script: Script) -> None:
    script.answer({"size": 0})
    with pytest.raises(RemoteRejected, match=r"unexpected reply.*data"):
        zuora.find_accounts([ACME_ID])


def test_a_cursor_that_leads_round_in_a_circle_is_left(zuora: ZuoraClient, script: Script) -> None:
    script.answer({"data": [{"id": "8a1"}], "nextPage": "c1"}, {"data": [], "nextPage": "c1"})
    with pytest.raises(RemoteRejected, match="repeated"):
        zuora.find_accounts([ACME_ID])
    assert script.api[1].query["cursor"] == ["c1"]


def test_a_new_contact_without_an_id_is_in_doubt(zuora: ZuoraClient, script: Script) -> None:
    script.answer(Reply({"success": True, "firstName": "Ada"}))
    with pytest.raises(RemoteUnavailable, match="holds no id") as caught:
        zuora.create_contact({"firstName": "Ada"}, idempotency_key="k")
    assert caught.value.outcome_unknown is True


def test_every_read_name_becomes_its_write_name() -> None:
    read = {
        "salesRepName": "r",
        "vATId": "v",
        "taxExemptStatus": "No",
        "taxExemptCertificateID": "c",
        "additionalEmailAddresses": "a@x.example, b@x.example",
        "billTo": {"postalCode": "1"},
        "soldTo": None,
        "Region__c": "West",
    }
    assert account(read) == {
        "salesRep": "r",
        "taxInfo": {"VATId": "v", "exemptStatus": "No", "exemptCertificateId": "c"},
        "additionalEmailAddresses": ["a@x.example", "b@x.example"],
        "billToContact": {"zipCode": "1"},
        "Region__c": "West",
    }


@pytest.mark.parametrize("number", ["SF-001", "SF 001?#%"])
def test_an_account_is_read_by_its_number_however_it_is_spelt(client: ZuoraClient, number: str) -> None:
    made = create(client, accountNumber=number)
    found = client.account_of_number(number)
    assert found is not None
    assert (found.account_id, found.account_number, found.crm_id) == (made.account_id, number, ACME_ID)
    assert (found.bill_to_id, found.sold_to_id) == (made.bill_to_id, made.sold_to_id)


def test_a_number_nobody_has_is_no_account(client: ZuoraClient) -> None:
    create(client)
    assert client.account_of_number("SF-002") is None


def test_an_account_without_a_crm_id_is_read_by_its_number(client: ZuoraClient) -> None:
    create(client, accountNumber="SF-001", crmId="")
    found = client.account_of_number("SF-001")
    assert found is not None
    assert found.crm_id == ""
