"""Migration 0028: what the connector filled without a row becomes rows of the integrations that stand already, and back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command

from connector.domain.rules import Pair, Rule
from connector.models import FieldMapping, Integration
from connector.models.default_mapping import DEFAULT_RULES
from tests.models import rows

OF_ORDERS = ("product", "rate_plan", "charge", "order", "order_line_item")
NEVER_SENT = {("order", "description"), ("order_line_item", "description")}
UNKNOWN_BEFORE = {
    *NEVER_SENT,
    ("charge", "UseDiscountSpecificAccountingCode"),
    *((rule.pair.value, rule.target) for rule in DEFAULT_RULES if rule.target.startswith("quote.")),
}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def migrate(name: str = "") -> None:
    call_command("migrate", "connector", *([name] if name else []), verbosity=0)


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
