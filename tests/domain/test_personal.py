"""Nothing personal is left in what is stored, and everything else is."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connector.domain.personal import _ORDINARY, EMAIL, PHONE, STREET, Mask

ADA: dict[str, Any] = {
    "attributes": {"type": "Contact"},
    "Id": "003000000000001AAA",
    "Name": "Ada Lovelace",
    "FirstName": "Ada",
    "LastName": "Lovelace",
    "Email": "ada@example.com",
    "Phone": "+44 20 7946 0958",
    "MailingStreet": "12 St James's Square\nFlat 3",
    "MailingCity": "London",
}


def _mask(*seen: Any) -> Mask:
    mask = Mask()
    for each in seen:
        mask.learn(each)
    return mask


def test_a_sentence_still_says_which_record_and_what_to_do() -> None:
    said = _mask(ADA).text(
        "Contact Ada Lovelace (003000000000001AAA) of ACME in London: ada@example.com and +44 20 7946 0958 are refused."
    )

    assert said == f"Contact A… L… (003000000000001AAA) of ACME in London: {EMAIL} and {PHONE} are refused."


def test_fields_are_masked_by_their_names_whatever_is_known() -> None:
    payload = {
        "name": "Acme Corp",
        "billToContact": {
            "firstName": "Bo",
            "workEmail": "x",
            "address1": "1 Way",
            "city": "Rome",
            "zipCode": "1",
        },
        "Invoice_Email__c": "y",
        "changes": [
            {"field": "soldToContact.lastName", "before": "Byron", "after": "Lovelace"},
            {"field": "city", "before": "Rome", "after": "London"},
        ],
        "amount": 12,
    }

    assert _mask().value(payload) == {
        "name": "Acme Corp",
        "billToContact": {
            "firstName": "B…",
            "workEmail": EMAIL,
            "address1": STREET,
            "city": "Rome",
            "zipCode": "1",
        },
        "Invoice_Email__c": EMAIL,
        "changes": [
            {"field": "soldToContact.lastName", "before": "B…", "after": "L…"},
            {"field": "city", "before": "Rome", "after": "London"},
        ],
        "amount": 12,
    }


def test_a_field_of_another_name_is_masked_by_its_value() -> None:
    assert _mask(ADA).value({"Nutzer__c": "Lovelace", "strasse": "12 St James's Square"}) == {
        "Nutzer__c": "L…",
        "strasse": STREET,
    }


def test_a_person_of_an_ordinary_name_destroys_no_sentence() -> None:
    mask = _mask({**ADA, "Name": "Will Order", "FirstName": "Will", "LastName": "Order"})

    assert mask.text("Order 00000123 will be sent. Will the order wait?") == (
        "Order 00000123 will be sent. Will the order wait?"
    )
    assert mask.text("Contact Will Order is new.") == "Contact W… O… is new."
    assert mask.value({"lastName": "Order"}) == {"lastName": "O…"}


def test_the_name_of_the_account_stays_though_a_contact_is_made_of_it() -> None:
    account = {"attributes": {"type": "Account"}, "Name": "Acme Lovelace Ltd"}
    mask = _mask(account, ADA)

    assert mask.text("Account Acme Lovelace Ltd: Ada is new.") == "Account Acme Lovelace Ltd: A… is new."
    assert mask.value({"lastName": "Lovelace"}) == {"lastName": "L…"}


def test_the_id_of_an_owner_stays_and_the_name_of_one_does_not() -> None:
    owner = "005000000000001AAA"
    mask = _mask({"salesRep": owner})

    assert mask.value({"salesRep": owner}) == {"salesRep": owner}
    assert mask.text(f"Owner {owner} is gone.") == f"Owner {owner} is gone."
    assert mask.value({"salesRep": "Grace Hopper"}) == {"salesRep": "G… H…"}


def test_nothing_is_changed_that_is_given() -> None:
    before = json.dumps(ADA)
    _mask(ADA).value(ADA)
    assert json.dumps(ADA) == before


_texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
_fields = st.sampled_from(
    ["FirstName", "LastName", "Email", "Phone", "MailingStreet", "firstName", "workEmail", "address1", "fax"]
)
_ID, _NUMBER = "003000000000001AAA", "00000123"


@given(st.dictionaries(_fields, _texts, min_size=1))
def test_no_personal_value_is_left_anywhere(contact: dict[str, str]) -> None:
    mask = _mask(contact)
    stored = mask.value(
        {
            "sent": {"billToContact": contact},
            "message": [f"Contact {value} ({_ID}), order {_NUMBER}: refused." for value in contact.values()],
            "changes": [{"field": name, "before": None, "after": value} for name, value in contact.items()],
            "reasons": [f"The value “{value}” is too long" for value in contact.values()],
        }
    )
    texts = list(_leaves(stored))
    for value in contact.values():
        plain = " ".join(value.split())
        if len(plain) < 3 or plain.casefold() in _ORDINARY or re.fullmatch(r"[\d.,]+", plain):
            continue
        whole = re.compile(rf"(?<!\w){re.escape(plain)}(?!\w)")
        assert not [text for text in texts if whole.search(text)]
    assert all(_ID in text and _NUMBER in text for text in stored["message"])


def _leaves(value: Any) -> Any:
    if isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, str):
        yield value
