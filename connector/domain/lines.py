"""One order product: how it is charged, over which term, at which price, and the piece of the Zuora order it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from connector.domain import JSON
from connector.domain.catalog import ChargeSetup, ProductUse, catalog_currencies
from connector.domain.charge_types import is_usage, refuse_contradictions
from connector.domain.labels import line_label
from connector.domain.line_fields import date_field, decimal_field, line_error, not_carried
from connector.domain.operations import LineMoney, Problem
from connector.domain.pricing import PeriodPrice, line_money, minor_digits, price_per_period, rounded
from connector.domain.proration import Sold, proration_problems
from connector.domain.rules import Options
from connector.domain.snapshot import OrderSnapshot
from connector.domain.terms import Term, billing_fractions, term
from connector.domain.usage import NOTHING_BILLED_AHEAD, UsagePlan, read_usage, usage_money

# Salesforce CPQ's billing frequency -> Zuora's billing period in an order; empty means monthly (vendor rule P5).
BILLING_PERIODS = {
    "": "Month",
    "Monthly": "Month",
    "Quarterly": "Quarter",
    "Semiannual": "Semi_Annual",
    "Annual": "Annual",
    "Invoice Plan": "Subscription_Term",
}


@dataclass(frozen=True, slots=True)
class Line:
    """An order product, read and priced. `term` is None for a one-time line. Amounts in the order's currency.

    `counted` is what Zuora multiplies `unit_price` by: the quantity, or 1 for a block, whose unit price is its total.
    A line charged by usage has its rate plans in `usage`; `use` is that of the first.
    """

    record: JSON
    number: str
    use: ProductUse
    quantity: Decimal
    counted: Decimal
    unit_price: Decimal
    total: Decimal
    start: date
    term: Term | None
    priced: PeriodPrice
    money: LineMoney
    subscription_number: str
    problems: tuple[Problem, ...] = ()
    usage: tuple[UsagePlan, ...] = ()

    @property
    def is_subscription(self) -> bool:
        return self.term is not None

    @property
    def uses(self) -> tuple[ProductUse, ...]:
        """Every catalog entry the line needs."""
        return tuple(plan.use for plan in self.usage) or (self.use,)


def read_line(order: OrderSnapshot, record: JSON, *, currency: str, options: Options) -> Line:
    """Read one OrderItem (Product2 and SBQQ__Subscription__r nested).

    Raises RecordError naming the line and the field where it cannot be billed faithfully.
    """
    label = line_label(order, record)
    _refuse_unsupported(label, record)
    if is_usage(record):
        return _usage_line(order, record, currency=currency, options=options)
    recurring = bool(record.get("SBQQ__SubscriptionPricing__c"))
    quantity = _quantity(label, record)
    counted, unit_price, total = _amounts(label, record, quantity)
    start = date_field(label, record, "ServiceDate", fallback=order.record.get("EffectiveDate"))
    line_term = _term(label, record, start) if recurring else None
    period = _billing_period(label, record) if recurring else "Month"
    fractions = billing_fractions(line_term, period) if line_term else (Fraction(1),)
    priced = (
        _recurring(unit_price, counted, fractions, currency, options)
        if line_term
        else _one_time(unit_price, counted, currency)
    )
    sold = Sold(unit_price=unit_price, billing_period=period, priced=priced.price, currency=currency)
    number = str(record.get("OrderItemNumber") or record["Id"])
    return Line(
        record=record,
        number=number,
        use=_use(record, period, currency=currency, options=options),
        quantity=quantity,
        counted=counted,
        unit_price=unit_price,
        total=total,
        start=start,
        term=line_term,
        priced=priced,
        money=line_money(
            label, priced, quantity=counted, fractions=fractions, total=total, currency=currency
        ),
        subscription_number=_subscription_number(order, record, number),
        problems=proration_problems(order, record, line_term, sold, rule=options.money_rule),
    )


def _usage_line(order: OrderSnapshot, record: JSON, *, currency: str, options: Options) -> Line:
    label = line_label(order, record)
    quantity = _quantity(label, record)
    counted, unit_price, total = _amounts(label, record, quantity)
    start = date_field(label, record, "ServiceDate", fallback=order.record.get("EffectiveDate"))
    number = str(record.get("OrderItemNumber") or record["Id"])
    plans = read_usage(order, record, currency=currency, options=options)
    return Line(
        record=record,
        number=number,
        use=plans[0].use,
        quantity=quantity,
        counted=counted,
        unit_price=unit_price,
        total=total,
        start=start,
        term=_term(label, record, start),
        priced=NOTHING_BILLED_AHEAD,
        money=usage_money(label, quantity=counted, total=total, currency=currency),
        subscription_number=_subscription_number(order, record, number),
        usage=plans,
    )


def _refuse_unsupported(label: str, record: JSON) -> None:
    if not (record.get("Product2") or {}).get("Id"):
        raise line_error(label, record, "names no product", "Choose a product in Salesforce and resync.")
    refuse_contradictions(label, record)
    if record.get("SBQQ__SegmentIndex__c"):
        raise not_carried(label, record, "is a segment of a ramp")
    recurring = bool(record.get("SBQQ__SubscriptionPricing__c"))
    if recurring and record.get("SBQQ__SubscriptionType__c") == "Evergreen":
        raise not_carried(label, record, "is evergreen")


def _quantity(label: str, record: JSON) -> Decimal:
    quantity = decimal_field(label, record, "Quantity")
    if quantity < 0:
        raise line_error(
            label,
            record,
            f"has the quantity {quantity}; a new order sells, it cannot take back",
            "Correct Quantity in Salesforce and resync.",
        )
    return quantity


def _use(record: JSON, billing_period: str, *, currency: str, options: Options) -> ProductUse:
    return ProductUse(
        product=record.get("Product2") or {},
        setup=_setup(record),
        currencies=catalog_currencies(currency, options),
        billing_period=billing_period,
    )


def _amounts(label: str, record: JSON, quantity: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """What is counted, the price of one of these, and the total."""
    if not _is_block(record):
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


def _is_block(record: JSON) -> bool:
    return record.get("SBQQ__PricingMethod__c") == "Block"


def _setup(record: JSON) -> ChargeSetup:
    if not record.get("SBQQ__SubscriptionPricing__c"):
        return ChargeSetup.ONE_TIME
    return ChargeSetup.RECURRING_FLAT_FEE if _is_block(record) else ChargeSetup.RECURRING_PER_UNIT


def _billing_period(label: str, record: JSON) -> str:
    frequency = str(record.get("SBQQ__BillingFrequency__c") or "")
    if frequency not in BILLING_PERIODS:
        raise line_error(
            label,
            record,
            f"has the billing frequency {frequency}, which Zuora does not know",
            "Correct Billing Frequency in Salesforce and resync.",
        )
    return BILLING_PERIODS[frequency]


def _term(label: str, record: JSON, start: date) -> Term:
    last_day = date_field(label, record, "EndDate")
    if last_day < start:
        raise line_error(
            label,
            record,
            f"ends on {last_day}, before its start on {start}",
            "Correct Start Date or End Date in Salesforce and resync.",
        )
    return term(start, last_day)


def _recurring(
    unit_price: Decimal, counted: Decimal, fractions: Sequence[Fraction], currency: str, options: Options
) -> PeriodPrice:
    return price_per_period(
        unit_price * counted,
        quantity=counted or Decimal(1),
        fractions=fractions,
        currency=currency,
        max_decimals=options.max_price_decimals,
    )


def _one_time(unit_price: Decimal, counted: Decimal, currency: str) -> PeriodPrice:
    smallest = Decimal(1).scaleb(-minor_digits(currency))
    return PeriodPrice(
        price=unit_price,
        billed=rounded(Fraction(unit_price) * Fraction(counted), minor_digits(currency)),
        bound=smallest,
    )


def _subscription_number(order: OrderSnapshot, record: JSON, number: str) -> str:
    contracted = (record.get("SBQQ__Subscription__r") or {}).get("Name")
    return str(contracted or f"{order.order_number}-{number}")
