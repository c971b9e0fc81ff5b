"""Do the dates of a line and its prorate multiplier tell of the same time?

The price of a billing period is solved from the line's total, so that a wrong date moves the price and never shows in the sum.
The multiplier is the second witness: UnitPrice / multiplier / product-term months x months of the period must give the
same price (Salesforce CPQ: UnitPrice = net price per product term x multiplier).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from connector.domain import JSON
from connector.domain.labels import line_label
from connector.domain.line_fields import decimal_field, line_error
from connector.domain.operations import Key, Noun, Problem, Severity
from connector.domain.pricing import minor_digits, rounded
from connector.domain.rules import MoneyRule
from connector.domain.snapshot import OrderSnapshot
from connector.domain.terms import MONTHS_OF_PERIOD, Term, cpq_months

_ROUNDING = Fraction(1, 100)
# Counted by days alone, as another precision of the package does, the months of a line come out up to three days apart.
_WAYS_OF_COUNTING = Fraction(3 * 12, 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A line at its price: `unit_price` for the whole term, `priced` for a billing period, as it will be sent."""

    unit_price: Decimal
    billing_period: str
    priced: Decimal
    currency: str


def proration_problems(
    order: OrderSnapshot, record: JSON, line_term: Term | None, sold: Sold, *, rule: MoneyRule
) -> tuple[Problem, ...]:
    """Nothing where dates and multiplier agree, or one is not given; a warning where they count days differently; else the
    money rule decides. Raises RecordError for a multiplier that cannot be one."""
    if line_term is None or record.get("SBQQ__ProrateMultiplier__c") is None:
        return ()
    label = line_label(order, record)
    multiplier = decimal_field(label, record, "SBQQ__ProrateMultiplier__c")
    product_term = decimal_field(label, record, "SBQQ__DefaultSubscriptionTerm__c", default=Decimal(12))
    months, spanned = Fraction(multiplier) * Fraction(product_term or 12), cpq_months(line_term)
    if months <= 0:
        raise line_error(
            label,
            record,
            f"has no usable prorate multiplier (found {multiplier})",
            "Recalculate its price in Salesforce and resync.",
        )
    if abs(months - spanned) <= _ROUNDING:
        return ()
    stops = abs(months - spanned) > _WAYS_OF_COUNTING and rule is MoneyRule.STOP
    length = MONTHS_OF_PERIOD.get(sold.billing_period, spanned)
    digits = minor_digits(sold.currency)
    by_multiplier = rounded(Fraction(sold.unit_price) / months * length, digits)
    message = (
        f"{label} is prorated over {float(months):.4g} months, but its dates span {float(spanned):.4g}: by its multiplier "
        f"a billing period costs {by_multiplier}, by its dates {sold.priced}. Correct Start Date or End Date in Salesforce "
        "and resync; if the dates are right and Salesforce CPQ prorates in its own way, let the integration warn only."
    )
    severity = Severity.ERROR if stops else Severity.WARNING
    return (Problem(severity, Key(Noun.ORDER, order.order_number), order.salesforce_id, message),)
