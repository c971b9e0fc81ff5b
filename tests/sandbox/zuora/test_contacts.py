"""Contacts of their own."""

from __future__ import annotations

from typing import Any

import pytest

BAD_VALUE, UNKNOWN, MISSING, RULE, NOT_FOUND = 20, 21, 22, 30, 40


def test_a_contact_lives_and_goes(zuora: Any, make_contact_body: Any) -> None:
    account = zuora.account()
    body = make_contact_body(
        accountNumber=account["accountNumber"], country="GB", state="Kent", crmId__c="003A"
    )
    made = zuora.done("POST", "/v1/contacts", body)
    assert (made["accountId"], made["country"], made["crmId__c"]) == (
        account["accountId"],
        "United Kingdom",
        "003A",
    )
    path = f"/v1/contacts/{made['id']}"
    changed = zuora.done("PUT", path, {"workPhone": "+44 1", "city": ""})
    assert (changed["workPhone"], changed["city"], changed["lastName"]) == ("+44 1", None, "Lovelace")
    assert zuora.done("GET", path) == changed
    zuora.done("DELETE", path)
    assert zuora.refused("GET", path, status=404)[0][0] == NOT_FOUND


@pytest.mark.parametrize("role", ["billToContactId", "soldToContactId"])
def test_a_contact_in_use_is_not_deleted(zuora: Any, role: str) -> None:
    contact_id = zuora.account()[role]
    assert zuora.refused("DELETE", f"/v1/contacts/{contact_id}")[0][0] == RULE
    zuora.done("GET", f"/v1/contacts/{contact_id}")


@pytest.mark.parametrize(
    ("changes", "category"),
    [
        ({"accountId": ...}, MISSING),
        ({"lastName": ...}, MISSING),
        ({"accountId": "8ad00000000000000000000000000000"}, BAD_VALUE),
        ({"postalCode": "94105"}, UNKNOWN),
        ({"nickname__c": "x"}, UNKNOWN),
        ({"workEmail": "not an address"}, BAD_VALUE),
        ({"otherPhoneType": "Fax"}, BAD_VALUE),
        ({"mobilePhone": "x" * 101}, BAD_VALUE),
        ({"firstName": "\U0001f469"}, BAD_VALUE),
        ({"country": "Atlantis"}, BAD_VALUE),
        ({"crmId__c": "x" * 256}, BAD_VALUE),
    ],
)
def test_what_is_refused(zuora: Any, make_contact_body: Any, changes: dict[str, Any], category: int) -> None:
    body = make_contact_body(**({"accountId": zuora.account()["accountId"]} | changes))
    reasons = zuora.refused("POST", "/v1/contacts", body)
    assert category in [found for found, _ in reasons]
    assert len(zuora.state()["contacts"]) == 2


def test_id_and_number_must_agree(zuora: Any, make_contact_body: Any) -> None:
    one, two = zuora.account(), zuora.account()
    body = make_contact_body(accountId=one["accountId"], accountNumber=two["accountNumber"])
    assert "different" in zuora.refused("POST", "/v1/contacts", body)[0][1]


def test_country_and_state_are_judged_as_they_will_stand(zuora: Any) -> None:
    path = f"/v1/contacts/{zuora.account()['billToContactId']}"
    assert "California" in zuora.refused("PUT", path, {"country": "Canada"})[0][1]
    changed = zuora.done("PUT", path, {"country": "Canada", "state": "ON"})
    assert (changed["country"], changed["state"]) == ("Canada", "Ontario")


def test_an_account_has_only_so_many_contacts(zuora: Any, make_contact_body: Any) -> None:
    zuora.settings(most_contacts=3)
    body = make_contact_body(accountId=zuora.account()["accountId"])
    zuora.done("POST", "/v1/contacts", body)
    assert zuora.refused("POST", "/v1/contacts", body)[0][0] == RULE
