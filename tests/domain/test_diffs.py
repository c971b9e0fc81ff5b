from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain import JSON
from connector.domain.diffs import changes, patch
from connector.domain.operations import Change, Key, Noun, Ref
from connector.domain.rules import Pair

ACME_HOLDING = Key(Noun.ACCOUNT, "0015g00000HoLdIAAV")


@pytest.mark.parametrize(
    ("pair", "held", "wanted"),
    [
        (Pair.BILL_TO, {"country": "Bulgaria"}, {"country": "BG"}),
        (Pair.CONTACT, {"country": "United States"}, {"country": "USA"}),
        (Pair.BILL_TO, {"country": "Canada", "state": "New Brunswick"}, {"country": "CA", "state": "NB"}),
        (Pair.SOLD_TO, {"country": "United States", "state": "California"}, {"state": "CA"}),
        (Pair.SOLD_TO, {"country": "Germany", "state": "BAYERN"}, {"country": "DE", "state": "Bayern "}),
        (Pair.ACCOUNT, {"name": "Acme Corp"}, {"name": " Acme Corp "}),
        (Pair.ACCOUNT, {"notes": "one\ntwo"}, {"notes": "one\r\ntwo"}),
        (Pair.ACCOUNT, {"notes": None}, {"notes": ""}),
        (Pair.ACCOUNT, {}, {"notes": ""}),
        (Pair.ACCOUNT, {}, {"notes": None}),
        (Pair.ACCOUNT, {"notes": "  "}, {"notes": None}),
        (Pair.ACCOUNT, {"additionalEmailAddresses": None}, {"additionalEmailAddresses": []}),
        (
            Pair.ACCOUNT,
            {"additionalEmailAddresses": ["b@x.example", "a@x.example"]},
            {"additionalEmailAddresses": ["a@X.example", "b@x.example"]},
        ),
        (
            Pair.ACCOUNT,
            {"additionalEmailAddresses": "a@x.example"},
            {"additionalEmailAddresses": ["a@x.example"]},
        ),
        (Pair.ACCOUNT, {"billCycleDay": "1"}, {"billCycleDay": 1}),
        (Pair.ACCOUNT, {"Seats__c": 1}, {"Seats__c": "1.0"}),
        (Pair.ACCOUNT, {"Seats__c": "1.50"}, {"Seats__c": Decimal("1.5")}),
        (Pair.ACCOUNT, {"Seats__c": 0.1}, {"Seats__c": Decimal("0.1")}),
        (Pair.ACCOUNT, {"autoPay": "true"}, {"autoPay": True}),
        (Pair.ACCOUNT, {"Vip__c": "False"}, {"Vip__c": False}),
        (Pair.BILL_TO, {"workEmail": "Ada@acme.example"}, {"workEmail": "Ada@ACME.example"}),
        (Pair.ACCOUNT, {"taxInfo": None}, {"taxInfo": {"VATId": ""}}),
        (
            Pair.ACCOUNT,
            {"taxInfo": {"exemptEffectiveDate": "2026-01-31T00:00:00Z"}},
            {"taxInfo": {"exemptEffectiveDate": "2026-01-31"}},
        ),
        (Pair.ACCOUNT, {"billToContact": {"country": "France"}}, {"billToContact": {"country": "FR"}}),
        (Pair.ACCOUNT, {"currency": "USD"}, {"currency": "EUR"}),
        (Pair.ACCOUNT, {"parentId": Ref(ACME_HOLDING)}, {"parentId": Ref(ACME_HOLDING)}),
    ],
)
def test_what_zuora_only_writes_differently_is_no_change(pair: Pair, held: JSON, wanted: JSON) -> None:
    assert changes(held, wanted, pair=pair) == ()
    assert patch(held, wanted, pair=pair) == {}


@pytest.mark.parametrize(
    ("pair", "held", "wanted", "changed"),
    [
        (Pair.ACCOUNT, {"name": "Acme"}, {"name": "Acme Corp"}, [Change("name", "Acme", "Acme Corp")]),
        (Pair.ACCOUNT, {"name": "acme"}, {"name": "Acme"}, [Change("name", "acme", "Acme")]),
        (Pair.ACCOUNT, {"notes": "old"}, {"notes": ""}, [Change("notes", "old", "")]),
        (Pair.ACCOUNT, {}, {"autoPay": False}, [Change("autoPay", None, False)]),
        (Pair.ACCOUNT, {"autoPay": True}, {"autoPay": False}, [Change("autoPay", True, False)]),
        (Pair.ACCOUNT, {"billCycleDay": 1}, {"billCycleDay": True}, [Change("billCycleDay", 1, True)]),
        (Pair.BILL_TO, {"zipCode": "1234"}, {"zipCode": "01234"}, [Change("zipCode", "1234", "01234")]),
        (Pair.BILL_TO, {"zipCode": 1234}, {"zipCode": "01234"}, [Change("zipCode", 1234, "01234")]),
        (Pair.ACCOUNT, {"Version__c": "1.1"}, {"Version__c": "1.10"}, [Change("Version__c", "1.1", "1.10")]),
        (Pair.BILL_TO, {"country": "France"}, {"country": "DE"}, [Change("country", "France", "DE")]),
        (
            Pair.BILL_TO,
            {"country": "Canada", "state": "California"},
            {"country": "US", "state": "CA"},
            [Change("country", "Canada", "US"), Change("state", "California", "CA")],
        ),
        (Pair.BILL_TO, {"state": "California"}, {"state": "CA"}, [Change("state", "California", "CA")]),
        (
            Pair.BILL_TO,
            {"workEmail": "Ada@acme.example"},
            {"workEmail": "ada@acme.example"},
            [Change("workEmail", "Ada@acme.example", "ada@acme.example")],
        ),
        (
            Pair.ACCOUNT,
            {"taxInfo": {"VATId": "DE1", "companyCode": "A"}},
            {"taxInfo": {"VATId": "DE2", "companyCode": "A"}},
            [Change("taxInfo.VATId", "DE1", "DE2")],
        ),
        (Pair.ACCOUNT, {}, {"parentId": Ref(ACME_HOLDING)}, [Change("parentId", None, Ref(ACME_HOLDING))]),
        (
            Pair.ACCOUNT,
            {"crmId": "0015g00000AbCdE"},
            {"crmId": "0015g00000AbCdEAAV"},
            [Change("crmId", "0015g00000AbCdE", "0015g00000AbCdEAAV")],
        ),
    ],
)
def test_what_differs_is_named_with_before_and_after(
    pair: Pair, held: JSON, wanted: JSON, changed: list[Change]
) -> None:
    assert list(changes(held, wanted, pair=pair)) == changed


def test_a_patch_holds_only_what_differs_nested_as_it_was() -> None:
    held = {
        "name": "Acme Corp",
        "notes": "old",
        "taxInfo": {"VATId": "DE1", "companyCode": "A"},
        "billToContact": {"firstName": "Ada", "country": "France", "city": "Paris"},
        "batch": "Batch1",
    }
    wanted = {
        "name": "Acme Corp",
        "notes": "new",
        "taxInfo": {"VATId": "DE2", "companyCode": "A"},
        "billToContact": {"firstName": "Ada", "country": "FR", "city": "Lyon"},
    }
    assert patch(held, wanted, pair=Pair.ACCOUNT) == {
        "notes": "new",
        "taxInfo": {"VATId": "DE2"},
        "billToContact": {"city": "Lyon"},
    }


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(["", " ", "US", "United States", "CA", "California", "Canada", "1", "1.0", "true"])
    | st.text(max_size=8)
)
names = st.sampled_from(
    ["name", "notes", "currency", "country", "state", "workEmail", "billCycleDay", "autoPay", "X__c", "y"]
)
leaves = scalars | st.lists(scalars, max_size=3)
payloads = st.dictionaries(
    names | st.sampled_from(["taxInfo", "billToContact", "soldToContact"]),
    leaves | st.dictionaries(names, leaves, max_size=4),
    max_size=8,
)
pairs = st.sampled_from(list(Pair))


@given(payloads, pairs)
def test_what_is_identical_needs_no_update(payload: JSON, pair: Pair) -> None:
    assert changes(payload, copy.deepcopy(payload), pair=pair) == ()


@given(payloads, payloads, pairs)
def test_after_the_patch_nothing_differs(held: JSON, wanted: JSON, pair: Pair) -> None:
    body = patch(held, wanted, pair=pair)
    assert changes(_merged(held, body), wanted, pair=pair) == ()
    assert bool(body) == bool(changes(held, wanted, pair=pair))


@given(payloads, payloads, pairs)
def test_comparing_changes_neither_side(held: JSON, wanted: JSON, pair: Pair) -> None:
    before = copy.deepcopy((held, wanted))
    patch(held, wanted, pair=pair)
    assert (held, wanted) == before


def _merged(held: Mapping[str, object], body: JSON) -> JSON:
    result = dict(held)
    for name, value in body.items():
        inner = result.get(name)
        if isinstance(value, dict):
            result[name] = _merged(inner if isinstance(inner, dict) else {}, value)
        else:
            result[name] = value
    return result
