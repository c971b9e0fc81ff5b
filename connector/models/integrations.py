"""A pair of connections with its options: what is synced from which org to which tenant, and how."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from connector.domain import account_numbers, paths, rules
from connector.domain.catalog import MOST_CURRENCIES
from connector.domain.rules import Options, Rule
from connector.models.catalog_options import CatalogOptions
from connector.models.default_mapping import DEFAULT_RULES
from connector.models.history import create_defaults, kept
from connector.models.mappings import FieldMapping
from connector.models.order_options import OrderOptions
from connector.models.salesforce_connections import SalesforceConnection
from connector.models.zuora_connections import ZuoraConnection

_DEFAULTS = Options()


class Integration(OrderOptions, CatalogOptions):
    """Comes into being with the default mapping as its rows, whoever creates it."""

    class StateRule(models.TextChoices):
        EVERY_COUNTRY = rules.StateRule.EVERY_COUNTRY.value, "In every country"
        WHERE_SUBDIVIDED = (
            rules.StateRule.WHERE_SUBDIVIDED.value,
            "Only where Zuora knows states (US, Canada, …)",
        )

    class MoneyRule(models.TextChoices):
        STOP = rules.MoneyRule.STOP.value, "Do not send the order"
        WARN = rules.MoneyRule.WARN.value, "Send it and warn in the log"

    name = models.CharField(
        max_length=100,
        unique=True,
        help_text="How this integration is called here, for example “Production”.",
    )
    salesforce = models.ForeignKey(
        SalesforceConnection, on_delete=models.PROTECT, related_name="integrations", verbose_name="Salesforce"
    )
    zuora = models.ForeignKey(
        ZuoraConnection, on_delete=models.PROTECT, related_name="integrations", verbose_name="Zuora"
    )
    is_active = models.BooleanField(
        "is active",
        default=True,
        help_text="Nothing is synced while this is off; what was synced stays known.",
    )
    state_rule = models.CharField(
        "billing address needs a state",
        max_length=20,
        choices=StateRule.choices,
        default=_DEFAULTS.state_rule.value,
        help_text="An account whose billing address lacks a needed state is not synced, and its log says so.",
    )
    sync_contacts = models.BooleanField(
        "sync further contacts",
        default=_DEFAULTS.sync_contacts,
        help_text="Besides bill-to and sold-to, carry the account's other Salesforce contacts to Zuora.",
    )
    sync_orders = models.BooleanField(
        "sync orders",
        default=_DEFAULTS.sync_orders,
        help_text="Carry the account's activated orders to Zuora.",
    )
    default_currency = models.CharField(
        max_length=3,
        default=_DEFAULTS.default_currency,
        help_text="ISO code for accounts that state none, for example USD. Zuora never changes it later.",
    )
    account_number_template = models.CharField(
        "account number from a template",
        max_length=200,
        blank=True,
        default=_DEFAULTS.account_number_template,
        db_default="",
        help_text="Of accounts created from now on, for example SF-{Id} or {AccountNumber}: fields of Account in braces. Zuora itself then "
        "refuses a second account of the same number. At most 50 characters, unique for each account; it must not begin with the prefix "
        "of Zuora's own numbers (in Zuora: Billing Settings, Define Numbering). Empty: Zuora numbers them.",
    )
    catalog_currencies = models.CharField(
        "currencies of new products",
        max_length=40,
        blank=True,
        default="",
        help_text="ISO codes, separated by commas, at most five: in these a product that is created in Zuora can be sold, besides the "
        "currency of its first order. Each must be enabled in Zuora. A product that exists in Zuora is never changed.",
    )
    bill_to_contact = models.CharField(
        "bill-to contact field",
        max_length=200,
        blank=True,
        default=_DEFAULTS.bill_to_contact,
        help_text="Relationship on Account, for example Billing_Contact__r. Empty: named after the account.",
    )
    sold_to_contact = models.CharField(
        "sold-to contact field",
        max_length=200,
        blank=True,
        default=_DEFAULTS.sold_to_contact,
        help_text="The same for the sold-to contact.",
    )
    max_price_decimals = models.PositiveSmallIntegerField(
        "decimal places of prices",
        default=_DEFAULTS.max_price_decimals,
        help_text="How many decimal places a price sent to Zuora may have, at most 9.",
    )
    money_rule = models.CharField(
        "when amounts differ",
        max_length=10,
        choices=MoneyRule.choices,
        default=_DEFAULTS.money_rule.value,
        help_text="What to do with an order that Zuora would bill differently from what Salesforce sold.",
    )
    hide_personal_data = models.BooleanField(
        "hide personal data in the log",
        default=False,
        db_default=False,
        help_text="In log, previews and messages people's names are initials; e-mail addresses, phone numbers and streets do not appear. "
        "Zuora gets them all the same, but a preview no longer shows how they change. Entries written before stay as they are.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    history = kept(without=("created_at", "updated_at"))

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                name="connector_integration_price_decimals",
                condition=models.Q(max_price_decimals__lte=9),
                violation_error_message="Prices can have at most 9 decimal places.",
            ),
            models.CheckConstraint(
                name="connector_integration_unit_decimals",
                condition=models.Q(unit_decimals__lte=9),
                violation_error_message="Units can have at most 9 decimal places.",
            ),
            models.CheckConstraint(
                name="connector_integration_term_or_days",
                condition=models.Q(list_price_base=False) | models.Q(term_in_days=False),
                violation_error_message="List price base needs terms in months: switch one of the two off.",
            ),
            models.CheckConstraint(
                name="connector_integration_catalog_dates",
                condition=models.Q(catalog_start_date__lt=models.F("catalog_end_date")),
                violation_error_message="Products must be for sale until a day after the first one.",
            ),
            models.CheckConstraint(
                name="connector_integration_unit_of_measure",
                condition=~models.Q(unit_of_measure=""),
                violation_error_message="Products need a unit of measure.",
            ),
            models.CheckConstraint(
                name="connector_integration_tax_mode",
                condition=models.Q(tax_mode__in=("TaxExclusive", "TaxInclusive")),
                violation_error_message="The tax mode is TaxExclusive or TaxInclusive.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new integration is stored together with the default mapping."""
        if not self._state.adding:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            super().save(*args, **kwargs)
            create_defaults(
                [
                    FieldMapping.from_rule(rule, integration=self, position=position)
                    for position, rule in enumerate(DEFAULT_RULES, start=1)
                ]
            )

    def clean(self) -> None:
        self.default_currency = self.default_currency.strip().upper()
        codes = self._catalog_currencies()
        self.catalog_currencies = ", ".join(codes)
        faults = {**self.order_faults(), **self.catalog_faults()}
        if len(codes) > MOST_CURRENCIES or not all(re.fullmatch(r"[A-Z]{3}", code) for code in codes):
            faults["catalog_currencies"] = (
                "Write at most five three-letter ISO codes, for example USD, EUR, GBP."
            )
        if not re.fullmatch(r"[A-Z]{3}", self.default_currency):
            faults["default_currency"] = "Write the three-letter ISO code, for example EUR."
        self.account_number_template = self.account_number_template.strip()
        if fault := self._template_fault():
            faults["account_number_template"] = fault
        for field in ("bill_to_contact", "sold_to_contact"):
            path = getattr(self, field)
            if path and not paths.is_valid(path):
                faults[field] = (
                    "Write a relationship name such as Billing_Contact__r, or several joined by dots."
                )
        if faults:
            raise ValidationError(faults)

    def _template_fault(self) -> str:
        if fault := account_numbers.fault(self.account_number_template):
            return fault
        is_mapped = self.pk is not None and self.mappings.filter(
            is_active=True, pair=rules.Pair.ACCOUNT.value, target=account_numbers.TARGET
        )
        if self.account_number_template and is_mapped and is_mapped.exists():
            return f"A row of the field mapping fills {account_numbers.TARGET} already. Remove it, or leave this empty."
        return ""

    def options(self) -> Options:
        """Every option of the domain has a field of its name here; those that are typed otherwise are named."""
        entered = {option.name: getattr(self, option.name) for option in dataclasses.fields(Options)}
        return Options(
            **{
                **entered,
                "state_rule": rules.StateRule(self.state_rule),
                "money_rule": rules.MoneyRule(self.money_rule),
                "catalog_currencies": self._catalog_currencies(),
                "catalog_start_date": self.catalog_start_date.isoformat(),
                "catalog_end_date": self.catalog_end_date.isoformat(),
            }
        )

    def _catalog_currencies(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.catalog_currencies.upper().replace(",", " ").split()))

    def rules(self) -> tuple[Rule, ...]:
        """The active mapping rows, in their order."""
        return tuple(row.rule() for row in self.mappings.filter(is_active=True).order_by("position", "pk"))
