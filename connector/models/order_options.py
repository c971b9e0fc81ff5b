"""The part of an integration that says how orders become subscriptions: dates, terms, prices, owners, and what goes along.

Each help text says what the option does, what its default is good for, and what changing it costs.
"""

from __future__ import annotations

from django.db import models

from connector.domain import paths
from connector.domain.rules import Options

_DEFAULTS = Options()
_FIELD_NAMES = {
    "invoice_owner_field": "InvoiceOwner__c",
    "subscription_owner_field": "SubscriptionOwner__c",
    "tier_caps_field": "Cap__c",
}


class OrderOptions(models.Model):
    """Its fields are called as those of `connector.domain.rules.Options`."""

    amend_subscriptions = models.BooleanField(
        "amend subscriptions",
        default=_DEFAULTS.amend_subscriptions,
        help_text="Amendments, renewals and cancellations change what Zuora bills. Off: only new orders are carried, and Zuora goes on "
        "billing what was sold first; the log names every order that is left out.",
    )
    use_subscription_start = models.BooleanField(
        "use subscription start date",
        default=_DEFAULTS.use_subscription_start,
        help_text="A subscription's term begins on the start date of its order line. Off: on that of its contract, so that all "
        "lines of a contract renew on one day; each line is billed from its own start all the same.",
    )
    term_in_days = models.BooleanField(
        "terms in days",
        default=_DEFAULTS.term_in_days,
        help_text="State every term in days. Off: whole months as months, and only the others in days. Terms in days hit every "
        "end date, but a year renewed by 365 days ends a day early after a 29 February.",
    )
    list_price_base = models.BooleanField(
        "list price base",
        default=_DEFAULTS.list_price_base,
        help_text="State a price for all months of a line (Zuora: “Per Specific Months”) instead of for one billing period. For "
        "companies that quote whole terms. Takes whole months only, so not together with terms in days.",
    )
    trigger_dates = models.BooleanField(
        "trigger dates on orders",
        default=_DEFAULTS.trigger_dates,
        help_text="Send an order's Customer Authorized Date as Zuora's customer acceptance date, and its Company Authorized Date as "
        "the service activation date. Zuora takes none before the day a line begins or changes, and no acceptance before the "
        "activation: such a date is sent as the first day Zuora takes. Switch it on where Zuora asks for these dates: an order "
        "without them stays pending there and bills nothing. Off: only the contract's date is sent.",
    )
    multi_currency = models.BooleanField(
        "orders in other currencies",
        default=_DEFAULTS.multi_currency,
        help_text="Send an order's own currency. Only where Zuora's multi-currency is switched on; without it, an order in another "
        "currency than its account's is not sent, and the log says so.",
    )
    verify_with_zuora = models.BooleanField(
        "verify with Zuora",
        default=_DEFAULTS.verify_with_zuora,
        help_text="Have Zuora's own order preview compute each order right before it is sent, and show its total beside the two "
        "others; “when amounts differ” says whether a difference stops it. Of a changed subscription Zuora may list the change or all "
        "that is not billed yet, and both agree; what it has billed in part looks like a difference: only warn then, or switch this "
        "off. Sent unverified, with a note: more than 50 subscriptions or actions, evergreen subscriptions, dates the preview has no "
        "field for, and changes to what the same run made. Costs a call for each order, and some seconds for long ones.",
    )
    order_contacts = models.BooleanField(
        "bill-to and ship-to of orders",
        default=_DEFAULTS.order_contacts,
        help_text="An order's own Bill To and Ship To, the contact or else the address, become those of its subscriptions. Off: the "
        "account's are used for all. Zuora takes them with Flexible Billing Attributes only.",
    )
    order_payment_terms = models.BooleanField(
        "payment terms of orders",
        default=_DEFAULTS.order_payment_terms,
        help_text="An order's own payment term becomes that of its subscriptions. Off: the account's is used for all. Each term must "
        "exist in Zuora by the same name.",
    )
    opportunity_fields = models.BooleanField(
        "opportunity fields",
        default=_DEFAULTS.opportunity_fields,
        help_text="Write number and type of the quote, and name and close date of the opportunity, on the subscriptions: what the rows "
        "quote.… of the field mapping say. Only where Zuora has its quote fields; Zuora refuses orders with fields that it does not know.",
    )
    invoice_owner_field = models.CharField(
        "invoice owner field",
        max_length=80,
        blank=True,
        default=_DEFAULTS.invoice_owner_field,
        help_text="Lookup on Order to the account that pays, for example InvoiceOwner__c. An owner that Zuora lacks is created, "
        "without its orders. Empty: the order's account pays.",
    )
    subscription_owner_field = models.CharField(
        "subscription owner field",
        max_length=80,
        blank=True,
        default=_DEFAULTS.subscription_owner_field,
        help_text="The same for the account that owns the subscriptions, for example SubscriptionOwner__c. Empty: the order's account.",
    )
    increment_tiers = models.BooleanField(
        "increment tier bounds",
        default=_DEFAULTS.increment_tiers,
        help_text="For units with decimals, where one tier ends with the number at which the next begins. On: 0 to 185.00, then from "
        "185.01. Off: 0 to 184.99, then from 185.00, as Salesforce counts. It decides which price the number itself has.",
    )
    unit_decimals = models.PositiveSmallIntegerField(
        "decimal places of units",
        default=_DEFAULTS.unit_decimals,
        help_text="The most decimal places that units of measure in Zuora have, at most 9, where usage is counted in fractions such as "
        "gigabytes. 0 ends a tier at 184 where the next begins at 185, and 184.5 would fall between them; 2 ends it at 184.99.",
    )
    tier_caps_field = models.CharField(
        "tier cap field",
        max_length=80,
        blank=True,
        default=_DEFAULTS.tier_caps_field,
        help_text="Field on the order product's consumption rate that holds a tier's cap, for example Cap__c. An order in Zuora cannot "
        "state a cap, so an order with one is stopped instead of being billed without. Empty: caps are not looked at.",
    )

    class Meta:
        abstract = True

    def order_faults(self) -> dict[str, str]:
        """What is wrong with what was entered, by field; spaces around names are taken away first."""
        faults: dict[str, str] = {}
        if self.list_price_base and self.term_in_days:
            faults["term_in_days"] = (
                "List price base needs terms in months. Switch this off, or switch off “list price base”."
            )
        for field, example in _FIELD_NAMES.items():
            name = getattr(self, field).strip()
            setattr(self, field, name)
            if name and not _is_field(name):
                faults[field] = f"Write the API name of the field itself, for example {example}."
        return faults


def _is_field(name: str) -> bool:
    """One API name, no path; what ends in `__r` is a relationship and holds no value."""
    return paths.is_valid(name) and "." not in name and not name.lower().endswith("__r")
