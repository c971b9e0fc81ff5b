"""Migration 0029: custom fields of orders follow Salesforce from then on, but not by rows that stood there before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connector.domain.rules import Mode, Pair, Rule
from connector.models import FieldMapping, Integration
from tests.models import rows
from tests.models.migrating import migrate

OF_ORDERS = (
    Pair.ORDER,
    Pair.ORDER_LINE_ITEM,
    Pair.SUBSCRIPTION,
    Pair.SUBSCRIPTION_RATE_PLAN,
    Pair.SUBSCRIPTION_CHARGE,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def before() -> Iterator[Integration]:
    integration = rows.integration()
    migrate("0028")
    try:
        yield integration
    finally:
        migrate()


def stored(integration: Integration, rule: Rule, note: str = "") -> FieldMapping:
    row = FieldMapping.from_rule(rule, integration=integration, position=90)
    row.note = note
    row.save()
    return row


def test_custom_fields_are_filled_when_their_record_is_created_as_until_then(before: Integration) -> None:
    found = {
        stored(before, Rule(pair, target, target, mode=mode), note="Agreed with finance.").pk: mode
        for pair in OF_ORDERS
        for target, mode in (("Region__c", Mode.ALWAYS), ("Area__c", Mode.IF_EMPTY))
    }
    migrate()
    for pk, mode in found.items():
        row = FieldMapping.objects.get(pk=pk)
        assert row.mode == "create_only"
        assert row.note.startswith("Agreed with finance. An upgrade set “Only when creating”")
        assert "Choose “Always”" in row.note
        newest, first = FieldMapping.history.filter(id=row.pk)
        assert (newest.history_type, newest.mode, newest.note) == ("~", "create_only", row.note)
        assert (first.mode, first.note) == (mode.value, "Agreed with finance.")


def test_other_rows_stay_as_they_are(before: Integration) -> None:
    others = {
        stored(before, rule, note="Agreed with finance.").pk: rule
        for rule in (
            Rule(Pair.ORDER, "Reason__c", "reasonCode"),
            Rule(Pair.ACCOUNT, "Region__c", "Region__c"),
            Rule(Pair.PRODUCT, "Region__c", "Region__c", mode=Mode.IF_EMPTY),
            Rule(Pair.SUBSCRIPTION, "Region__c", "Region__c", mode=Mode.CREATE_ONLY),
        )
    }
    migrate()
    for pk, rule in others.items():
        row = FieldMapping.objects.get(pk=pk)
        assert (row.rule(), row.note) == (rule, "Agreed with finance.")
        assert FieldMapping.history.filter(id=row.pk).count() == 1


def test_a_long_note_makes_room(before: Integration) -> None:
    row = stored(before, Rule(Pair.ORDER, "Region__c", "Region__c"), note="Agreed with finance, " * 12)
    migrate()
    row.refresh_from_db()
    assert len(row.note) == 255
    assert "… An upgrade set" in row.note


def test_what_was_chosen_since_is_kept_on_the_way_back_and_nothing_is_changed_back(
    before: Integration,
) -> None:
    kept, changed = (
        stored(before, Rule(pair, "Region__c", "Region__c")) for pair in (Pair.ORDER, Pair.SUBSCRIPTION)
    )
    migrate()
    changed.refresh_from_db()
    changed.mode = "always"
    changed.save()
    migrate("0028")
    for row, mode in ((kept, "create_only"), (changed, "always")):
        row.refresh_from_db()
        assert row.mode == mode
