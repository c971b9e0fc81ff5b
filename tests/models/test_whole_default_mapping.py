"""Migration 0028: what the connector filled without a row becomes rows of the integrations that stand already, and back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connector.domain.rules import Pair, Rule
from connector.models import FieldMapping, Integration
from connector.models.default_mapping import DEFAULT_RULES
from tests.models import rows
from tests.models.migrating import migrate

OF_ORDERS = ("product", "rate_plan", "charge", "order", "order_line_item")
NEVER_SENT = {("order", "description"), ("order_line_item", "description")}
UNKNOWN_BEFORE = {
    *NEVER_SENT,
    ("charge", "UseDiscountSpecificAccountingCode"),
    *((rule.pair.value, rule.target) for rule in DEFAULT_RULES if rule.target.startswith("quote.")),
}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def before() -> Iterator[Integration]:
    """An integration of the release before: none of its rows is about products or orders."""
    integration = rows.integration()
    migrate("0027")
    integration.mappings.filter(pair__in=OF_ORDERS).delete()
    FieldMapping.history.all().delete()
    try:
        yield integration
    finally:
        migrate()


def targets(integration: Integration) -> set[tuple[str, str]]:
    return set(integration.mappings.values_list("pair", "target"))


def test_an_integration_that_stands_gets_the_rows_of_the_whole_default_mapping(before: Integration) -> None:
    migrate()
    stored = {(row.pair, row.target): row.rule() for row in before.mappings.all()}
    assert stored == {(rule.pair.value, rule.target): rule for rule in DEFAULT_RULES}
    off = before.mappings.filter(is_active=False)
    assert set(off.values_list("pair", "target")) == NEVER_SENT
    made = FieldMapping.history.all()
    assert {each.history_type for each in made} == {"+"}
    assert {(each.pair, each.target) for each in made} == {
        key for key in targets(before) if key[0] in OF_ORDERS
    }


def test_a_row_that_fills_the_field_already_stays_as_it_is(before: Integration) -> None:
    kept = Rule(Pair.CHARGE, "Family", "Name")
    FieldMapping.from_rule(kept, integration=before, position=90).save()
    migrate()
    row = before.mappings.get(pair="charge", target="Name")
    assert (row.rule(), row.position) == (kept, 90)
    others = before.mappings.filter(pair__in=OF_ORDERS).exclude(pk=row.pk)
    assert min(others.values_list("position", flat=True)) > 90


OWN = {
    "another source": (Rule(Pair.CHARGE, "Family", "AccountingCode"), True, "Z_Accounting_Code__c"),
    "switched off": (Rule(Pair.PRODUCT, "Description", "Description"), False, "the product's Description"),
    "made of another": (
        Rule(Pair.CHARGE, "Z_Deferred_Revenue_Account__c", "DeferredRevenueAccount", transform="lookup"),
        True,
        "Z_Deferred_Revenue_Account__c",
    ),
    "kind of an item": (Rule(Pair.ORDER_LINE_ITEM, "Kind__c", "itemType"), True, "“Product”"),
    "the default's own": (Rule(Pair.CHARGE, "z_accounting_code__c", "AccountingCode"), True, ""),
    "a value always": (Rule(Pair.CHARGE, "Family", "RecognizedRevenueAccount", default="Revenue"), True, ""),
    "needed": (Rule(Pair.CHARGE, "Family", "AccountingCode", required=True), True, ""),
    "never sent": (Rule(Pair.ORDER, "Name", "description"), False, ""),
}


def test_rows_are_told_what_they_no_longer_fall_back_on(before: Integration) -> None:
    """Each in an integration of its own, as a row of that field may stand once."""
    stored = {}
    for number, (rule, is_active, _) in enumerate(OWN.values()):
        of = rows.integration(name=f"Acme {number}")
        of.mappings.filter(pair__in=OF_ORDERS).delete()
        row = FieldMapping.from_rule(rule, integration=of, position=90)
        row.is_active, row.note = is_active, "Agreed with finance."
        row.save()
        stored[number] = row
    migrate()
    for number, (rule, is_active, lost) in enumerate(OWN.values()):
        row = stored[number]
        row.refresh_from_db()
        assert (row.rule(), row.is_active) == (rule, is_active)
        newest = FieldMapping.history.filter(id=row.pk).latest()
        assert (newest.history_type, newest.note) == ("~" if lost else "+", row.note)
        if lost:
            assert row.note.startswith("Agreed with finance. Until an upgrade the connector sent")
            assert lost in row.note
            assert "restore the default" in row.note
        else:
            assert row.note == "Agreed with finance."


def test_a_long_note_makes_room_and_is_told_once(before: Integration) -> None:
    written = "Agreed with finance, " * 12
    row = FieldMapping.from_rule(
        Rule(Pair.CHARGE, "Family", "AccountingCode"), integration=before, position=90
    )
    row.note = written
    row.save()
    migrate()
    row.refresh_from_db()
    assert len(row.note) == 255
    assert row.note.startswith("Agreed with finance, Agreed")
    assert "… Until an upgrade" in row.note
    assert FieldMapping.history.filter(id=row.pk, note=written).exists()
    told = row.note
    migrate("0027")
    migrate()
    row.refresh_from_db()
    assert row.note == told
    assert FieldMapping.history.filter(id=row.pk, history_type="~").count() == 1


def test_on_the_way_back_goes_what_was_made_and_what_would_stop_orders(before: Integration) -> None:
    then = targets(before)
    migrate()
    changed = before.mappings.get(pair="charge", target="Name")
    changed.source = "Family"
    changed.save()
    again = rows.integration(name="Acme again")
    migrate("0027")
    assert targets(before) == then | {("charge", "Name")}
    assert targets(again) == {(rule.pair.value, rule.target) for rule in DEFAULT_RULES} - UNKNOWN_BEFORE
