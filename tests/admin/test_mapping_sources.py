"""Rows from another integration and from the default mapping, and how each row stands to the default."""

from __future__ import annotations

import pytest
from django.test import Client

from connector.domain import own_fields
from connector.domain.rules import Pair, Rule
from connector.models import FieldMapping, Integration
from connector.models.default_mapping import DEFAULT_RULES
from tests.admin.mapping_pages import (
    JSON,
    REASON,
    everything,
    page_of,
    restore,
    sealed,
    source,
    stored,
    take_over,
    taken,
)
from tests.admin.pages import Page, messages
from tests.models import rows

pytestmark = pytest.mark.django_db

OF_ORDERS = (Pair.PRODUCT, Pair.RATE_PLAN, Pair.CHARGE, Pair.ORDER, Pair.ORDER_LINE_ITEM)


@pytest.fixture
def integration(db: None) -> Integration:
    return rows.integration()


def test_the_rows_of_another_integration_are_taken_over(
    administrator: Client, integration: Integration
) -> None:
    other = rows.integration(name="Other <b>")
    taken(administrator, other, JSON)
    form = {"other": other.pk, "how": "replace", "reason": "One mapping for all"}

    looked_at = administrator.post(source(integration, "copy"), form)

    assert f"Added 1 Changed 1 Unchanged {len(DEFAULT_RULES) - 1}" in Page(looked_at).text
    other.mappings.all().delete()
    administrator.post(take_over(integration), {"sealed": sealed(looked_at)})
    region = integration.mappings.get(target="Region__c")
    assert (region.note, region.history.get().history_change_reason) == (
        "Für Wien",
        "Copied from “Other <b>”: One mapping for all",
    )


def test_an_integration_is_not_copied_from_itself(administrator: Client, integration: Integration) -> None:
    form = {"other": integration.pk, "how": "replace", "reason": REASON}
    assert "Select a valid choice." in Page(administrator.post(source(integration, "copy"), form)).text


@pytest.mark.parametrize("how", ["replace", "keep"])
def test_the_whole_default_mapping_is_restored(
    administrator: Client, integration: Integration, how: str
) -> None:
    integration.mappings.filter(target="workEmail").delete()
    integration.mappings.filter(target="notes").update(source="X", note="Mine", is_active=False)
    FieldMapping.objects.create(
        integration=integration, pair="account", source="A", target="A__c", position=99
    )

    looked_at = administrator.post(source(integration, "default"), {"how": how, "reason": REASON})
    administrator.post(take_over(integration), {"sealed": sealed(looked_at)})

    kept = {(row.pair, row.target): row.rule() for row in integration.mappings.all() if row.target != "A__c"}
    assert kept == {(rule.pair.value, rule.target): rule for rule in DEFAULT_RULES}
    assert integration.mappings.filter(target="A__c").exists() is (how == "keep")
    notes = integration.mappings.get(target="notes")
    assert (notes.note, notes.is_active) == ("Mine", True)


def test_the_page_says_how_each_row_stands_to_the_default(
    administrator: Client, integration: Integration
) -> None:
    assert "differs from the default" not in Page(administrator.get(page_of(integration))).text
    integration.mappings.filter(target="workEmail").delete()
    integration.mappings.filter(target="notes").update(source="X", note="Mine")
    integration.mappings.filter(target="fax").update(note="A note is no difference")
    FieldMapping.objects.create(integration=integration, pair="account", source="A", target="A__c")

    page = Page(administrator.get(page_of(integration)))

    assert page.text.count("differs from the default") == 1
    assert "notes differs from the default Salesforce field: by default Description" in page.text
    assert "A__c not in the default mapping" in page.text
    assert "Email workEmail missing here; the default mapping has it" in page.text
    assert page.forms.count(restore(integration)) == 2


def test_one_row_gets_its_default_back_and_keeps_its_note(
    administrator: Client, integration: Integration
) -> None:
    integration.mappings.filter(target="notes").update(source="X", note="Mine", mode="if_empty")
    others = stored(integration)

    response = administrator.post(restore(integration), {"pair": "account", "target": "notes"}, follow=True)

    row = integration.mappings.get(target="notes")
    assert messages(response) == ["Restored the default of “Account → account: Description → notes”."]
    assert (row.source, row.mode, row.note) == ("Description", "always", "Mine")
    assert row.history.first().history_change_reason == "Default restored"
    assert [each for each in stored(integration) if each["id"] != row.pk] == [
        each for each in others if each["id"] != row.pk
    ]


@pytest.mark.parametrize(
    "rule",
    [rule for rule in DEFAULT_RULES if rule.pair in OF_ORDERS],
    ids=lambda rule: f"{rule.pair} {rule.target}",
)
def test_each_row_of_products_and_orders_is_marked_where_it_differs_and_restored(
    administrator: Client, integration: Integration, rule: Rule
) -> None:
    row = integration.mappings.get(pair=rule.pair.value, target=rule.target)
    row.source, row.transform, row.arguments = "Other__c", "upper", {}
    row.save()
    assert Page(administrator.get(page_of(integration))).text.count("differs from the default") == 1

    administrator.post(restore(integration), {"pair": rule.pair.value, "target": rule.target})

    row.refresh_from_db()
    assert row.rule() == rule
    assert "differs from the default" not in Page(administrator.get(page_of(integration))).text


def test_the_page_says_which_rows_wait_for_an_option(administrator: Client, integration: Integration) -> None:
    hint = "counts with the option “Opportunity fields” on"
    assert Page(administrator.get(page_of(integration))).text.count(hint) == 5
    integration.opportunity_fields = True
    integration.save()
    assert hint not in Page(administrator.get(page_of(integration))).text


def test_the_page_says_what_the_connector_fills_itself_and_why(
    administrator: Client, integration: Integration
) -> None:
    page = Page(administrator.get(page_of(integration)))
    told = page.text[page.text.index("Filled by the connector") :]
    for each in own_fields.OWN_FIELDS:
        assert " ".join(f"{each.source} {each.target} {each.why}".split()) in told


def test_a_default_that_is_missing_is_added(administrator: Client, integration: Integration) -> None:
    integration.mappings.filter(target="workEmail").delete()

    administrator.post(restore(integration), {"pair": "contact", "target": "workEmail"})

    assert integration.mappings.get(target="workEmail").source == "Email"
    assert integration.mappings.count() == len(DEFAULT_RULES)


@pytest.mark.parametrize(
    ("pair", "target"), [("account", "A__c"), ("lead", "notes"), ("", ""), ("contact", "notes")]
)
def test_what_the_default_mapping_does_not_have_is_not_restored(
    administrator: Client, integration: Integration, pair: str, target: str
) -> None:
    before = everything()
    response = administrator.post(restore(integration), {"pair": pair, "target": target}, follow=True)
    assert messages(response) == ["The default mapping has no such row."]
    assert everything() == before
