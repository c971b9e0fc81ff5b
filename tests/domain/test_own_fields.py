"""What no mapping row may fill: each field of the table is refused with its reason, and the default mapping has none of them."""

from __future__ import annotations

import pytest

from connector.domain import own_fields
from connector.domain.mapping_rows import faults
from connector.domain.own_fields import OWN_FIELDS, OwnField, Why
from connector.domain.rules import Pair, Rule

REFUSED = [each for each in OWN_FIELDS if each.why in (Why.IDENTIFIES, Why.BILLS)]
OTHERS = [each for each in OWN_FIELDS if each not in REFUSED]


def told(field: OwnField) -> str:
    return f"{field.pair} {field.target}"


@pytest.mark.parametrize("field", REFUSED, ids=told)
def test_a_row_to_a_field_of_the_connectors_own_is_refused_with_the_reason(field: OwnField) -> None:
    for target in (field.target, f"{field.target}.part"):
        fault = faults(Rule(field.pair, "Name", target))["target"]
        assert fault == f"The connector fills {field.target} itself: it {field.why}."


@pytest.mark.parametrize("field", OTHERS, ids=told)
def test_where_the_connector_only_stands_in_a_row_may_say_otherwise(field: OwnField) -> None:
    assert "target" not in faults(Rule(field.pair, "Name", field.target))


def test_no_field_is_told_of_twice() -> None:
    assert len({(each.pair, each.target) for each in OWN_FIELDS}) == len(OWN_FIELDS)


def test_the_name_of_one_field_is_not_taken_for_the_beginning_of_another() -> None:
    assert own_fields.refused(Pair.SUBSCRIPTION_CHARGE, "pricing") is not None
    assert own_fields.refused(Pair.SUBSCRIPTION_CHARGE, "pricingNote__c") is None
    assert own_fields.refused(Pair.CONTACT, "crmId") is None
