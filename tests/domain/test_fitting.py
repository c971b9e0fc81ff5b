from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain import fields
from connector.domain.fields import Kind
from connector.domain.fitting import Fitted, fit
from connector.domain.rules import Pair
from connector.domain.values import Unconvertible, is_empty


def fitted(pair: Pair, target: str, value: object) -> Fitted:
    field = fields.find(pair, target)
    assert field is not None
    return fit(field, value)


@pytest.mark.parametrize(
    ("pair", "target", "value", "expected"),
    [
        (Pair.ACCOUNT, "name", " Acme\x00\nCorp ", "Acme Corp"),
        (Pair.ACCOUNT, "notes", "one\r\ntwo", "one\ntwo"),
        (Pair.ACCOUNT, "notes", "\U0001f680", "\U0001f680"),
        (Pair.ACCOUNT, "name", "x" * 255, "x" * 255),
        (Pair.ACCOUNT, "name", f"  {'x' * 255}  ", "x" * 255),
        (Pair.ACCOUNT, "salesRep", 7.0, "7"),
        (Pair.ACCOUNT, "billCycleDay", "15", 15),
        (Pair.ACCOUNT, "autoPay", "no", False),
        (Pair.ACCOUNT, "taxInfo.exemptEffectiveDate", "2026-01-31T00:00:00Z", "2026-01-31"),
        (Pair.ACCOUNT, "einvoiceProfile.businessCategory", "b2b", "B2B"),
        (Pair.BILL_TO, "address1", "1 Main St\nFloor 2", "1 Main St\nFloor 2"),
        (Pair.BILL_TO, "otherPhoneType", "home", "Home"),
        (Pair.BILL_TO, "workEmail", " ada@acme.example ", "ada@acme.example"),
        (Pair.CONTACT, "crmId__c", "0035g00000AdAaaAAC", "0035g00000AdAaaAAC"),
        (Pair.CONTACT, "Seats__c", 12.5, 12.5),
        (Pair.CONTACT, "Vip__c", False, False),
        (
            Pair.ACCOUNT,
            "additionalEmailAddresses",
            "ada@acme.example; grace@acme.example,ada@acme.example",
            ["ada@acme.example", "grace@acme.example"],
        ),
        (Pair.ACCOUNT, "additionalEmailAddresses", ["ada@acme.example", None], ["ada@acme.example"]),
    ],
)
def test_a_value_takes_the_form_its_field_wants(
    pair: Pair, target: str, value: object, expected: object
) -> None:
    assert fitted(pair, target, value) == Fitted(expected)


@pytest.mark.parametrize(
    ("pair", "target", "value", "reason"),
    [
        (Pair.ACCOUNT, "name", "x" * 256, "has 256 characters, but Zuora takes at most 255 in name"),
        (Pair.ACCOUNT, "name", "Acme \U0001f680", "holds the character \U0001f680 .U.1F680 ROCKET., which"),
        (Pair.BILL_TO, "lastName", "Lovelace\U0001f600", "Zuora refuses in lastName"),
        (Pair.SOLD_TO, "zipCode", "x" * 21, "at most 20 in zipCode"),
        (Pair.ACCOUNT, "notes", {"city": "Paris"}, "is a group of values"),
        (Pair.ACCOUNT, "notes", math.nan, "is no number"),
        (Pair.ACCOUNT, "billCycleDay", "first", "is no number"),
        (Pair.ACCOUNT, "billCycleDay", 1.5, "is no whole number"),
        (Pair.ACCOUNT, "autoPay", "perhaps", "is neither yes nor no"),
        (Pair.ACCOUNT, "taxInfo.exemptExpirationDate", "soon", "is no date"),
        (Pair.BILL_TO, "otherPhoneType", "Car", "is none of what Zuora takes .*: Work, Mobile, Home, Other"),
        (Pair.CONTACT, "Seats__c", math.inf, "is no number"),
        (Pair.CONTACT, "Seats__c", ["a"], "is a group of values"),
        (Pair.ACCOUNT, "additionalEmailAddresses", [["a"]], "is a group of values"),
    ],
)
def test_what_zuora_would_refuse_is_refused_with_the_reason(
    pair: Pair, target: str, value: object, reason: str
) -> None:
    with pytest.raises(Unconvertible, match=reason):
        fitted(pair, target, value)


def test_malformed_addresses_are_left_out_and_named() -> None:
    assert fitted(Pair.BILL_TO, "workEmail", "ada at acme") == Fitted("", ("ada at acme",))
    assert fitted(Pair.ACCOUNT, "additionalEmailAddresses", "ada@acme.example, ada") == Fitted(
        ["ada@acme.example"], ("ada",)
    )


pairs = st.sampled_from(list(Pair))
scalars = st.text(max_size=300) | st.integers() | st.floats() | st.booleans() | st.emails()


@given(st.data(), pairs, scalars)
def test_what_fits_keeps_every_limit_of_its_field(data: st.DataObject, pair: Pair, value: object) -> None:
    field = fields.find(pair, data.draw(st.sampled_from(fields.names(pair))))
    assert field is not None
    try:
        found = fit(field, value).value
    except Unconvertible:
        return
    expected = {Kind.BOOLEAN: bool, Kind.INTEGER: int, Kind.LIST: list}.get(field.kind, str)
    assert type(found) is expected
    if isinstance(found, str):
        assert len(found) <= (field.max_length or len(found))
        assert field.four_byte or all(ord(char) <= 0xFFFF for char in found)
        assert is_empty(found) or not field.choices or found in field.choices
