"""One order product, read: how it is charged, from when to when, how many and for how much.

What it does to a subscription (opens one, changes one, renews one) is not this module's matter: see `chain_book`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from connector.domain import JSON, ids
from connector.domain.catalog import ChargeSetup, ProductUse, catalog_currencies
from connector.domain.charge_types import SCHEDULES, is_usage, refuse_contradictions
from connector.domain.labels import LONGEST_NAME, excerpt, line_label, line_number
from connector.domain.line_fields import date_field, decimal_field, line_error, text_field
from connector.domain.rules import Options
from connector.domain.snapshot import OrderSnapshot
from connector.domain.terms import MONTHS_OF_PERIOD, add_months
from connector.domain.usage import UsagePlan, read_usage

# Salesforce CPQ's billing frequency -> Zuora's billing period in an order; empty means monthly (vendor rule P5).
BILLING_PERIODS = {
    "": "Month",
    "Monthly": "Month",
    "Quarterly": "Quarter",
    "Semiannual": "Semi_Annual",
    "Annual": "Annual",
    "Invoice Plan": "Subscription_Term",
}


class LineKind(StrEnum):
    ONE_TIME = "one-time"
    TERMED = "termed"
    EVERGREEN = "evergreen"
    USAGE = "usage"


@dataclass(frozen=True, slots=True)
class Line:
    """An order product. Amounts are in the order's `currency`, for the whole of the line's time.

    `counted` is what Zuora multiplies a price by: the quantity, or 1 for a block, whose price is its total. `end` is the first
    day that no longer belongs to it; None for one-time and evergreen lines. A line charged by usage has its rate plans in `usage`.
    """

    record: JSON
    label: str
    kind: LineKind
    number: str
    use: ProductUse
    currency: str
    quantity: Decimal
    counted: Decimal
    unit_price: Decimal
    total: Decimal
    start: date
    end: date | None
    usage: tuple[UsagePlan, ...] = ()

    @property
    def uses(self) -> tuple[ProductUse, ...]:
        """Every catalog entry the line needs. The one-time dimension of a ramp needs none: its product's rate plan holds the
        recurring charge, and Zuora's order line items may do without one."""
        if is_one_time_dimension(self.record):
            return ()
        return tuple(plan.use for plan in self.usage) or (self.use,)

    @property
    def amount(self) -> Fraction:
        """What the line costs by its unit price, exactly; `total` is what Salesforce states."""
        return Fraction(self.unit_price) * Fraction(self.counted)

    @property
    def salesforce_id(self) -> str:
        return ids.normalise(str(self.record["Id"]))

    @property
    def revises(self) -> str:
        """The order product this one changes or renews; empty where it opens something."""
        found = self.record.get("SBQQ__RevisedOrderProduct__c")
        return ids.normalise(str(found)) if found else ""

    @property
    def is_flat(self) -> bool:
        return is_block(self.record)

    @property
    def is_endless(self) -> bool:
        return self.kind in (LineKind.EVERGREEN, LineKind.USAGE) and is_evergreen(self.record)

    @property
    def is_in_arrears(self) -> bool:
        return bool(self.record.get("SBQQ__BillingType__c") == "Arrears")

    @property
    def product_id(self) -> str:
        return ids.normalise(str(self.record["Product2"]["Id"]))

    @property
    def rates(self) -> tuple[str, ...]:
        """What its usage costs: schedule, model, period and tiers, in an order of their own."""
        return tuple(
            sorted(
                f"{plan.use.external_id} {plan.use.setup} {plan.use.billing_period} {plan.use.specific_months} {plan.tiers}"
                for plan in self.usage
            )
        )

    @property
    def billing_period(self) -> str:
        return self.use.billing_period


def read_line(order: OrderSnapshot, record: JSON, *, currency: str, options: Options) -> Line:
    """Read one OrderItem (Product2 and SBQQ__Subscription__r nested).

    Raises RecordError naming the line and the field where it cannot be billed faithfully.
    """
    label = line_label(order, record)
    if not (record.get("Product2") or {}).get("Id"):
        raise line_error(label, record, "names no product", "Choose a product in Salesforce and resync.")
    refuse_contradictions(label, record)
    kind = line_kind(record)
    quantity = decimal_field(label, record, "Quantity")
    if kind is LineKind.USAGE and not quantity and not record.get("SBQQ__RevisedOrderProduct__c"):
        quantity = Decimal(1)  # Usage is sold whether or not somebody typed how many of it.
    counted, unit_price, total = _amounts(label, record, quantity)
    start = date_field(label, record, "ServiceDate", fallback=order.record.get("EffectiveDate"))
    period = _billing_period(label, record) if kind in (LineKind.TERMED, LineKind.EVERGREEN) else "Month"
    if kind is not LineKind.ONE_TIME and is_evergreen(record) and record.get("EndDate"):
        raise line_error(
            label,
            record,
            f"is evergreen and has the end date {record['EndDate']}; an evergreen line has none",
            "Empty End Date, or correct Subscription Type, in Salesforce and resync.",
        )
    if kind is LineKind.EVERGREEN and period not in MONTHS_OF_PERIOD:
        raise line_error(
            label,
            record,
            "is evergreen and billed once for its whole term, which it does not have",
            "Choose a Billing Frequency of months in Salesforce and resync.",
        )
    usage = _usage(order, record, currency=currency, options=options)
    return Line(
        record=record,
        label=label,
        kind=kind,
        number=line_number(record),
        use=usage[0].use if usage else _use(record, period, currency=currency, options=options),
        currency=currency,
        quantity=quantity,
        counted=counted,
        unit_price=unit_price,
        total=total,
        start=start,
        end=_end(label, record, start) if kind in (LineKind.TERMED, LineKind.USAGE) else None,
        usage=usage,
    )


def _usage(order: OrderSnapshot, record: JSON, *, currency: str, options: Options) -> tuple[UsagePlan, ...]:
    """A line that changes a subscription need not bring its schedules along: what usage costs was said when it was sold."""
    if not is_usage(record) or (record.get("SBQQ__RevisedOrderProduct__c") and not record.get(SCHEDULES)):
        return ()
    return read_usage(order, record, currency=currency, options=options)


def line_kind(record: JSON) -> LineKind:
    """A line without subscription pricing is one-time, whatever its subscription type says."""
    if is_usage(record):
        return LineKind.USAGE
    if not record.get("SBQQ__SubscriptionPricing__c") or is_one_time_dimension(record):
        return LineKind.ONE_TIME
    return LineKind.EVERGREEN if is_evergreen(record) else LineKind.TERMED


def is_evergreen(record: JSON) -> bool:
    return bool(record.get("SBQQ__SubscriptionType__c") == "Evergreen")


def is_one_time_dimension(record: JSON) -> bool:
    """What a ramp charges once, beside its segments (Salesforce CPQ writes "One Time" and "One-time")."""
    return str(record.get("SBQQ__DimensionType__c") or "").replace("-", " ").lower() == "one time"


def is_block(record: JSON) -> bool:
    return record.get("SBQQ__PricingMethod__c") == "Block"


def is_bundle_head(order: OrderSnapshot, record: JSON) -> bool:
    """The head of a bundle that has no price of its own: its components are lines of their own."""
    if is_usage(record) or record.get(SCHEDULES):
        return False
    unpriced = all(str(record.get(name) or 0).strip("-0.") == "" for name in ("UnitPrice", "TotalPrice"))
    line_id = str(record["Id"])
    heads = ("SBQQ__RequiredBy__c", "SBQQ__BundleRoot__c")
    return unpriced and any(
        each.get(name) and each["Id"] != record["Id"] and ids.same(str(each[name]), line_id)
        for each in order.lines
        for name in heads
    )


def period_months(line: Line) -> Fraction:
    """Months of the line's billing period; of one billed by its term, those of the term."""
    if months := MONTHS_OF_PERIOD.get(line.billing_period):
        return Fraction(months)
    assert line.end is not None  # noqa: S101 - read_line refuses an evergreen line that is billed by its term
    return whole_months(line.start, line.end) or Fraction((line.end - line.start).days * 12, 365)


def whole_months(start: date, end: date) -> Fraction | None:
    """The months between two days; None where they are not whole."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return Fraction(months) if months > 0 and add_months(start, months) == end else None


def _amounts(label: str, record: JSON, quantity: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """What is counted, the price of one of these, and the total."""
    if not is_block(record):
        unit_price = decimal_field(label, record, "UnitPrice")
        return quantity, unit_price, decimal_field(label, record, "TotalPrice", default=unit_price * quantity)
    if record.get("TotalPrice") is None:
        raise line_error(
            label,
            record,
            "is priced as a block and has no usable TotalPrice",
            "Fill Total Price in Salesforce and resync.",
        )
    # A block price is one amount for the block: UnitPrice times Quantity may multiply it.
    total = decimal_field(label, record, "TotalPrice")
    return Decimal(1), total, total


def _use(record: JSON, billing_period: str, *, currency: str, options: Options) -> ProductUse:
    return ProductUse(
        product=record.get("Product2") or {},
        setup=_setup(record),
        currencies=catalog_currencies(currency, options),
        billing_period=billing_period,
    )


def _setup(record: JSON) -> ChargeSetup:
    if line_kind(record) is LineKind.ONE_TIME:
        return ChargeSetup.ONE_TIME
    return ChargeSetup.RECURRING_FLAT_FEE if is_block(record) else ChargeSetup.RECURRING_PER_UNIT


def _billing_period(label: str, record: JSON) -> str:
    frequency = text_field(record, "SBQQ__BillingFrequency__c")
    if frequency not in BILLING_PERIODS:
        raise line_error(
            label,
            record,
            f"has the billing frequency “{excerpt(frequency, longest=LONGEST_NAME)}”, which Zuora does not know",
            "Correct Billing Frequency in Salesforce and resync.",
        )
    return BILLING_PERIODS[frequency]


def _end(label: str, record: JSON, start: date) -> date | None:
    if is_evergreen(record):
        return None
    last_day = date_field(label, record, "EndDate")
    if last_day < start:
        raise line_error(
            label,
            record,
            f"ends on {last_day}, before its start on {start}",
            "Correct Start Date or End Date in Salesforce and resync.",
        )
    return last_day + timedelta(days=1)
