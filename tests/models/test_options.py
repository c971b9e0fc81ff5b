"""What an administrator chooses for an integration, and how it reaches the domain."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from connector.domain.rules import MoneyRule, Options, StateRule
from connector.models import FieldMapping, Integration
from tests.models import rows

pytestmark = pytest.mark.django_db

# Every option with another value than its default.
CHOSEN: dict[str, Any] = {
    "state_rule": "where_subdivided",
    "sync_contacts": False,
    "sync_orders": False,
    "default_currency": "EUR",
    "account_number_template": "SF-{Id}",
    "bill_to_contact": "Billing_Contact__r",
    "sold_to_contact": "Shipping_Contact__r",
    "catalog_currencies": "EUR, GBP",
    "max_price_decimals": 2,
    "money_rule": "warn",
    "verify_with_zuora": True,
    "amend_subscriptions": False,
    "use_subscription_start": False,
    "list_price_base": True,
    "term_in_days": True,
    "trigger_dates": True,
    "multi_currency": True,
    "order_contacts": False,
    "order_payment_terms": False,
    "opportunity_fields": True,
    "invoice_owner_field": "InvoiceOwner__c",
    "subscription_owner_field": "SubscriptionOwner__c",
    "increment_tiers": True,
    "unit_decimals": 2,
    "tier_caps_field": "Cap__c",
    "unit_of_measure": "User",
    "catalog_start_date": date(2010, 1, 1),
    "catalog_end_date": date(2099, 12, 31),
    "tax_mode": "TaxInclusive",
    "accounting_code": "Subscription Revenue",
}
AS_THE_DOMAIN_SAYS: dict[str, Any] = {
    "state_rule": StateRule.WHERE_SUBDIVIDED,
    "money_rule": MoneyRule.WARN,
    "catalog_currencies": ("EUR", "GBP"),
    "catalog_start_date": "2010-01-01",
    "catalog_end_date": "2099-12-31",
}


def faults(**fields: Any) -> dict[str, list[str]]:
    there = rows.integration()
    for name, value in fields.items():
        setattr(there, name, value)
    try:
        there.full_clean()
    except ValidationError as error:
        return error.message_dict
    return {}


def refused(write: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


def test_a_new_integration_has_the_defaults_of_the_domain() -> None:
    rows.integration()
    assert Integration.objects.get().options() == Options()


def test_every_option_of_the_domain_can_be_chosen() -> None:
    assert CHOSEN.keys() == {option.name for option in dataclasses.fields(Options)}


@pytest.mark.postgres
@pytest.mark.parametrize("name", CHOSEN)
def test_what_is_chosen_is_stored_and_reaches_the_domain(name: str) -> None:
    rows.integration(**{name: CHOSEN[name]})
    chosen = {name: AS_THE_DOMAIN_SAYS.get(name, CHOSEN[name])}
    assert Integration.objects.get().options() == Options(**chosen)


@pytest.mark.parametrize("name", CHOSEN)
def test_every_option_is_explained(name: str) -> None:
    field = Integration._meta.get_field(name)
    assert len(str(field.help_text)) > 20
    assert str(field.help_text).endswith(".")


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"default_currency": "eur"}, []),
        ({"default_currency": "€"}, ["default_currency"]),
        ({"bill_to_contact": "Parent.Billing_Contact__r"}, []),
        ({"bill_to_contact": "Billing Contact"}, ["bill_to_contact"]),
        ({"sold_to_contact": "x, (SELECT Id FROM Contacts)"}, ["sold_to_contact"]),
        ({"catalog_currencies": "eur usd"}, []),
        ({"catalog_currencies": "USD, EUR, GBP, CHF, SEK, NOK"}, ["catalog_currencies"]),
        ({"account_number_template": " SF-{Id} "}, []),
        ({"account_number_template": "{Owner.EmployeeNumber}-{AccountNumber}"}, []),
        ({"account_number_template": "SF-1"}, ["account_number_template"]),
        ({"account_number_template": "SF-{Id"}, ["account_number_template"]),
        ({"account_number_template": "SF-{}"}, ["account_number_template"]),
        ({"account_number_template": "{Id FROM Order}"}, ["account_number_template"]),
        ({"account_number_template": "a/{Id}"}, ["account_number_template"]),
        ({"account_number_template": "S" * 50 + "{Id}"}, ["account_number_template"]),
        ({"invoice_owner_field": " InvoiceOwner__c "}, []),
        ({"invoice_owner_field": "AccountId"}, []),
        ({"invoice_owner_field": "Invoice Owner"}, ["invoice_owner_field"]),
        ({"invoice_owner_field": "InvoiceOwner__r"}, ["invoice_owner_field"]),
        ({"invoice_owner_field": "Opportunity.InvoiceOwner__c"}, ["invoice_owner_field"]),
        ({"subscription_owner_field": "Id FROM Order"}, ["subscription_owner_field"]),
        ({"tier_caps_field": "Cap__c"}, []),
        ({"tier_caps_field": "Cap, Id"}, ["tier_caps_field"]),
        ({"list_price_base": True}, []),
        ({"term_in_days": True}, []),
        ({"list_price_base": True, "term_in_days": True}, ["term_in_days"]),
        ({"unit_of_measure": "User"}, []),
        ({"unit_of_measure": "  "}, ["unit_of_measure"]),
        ({"tax_mode": "TaxInclusive"}, []),
        ({"tax_mode": "none"}, ["tax_mode"]),
        ({"catalog_start_date": date(2010, 1, 1), "catalog_end_date": date(2010, 1, 2)}, []),
        (
            {"catalog_start_date": date(2010, 1, 2), "catalog_end_date": date(2010, 1, 2)},
            ["catalog_end_date"],
        ),
        ({"catalog_start_date": date(1899, 12, 31)}, ["catalog_start_date"]),
        ({"catalog_end_date": date(3000, 1, 2)}, ["catalog_end_date"]),
        ({"catalog_start_date": "soon"}, ["catalog_start_date"]),
        ({"catalog_end_date": None}, ["catalog_end_date"]),
    ],
)
def test_options_are_checked(fields: dict[str, Any], fault: list[str]) -> None:
    assert list(faults(**fields)) == fault


@pytest.mark.parametrize(
    ("fields", "field", "advice"),
    [
        (
            {"list_price_base": True, "term_in_days": True},
            "term_in_days",
            "Switch this off, or switch off “list price base”.",
        ),
        ({"invoice_owner_field": "InvoiceOwner__r"}, "invoice_owner_field", "for example InvoiceOwner__c."),
        ({"tier_caps_field": "the cap"}, "tier_caps_field", "for example Cap__c."),
        ({"unit_of_measure": " "}, "unit_of_measure", "for example Each."),
        ({"catalog_end_date": date(2000, 1, 1)}, "catalog_end_date", "Write a day after 2000-01-01"),
        (
            {"catalog_end_date": date(3001, 1, 1)},
            "catalog_end_date",
            "1900-01-01 to 3000-01-01, as YYYY-MM-DD",
        ),
    ],
)
def test_a_fault_says_what_to_write(fields: dict[str, Any], field: str, advice: str) -> None:
    (said,) = faults(**fields)[field]
    assert advice in said


def test_spaces_around_names_are_taken_away() -> None:
    there = rows.integration(
        invoice_owner_field=" InvoiceOwner__c", unit_of_measure="User ", accounting_code=" 4000 "
    )
    there.clean()
    assert (there.invoice_owner_field, there.unit_of_measure, there.accounting_code) == (
        "InvoiceOwner__c",
        "User",
        "4000",
    )


@pytest.mark.postgres
@pytest.mark.parametrize(
    "fields",
    [
        {"list_price_base": True, "term_in_days": True},
        {"catalog_start_date": date(2020, 1, 1), "catalog_end_date": date(2020, 1, 1)},
        {"unit_of_measure": ""},
        {"tax_mode": "none"},
    ],
)
def test_the_database_refuses_what_would_bill_wrongly(fields: dict[str, Any]) -> None:
    rows.integration(name="Right")
    refused(lambda: rows.integration(name="Wrong", **fields))


def test_a_template_and_a_mapping_row_do_not_both_number_accounts() -> None:
    there = rows.integration()
    row = FieldMapping(
        integration=there, pair="account", source="AccountNumber", target="accountNumber", position=99
    )
    row.full_clean()
    row.save()
    there.account_number_template = "SF-{Id}"
    with pytest.raises(ValidationError, match="fills accountNumber already"):
        there.full_clean()
    row.is_active = False
    row.save()
    there.full_clean()
    there.save()
    row.is_active = True
    with pytest.raises(ValidationError, match="makes account numbers from a template"):
        row.full_clean()
