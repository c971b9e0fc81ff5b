"""Integrations with their options, and their field mapping row by row."""

from __future__ import annotations

import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.test import Client
from django.urls import reverse

from connector.admin.integrations import IntegrationAdmin
from connector.domain.rules import Options
from connector.models import FieldMapping, Integration
from tests.admin.pages import Page, messages
from tests.models import rows

pytestmark = pytest.mark.django_db


def _page_of(integration: Integration) -> str:
    return reverse("admin:connector_integration_change", args=[integration.pk])


def _row_page(row: FieldMapping) -> str:
    return reverse("admin:connector_fieldmapping_change", args=[row.pk])


def _row_form(row: FieldMapping, **fields: str) -> dict[str, str]:
    return {
        "integration": str(row.integration_id),
        "pair": row.pair,
        "source": row.source,
        "target": row.target,
        "position": str(row.position),
        "transform": row.transform,
        "arguments": "{}",
        "default": "",
        "mode": row.mode,
        "is_active": "on",
        "note": "",
        **fields,
    }


def test_every_option_is_offered() -> None:
    offered = flatten_fieldsets(IntegrationAdmin.fieldsets)
    entered = {field.name for field in Integration._meta.fields if field.editable and not field.primary_key}

    assert sorted(offered) == sorted(entered)


def test_an_integration_is_made_with_its_default_mapping(administrator: Client) -> None:
    salesforce, zuora = rows.salesforce_connection(), rows.zuora_connection()
    form = {
        "name": "Production",
        "salesforce": salesforce.pk,
        "zuora": zuora.pk,
        "is_active": "on",
        "state_rule": "every_country",
        "default_currency": "eur",
        "max_price_decimals": "6",
        "unit_decimals": "0",
        "money_rule": "stop",
        "unit_of_measure": "Each",
        "tax_mode": "TaxExclusive",
        "catalog_start_date": "2000-01-01",
        "catalog_end_date": "3000-01-01",
    }

    response = administrator.post(reverse("admin:connector_integration_add"), form, follow=True)

    integration = Integration.objects.get()
    assert messages(response) == ["Added “Production”."]
    assert integration.default_currency == "EUR"
    page = Page(response)
    for pair in FieldMapping.Pair:
        assert pair.label in page.text
    assert "BillingCountry" in page.text


def test_a_mistake_is_said_at_its_field(administrator: Client) -> None:
    integration = rows.integration()

    page = Page(administrator.post(_page_of(integration), {"name": "Acme", "default_currency": "dollars"}))

    assert "This field is required." in page.text
    integration.refresh_from_db()
    assert integration.default_currency == "USD"


def _sent(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "on" if value else ""
    return str(value)


def _form_of(integration: Integration, **fields: str) -> dict[str, str]:
    """What a browser would send of the integration's page, with some fields entered anew; "" switches off."""
    page = IntegrationAdmin(Integration, admin.site)
    entered = forms.model_to_dict(integration, fields=flatten_fieldsets(page.fieldsets))
    form = {name: _sent(value) for name, value in entered.items()}
    return {name: value for name, value in {**form, **fields}.items() if value}


def test_options_are_saved_from_the_page(administrator: Client) -> None:
    integration = rows.integration()
    form = _form_of(
        integration,
        amend_subscriptions="",
        verify_with_zuora="on",
        invoice_owner_field="InvoiceOwner__c",
        catalog_end_date="2099-12-31",
        tax_mode="TaxInclusive",
    )

    response = administrator.post(_page_of(integration), form, follow=True)

    assert messages(response) == ["Saved “Acme”."]
    integration.refresh_from_db()
    assert integration.options() == Options(
        amend_subscriptions=False,
        verify_with_zuora=True,
        invoice_owner_field="InvoiceOwner__c",
        catalog_end_date="2099-12-31",
        tax_mode="TaxInclusive",
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"list_price_base": "on", "term_in_days": "on"},
            "Switch this off, or switch off “list price base”.",
        ),
        ({"tier_caps_field": "the cap"}, "Write the API name of the field itself, for example Cap__c."),
        ({"catalog_end_date": "1999-12-31"}, "Write a day after 2000-01-01, the first one."),
        ({"catalog_end_date": "forever"}, "Write the day as YYYY-MM-DD, for example 2000-01-01."),
    ],
)
def test_a_fault_in_a_folded_section_is_seen(
    administrator: Client, fields: dict[str, str], said: str
) -> None:
    """A section with a fault does not fold: nobody would look for the sentence inside."""
    integration = rows.integration()
    folded = Page(administrator.get(_page_of(integration))).tags["details"]

    page = Page(administrator.post(_page_of(integration), _form_of(integration, **fields)))

    assert said in page.text
    assert page.tags["details"] == folded - 1
    assert Integration.objects.get().options() == Options()


def test_a_mapping_row_is_changed_and_leads_back_to_its_integration(administrator: Client) -> None:
    row = rows.integration().mappings.get(pair="account", target="notes")

    response = administrator.post(_row_page(row), _row_form(row, source="Owner.Email", default='"none"'))

    assert response.headers["Location"] == f"{_page_of(row.integration)}#mapping"
    row.refresh_from_db()
    assert (row.source, row.default) == ("Owner.Email", "none")


def test_a_row_without_a_default_shows_none_and_keeps_none(administrator: Client) -> None:
    row = rows.integration().mappings.get(pair="account", target="notes")

    assert ">null</textarea>" not in Page(administrator.get(_row_page(row))).html
    administrator.post(_row_page(row), _row_form(row))

    row.refresh_from_db()
    assert row.default is None


@pytest.mark.parametrize("value", ["false", "0", '""'])
def test_a_default_that_looks_like_nothing_is_shown(administrator: Client, value: str) -> None:
    row = rows.integration().mappings.get(pair="account", target="notes")
    administrator.post(_row_page(row), _row_form(row, default=value))

    shown = Page(administrator.get(_row_page(row))).html

    assert (
        f">\n{value.replace(chr(34), '&quot;')}</textarea>" in shown
        or f">{value.replace(chr(34), '&quot;')}</textarea>" in shown
    )


def test_a_row_that_would_overwrite_an_identity_is_refused(administrator: Client) -> None:
    row = rows.integration().mappings.get(pair="account", target="notes")

    page = Page(administrator.post(_row_page(row), _row_form(row, target="crmId")))

    assert "The connector fills crmId itself" in page.text


def test_a_row_is_added_where_it_belongs(administrator: Client) -> None:
    integration = rows.integration()
    address = f"{reverse('admin:connector_fieldmapping_add')}?integration={integration.pk}&pair=contact"
    assert address in Page(administrator.get(_page_of(integration))).addresses

    html = Page(administrator.get(address)).html

    assert f'<option value="{integration.pk}" selected>' in html
    assert '<option value="contact" selected>' in html


def test_who_may_not_change_rows_reads_them(viewer: Client) -> None:
    page = Page(viewer.get(_page_of(rows.integration())))

    assert "BillingCountry" in page.text
    assert "Change" not in page.links
    assert "Add row" not in page.links


def test_a_row_that_is_switched_off_says_so(viewer: Client) -> None:
    integration = rows.integration()
    integration.mappings.filter(pair="account", target="notes").update(is_active=False)

    assert "notes switched off" in Page(viewer.get(_page_of(integration))).text


def test_an_integration_with_accounts_is_not_deleted(administrator: Client) -> None:
    account = rows.account()
    address = reverse("admin:connector_integration_delete", args=[account.integration_id])

    administrator.post(address, {"post": "yes"})

    assert Integration.objects.exists()


def test_an_integration_without_accounts_is_deleted_with_its_rows(administrator: Client) -> None:
    integration = rows.integration()
    address = reverse("admin:connector_integration_delete", args=[integration.pk])

    response = administrator.post(address, {"post": "yes"}, follow=True)

    assert messages(response) == ["Deleted “Acme”."]
    assert not FieldMapping.objects.exists()


def test_integrations_are_listed_with_both_ends(viewer: Client) -> None:
    rows.account(of=rows.integration(is_active=False))

    text = Page(viewer.get(reverse("admin:connector_integration_changelist"))).text

    for shown in ("Acme org → Acme tenant", "Switched off", "1"):
        assert shown in text
