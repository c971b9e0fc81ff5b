"""Do the dates of a line and its prorate multiplier tell of the same time?

The price of a billing period is solved from the line's total, so that a wrong date moves the price and never shows in the sum.
The multiplier is the second witness: UnitPrice / multiplier / product-term months x months of the period must give the
same price (Salesforce CPQ: UnitPrice = net price per product term x multiplier).
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from connector.domain.chains import Chain
from connector.domain.line_fields import decimal_field, line_error
from connector.domain.lines import Line, period_months
from connector.domain.operations import Key, Noun, Problem, Severity
from connector.domain.pricing import minor_digits, rounded
from connector.domain.rules import MoneyRule
from connector.domain.snapshot import OrderSnapshot
from connector.domain.terms import cpq_months, term

_ROUNDING = Fraction(1, 100)
# Counted by days alone, as another precision of the package does, the months of a line come out up to three days apart.
_WAYS_OF_COUNTING = Fraction(3 * 12, 365)


def proration_problems(
    order: OrderSnapshot, line: Line, chain: Chain, *, rule: MoneyRule
) -> tuple[Problem, ...]:
    """Nothing where dates and multiplier agree, or one is not given; a warning where they count days differently; else the
    money rule decides. Raises RecordError for a multiplier that cannot be one."""
    record = line.record
    if line.end is None or record.get("SBQQ__ProrateMultiplier__c") is None:
        return ()
    label = line.label
    multiplier = decimal_field(label, record, "SBQQ__ProrateMultiplier__c")
    product_term = decimal_field(label, record, "SBQQ__DefaultSubscriptionTerm__c", default=Decimal(12))
    months = Fraction(multiplier) * Fraction(product_term or 12)
    spanned = cpq_months(term(line.start, line.end - timedelta(days=1)))
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
    by_multiplier = rounded(
        Fraction(line.unit_price) / months * period_months(line), minor_digits(line.currency)
    )
    shares = sum(chain.periods.shares(line.start, line.end), Fraction())
    by_dates = chain.price(line.amount / shares, line.counted) if line.counted else Decimal(0)
    message = (
        f"{label} is prorated over {float(months):.4g} months, but its dates span {float(spanned):.4g}: by its multiplier "
        f"a billing period costs {by_multiplier}, by its dates {by_dates}. Correct Start Date or End Date in Salesforce "
        "and resync; if the dates are right and Salesforce CPQ prorates in its own way, let the integration warn only."
    )
    severity = Severity.ERROR if stops else Severity.WARNING
    return (Problem(severity, Key(Noun.ORDER, order.order_number), order.salesforce_id, message),)
