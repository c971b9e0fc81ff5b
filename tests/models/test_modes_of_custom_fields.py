"""Migration 0029: custom fields of orders follow Salesforce from then on, but not by rows that stood there before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command

from connector.domain.rules import Mode, Pair, Rule
from connector.models import FieldMapping, Integration
from tests.models import rows

OF_ORDERS = (
    Pair.ORDER,
    Pair.ORDER_LINE_ITEM,
    Pair.SUBSCRIPTION,
    Pair.SUBSCRIPTION_RATE_PLAN,
    Pair.SUBSCRIPTION_CHARGE,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def migrate(name: str = "") -> None:
    call_command("migrate", "connector", *([name] if name else []), verbosity=0)


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


@pytest.mark.parametrize("mode", [Mode.ALWAYS, Mode.IF_EMPTY])
@pytest.mark.parametrize("pair", OF_ORDERS)
def test_a_custom_field_is_filled_when_its_record_is_created_as_until_then(
    before: Integration, pair: Pair, mode: Mode
) -> None:
    row = stored(before, Rule(pair, "Region__c", "Region__c", mode=mode), note="Agreed with finance.")
    migrate()
    row.refresh_from_db()
    assert row.mode == "create_only"
    assert row.note.startswith("Agreed with finance. An upgrade set “Only when creating”")
    assert "Choose “Always”" in row.note
    newest, first = FieldMapping.history.filter(id=row.pk)
    assert (newest.history_type, newest.mode, newest.note) == ("~", "create_only", row.note)
    assert (first.mode, first.note) == (mode.value, "Agreed with finance.")


@pytest.mark.parametrize(
    "rule",
    [
        Rule(Pair.ORDER, "Reason__c", "reasonCode"),
        Rule(Pair.ACCOUNT, "Region__c", "Region__c"),
        Rule(Pair.PRODUCT, "Region__c", "Region__c", mode=Mode.IF_EMPTY),
        Rule(Pair.SUBSCRIPTION, "Region__c", "Region__c", mode=Mode.CREATE_ONLY),
    ],
    ids=lambda rule: f"{rule.pair} {rule.target} {rule.mode}",
)
def test_other_rows_stay_as_they_are(before: Integration, rule: Rule) -> None:
    row = stored(before, rule, note="Agreed with finance.")
    migrate()
    row.refresh_from_db()
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
