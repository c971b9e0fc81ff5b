"""How a chain is charged when it is opened: its term, its list price base, and what else never changes.

What Zuora has of an order that was carried before counts first: an integration's options may have changed since.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from connector.domain import paths
from connector.domain.billing_periods import SUBSCRIPTION_TERM, Span
from connector.domain.chains import Charging
from connector.domain.line_fields import decimal_field, line_error, optional_date
from connector.domain.lines import Line, LineKind, period_months, whole_months
from connector.domain.rules import Options
from connector.domain.snapshot import ZuoraSubscription

MOST_BASE_MONTHS = 200
"""Zuora's bound of a specific list price base."""


def charging(
    line: Line, anchor: date, span: Span, options: Options, there: ZuoraSubscription | None
) -> Charging:
    months = Fraction(1) if line.kind is LineKind.USAGE else period_months(line)
    return Charging(
        currency=line.currency,
        product_id=line.product_id,
        is_flat=line.is_flat,
        is_in_arrears=line.is_in_arrears,
        period_months=months,
        max_decimals=options.max_price_decimals,
        base=_base(line, anchor, span, months, options, there),
        is_usage=line.kind is LineKind.USAGE,
        rates=line.rates,
    )


def _base(
    line: Line,
    anchor: date,
    span: Span,
    months: Fraction,
    options: Options,
    there: ZuoraSubscription | None,
) -> Fraction:
    """How many billing periods the list price stands for. A charge keeps the base it was created with, whatever the integration
    says today."""
    if there is not None and there.base_months is not None:
        return Fraction(there.base_months) / months if there.base_months else Fraction(1)
    spanned = whole_months(anchor, span.end) if span.end and options.list_price_base else None
    if not spanned or spanned > MOST_BASE_MONTHS or line.billing_period == SUBSCRIPTION_TERM:
        return Fraction(1)
    return spanned / months


def term_start(line: Line, anchor: date, options: Options, there: ZuoraSubscription | None) -> date:
    """Where the integration says so, the contract's start; never one after the line's own. Zuora's own word counts first."""
    if there is not None and (known := optional_date(there.subscription_start)):
        return min(known, anchor)
    if options.use_subscription_start:
        return anchor
    contract = optional_date(paths.read(line.record, "SBQQ__Contract__r.StartDate"))
    return min(contract, anchor) if contract else anchor


def evergreen_periods(line: Line) -> Fraction:
    """How many billing periods the total of an evergreen line stands for: its product term times its multiplier (1)."""
    product_term = decimal_field(
        line.label, line.record, "SBQQ__DefaultSubscriptionTerm__c", default=Decimal(12)
    )
    multiplier = decimal_field(line.label, line.record, "SBQQ__ProrateMultiplier__c", default=Decimal(1))
    months = Fraction(product_term or 12) * Fraction(multiplier or 1)
    if months <= 0:
        raise line_error(
            line.label,
            line.record,
            f"has no usable product term or prorate multiplier (found {product_term} and {multiplier})",
            "Recalculate its price in Salesforce and resync.",
        )
    return months / period_months(line)
