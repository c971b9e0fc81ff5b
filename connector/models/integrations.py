"""A pair of connections with its options: what is synced from which org to which tenant, and how."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from connector.domain import paths, rules
from connector.domain.catalog import MOST_CURRENCIES
from connector.domain.rules import Options, Rule
from connector.models.default_mapping import DEFAULT_RULES
from connector.models.mappings import FieldMapping
from connector.models.salesforce_connections import SalesforceConnection
from connector.models.zuora_connections import ZuoraConnection

_DEFAULTS = Options()


class Integration(models.Model):
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
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                name="connector_integration_price_decimals",
                condition=models.Q(max_price_decimals__lte=9),
                violation_error_message="Prices can have at most 9 decimal places.",
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
            FieldMapping.objects.bulk_create(
                FieldMapping.from_rule(rule, integration=self, position=position)
                for position, rule in enumerate(DEFAULT_RULES, start=1)
            )

    def clean(self) -> None:
        self.default_currency = self.default_currency.strip().upper()
        codes = self._catalog_currencies()
        self.catalog_currencies = ", ".join(codes)
        faults: dict[str, str] = {}
        if len(codes) > MOST_CURRENCIES or not all(re.fullmatch(r"[A-Z]{3}", code) for code in codes):
            faults["catalog_currencies"] = (
                "Write at most five three-letter ISO codes, for example USD, EUR, GBP."
            )
        if not re.fullmatch(r"[A-Z]{3}", self.default_currency):
            faults["default_currency"] = "Write the three-letter ISO code, for example EUR."
        for field in ("bill_to_contact", "sold_to_contact"):
            path = getattr(self, field)
            if path and not paths.is_valid(path):
                faults[field] = (
                    "Write a relationship name such as Billing_Contact__r, or several joined by dots."
                )
        if faults:
            raise ValidationError(faults)

    def options(self) -> Options:
        return Options(
            state_rule=rules.StateRule(self.state_rule),
            sync_contacts=self.sync_contacts,
            sync_orders=self.sync_orders,
            default_currency=self.default_currency,
            catalog_currencies=self._catalog_currencies(),
            bill_to_contact=self.bill_to_contact,
            sold_to_contact=self.sold_to_contact,
            max_price_decimals=self.max_price_decimals,
            money_rule=rules.MoneyRule(self.money_rule),
        )

    def _catalog_currencies(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.catalog_currencies.upper().replace(",", " ").split()))

    def rules(self) -> tuple[Rule, ...]:
        """The active mapping rows, in their order."""
        return tuple(row.rule() for row in self.mappings.filter(is_active=True).order_by("position", "pk"))
