"""Field mapping rows: which Salesforce field fills which Zuora field. Data, not code; checked lightly when saved.

Whether a source exists in the org and a target in the tenant only the remote systems can say; here a row is kept from
being nonsense, and from overwriting what identifies a record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models

from connector.domain import account_numbers, mapping_rows, rules, transforms
from connector.models.history import kept

if TYPE_CHECKING:
    from connector.models.integrations import Integration


def transform_choices() -> list[tuple[str, str]]:
    """Given to the field as a function, so that a new transform needs no migration."""
    return [(name, name.replace("_", " ") or "as it is") for name in transforms.names()]


class FieldMapping(models.Model):
    class Pair(models.TextChoices):
        ACCOUNT = rules.Pair.ACCOUNT.value, "Account → account"
        BILL_TO = rules.Pair.BILL_TO.value, "Account → bill-to contact"
        SOLD_TO = rules.Pair.SOLD_TO.value, "Account → sold-to contact"
        CONTACT = rules.Pair.CONTACT.value, "Contact → contact"
        PRODUCT = rules.Pair.PRODUCT.value, "Product → product"
        RATE_PLAN = rules.Pair.RATE_PLAN.value, "Product → product rate plan"
        CHARGE = rules.Pair.CHARGE.value, "Product → product rate plan charge"
        ORDER = rules.Pair.ORDER.value, "Order → order"
        ORDER_LINE_ITEM = rules.Pair.ORDER_LINE_ITEM.value, "Order product → order line item"
        SUBSCRIPTION = rules.Pair.SUBSCRIPTION.value, "Order product → subscription"
        SUBSCRIPTION_RATE_PLAN = (
            rules.Pair.SUBSCRIPTION_RATE_PLAN.value,
            "Order product → subscription rate plan",
        )
        SUBSCRIPTION_CHARGE = rules.Pair.SUBSCRIPTION_CHARGE.value, "Order product → subscription charge"

    class Mode(models.TextChoices):
        ALWAYS = rules.Mode.ALWAYS.value, "Always"
        CREATE_ONLY = rules.Mode.CREATE_ONLY.value, "Only when creating"
        IF_EMPTY = rules.Mode.IF_EMPTY.value, "Only where Zuora has nothing"

    integration = models.ForeignKey(
        "connector.Integration", on_delete=models.CASCADE, related_name="mappings"
    )
    pair = models.CharField("from → to", max_length=20, choices=Pair.choices)
    position = models.PositiveSmallIntegerField(default=0, help_text="Rows are applied in this order.")
    source = models.CharField(
        max_length=255,
        blank=True,
        help_text="Salesforce field, also through relationships: Name, Owner.Email. Empty: always the default.",
    )
    target = models.CharField(
        max_length=255, help_text="Zuora field as its REST API names it: notes, taxInfo.VATId, Region__c."
    )
    transform = models.CharField(max_length=20, choices=transform_choices, blank=True, default="")
    arguments = models.JSONField(
        default=dict,
        blank=True,
        help_text='Of the transform, for example {"length": 50} to cut to 50 characters.',
    )
    default = models.JSONField(
        null=True,
        blank=True,
        default=None,
        help_text='Taken where the source is empty, as JSON: "text" in quotes, 1, true.',
    )
    mode = models.CharField(
        max_length=20,
        choices=Mode.choices,
        default=Mode.ALWAYS,
        help_text="Products, and standard fields of orders, line items, subscriptions, rate plans and charges, are filled only when they "
        "are created, whatever is chosen here. Custom fields (…__c) of orders and of what is in them follow later as well.",
    )
    required = models.BooleanField(default=False, help_text="A record without a value here is not synced.")
    is_active = models.BooleanField("is active", default=True)
    note = models.CharField(max_length=255, blank=True, default="", help_text="For your colleagues.")

    history = kept()

    class Meta:
        ordering = ("integration", "position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("integration", "pair", "target"),
                name="connector_fieldmapping_one_per_target",
                violation_error_message="Another row of this integration fills the same Zuora field.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_pair_display()}: {self.source or 'default'} → {self.target}"

    @classmethod
    def from_rule(cls, rule: rules.Rule, *, integration: Integration, position: int) -> FieldMapping:
        return cls(
            integration=integration,
            pair=rule.pair.value,
            position=position,
            source=rule.source,
            target=rule.target,
            transform=rule.transform,
            arguments=dict(rule.arguments),
            default=rule.default,
            mode=rule.mode.value,
            required=rule.required,
        )

    def rule(self) -> rules.Rule:
        return rules.Rule(
            pair=rules.Pair(self.pair),
            source=self.source,
            target=self.target,
            transform=self.transform,
            arguments=self.arguments,
            default=self.default,
            mode=rules.Mode(self.mode),
            required=self.required,
        )

    def clean(self) -> None:
        self.source, self.target = self.source.strip(), self.target.strip()
        faults = {
            "arguments": "" if isinstance(self.arguments, dict) else "Write a JSON object, for example {}."
        }
        if self.pair in self.Pair.values and self.mode in self.Mode.values and not faults["arguments"]:
            faults |= mapping_rows.faults(self.rule())
        if self._has_other_number():
            faults["target"] = (
                "The integration makes account numbers from a template. Empty that option before."
            )
        if faults := {field: fault for field, fault in faults.items() if fault}:
            raise ValidationError(faults)

    def _has_other_number(self) -> bool:
        is_number = self.pair == self.Pair.ACCOUNT and self.target == account_numbers.TARGET
        has_integration = self.is_active and self.integration_id is not None
        return is_number and has_integration and bool(self.integration.account_number_template)
