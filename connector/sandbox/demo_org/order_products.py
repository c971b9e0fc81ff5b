"""Order products (OrderItem): a sale's lines with their dates, money and numbers, and the record each
becomes.

A new line, an amendment's and a renewal's are the same record with another contract action, a signed
quantity and a pointer to the first order product of the chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connector.sandbox.demo_org.catalog import Product, block_price_id, dimension_id
from connector.sandbox.demo_org.chains import Chain, Chains
from connector.sandbox.demo_org.pricing import PricedLine, price_line, to_cents
from connector.sandbox.demo_org.sales import Line, Sale

Record = dict[str, object]

_FIRST_ITEM_NUMBER = 5000


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line with all that its records need. `subscription_name` is empty and `contract_id` None where the
    line was not contracted into a subscription; `revised_id` is the first order product of its chain."""

    position: int
    number: int
    line: Line
    quantity: Decimal
    start: date
    end: date | None
    price: PricedLine
    action: str
    revised_id: str | None
    contract_id: str | None
    contract_end: date | None
    subscription_name: str

    @property
    def product(self) -> Product:
        return self.line.product

    @property
    def is_contracted(self) -> bool:
        return bool(self.subscription_name)

    @property
    def charge_type(self) -> str | None:
        return "One-Time" if self.is_ramp_once else self.product.charge_type

    @property
    def frequency(self) -> str | None:
        return None if self.line.is_bought_once else self.line.frequency or self.product.frequency

    @property
    def billing_type(self) -> str | None:
        return None if self.line.is_bought_once else self.line.billing_type or self.product.billing_type

    @property
    def subscription_pricing(self) -> str | None:
        return None if self.line.is_bought_once else self.product.subscription_pricing

    @property
    def is_ramp_once(self) -> bool:
        """What a ramp costs once; that it is written like any one-time line is unverified."""
        return self.line.is_bought_once and self.product.subscription


def place_lines(
    sale: Sale, *, currency: str, chains: Chains, items_so_far: int, subscriptions_so_far: int
) -> tuple[PlacedLine, ...]:
    """Price and number the lines of a sale, after so many order products and subscriptions of other sales."""
    placed: list[PlacedLine] = []
    subscriptions = subscriptions_so_far
    for position, line in enumerate(sale.lines, start=1):
        becomes_subscription = sale.is_contracted and not line.is_bought_once
        subscriptions += becomes_subscription
        revised_id = sale.revised_id(line)
        chain = chains[revised_id] if revised_id else None
        start, end = _period(sale, line, chain)
        contract_end = end if chain and sale.amends and not line.segment else sale.contract_end(line)
        contract_id = chain.contract_id if chain and sale.amends else sale.contract_id(contract_end)
        placed.append(
            PlacedLine(
                position=position,
                number=_FIRST_ITEM_NUMBER + items_so_far + position,
                line=line,
                quantity=Decimal(line.quantity),
                start=start,
                end=end,
                price=_price(line, currency=currency, period=(start, end), chain=chain, before=placed),
                action=_action(sale, line, chain),
                revised_id=revised_id,
                contract_id=contract_id if becomes_subscription else None,
                contract_end=contract_end,
                subscription_name=f"SUB-{subscriptions:07d}" if becomes_subscription else "",
            )
        )
    return tuple(placed)


def _period(sale: Sale, line: Line, chain: Chain | None) -> tuple[date, date | None]:
    start, end = sale.period_of(line)
    return (start, chain.end) if chain and sale.amends else (start, end)


def _action(sale: Sale, line: Line, chain: Chain | None) -> str:
    if chain is None:
        return "New"
    return "Renew" if sale.renews else chain.action_of(Decimal(line.quantity))


def _price(
    line: Line,
    *,
    currency: str,
    period: tuple[date, date | None],
    chain: Chain | None,
    before: list[PlacedLine],
) -> PricedLine:
    """Price a line; one that follows another keeps its net price, raised by a renewal's uplift."""
    quoted = None if line.quoted is None else Decimal(line.quoted)
    if line.product.percent:
        quoted = to_cents(_covered(before) * line.product.percent / 100)
    if line.uplift:
        base = chain.net_price if chain else line.product.list_price(currency)
        net: Decimal | None = to_cents(base * (100 + line.uplift) / 100)
    else:
        net = chain.net_price if chain else None
    start, end = period
    if line.is_bought_once:
        end = None
    return price_line(
        line.product,
        currency=currency,
        quantity=Decimal(line.quantity),
        start=start,
        end=end,
        discount=Decimal(line.discount),
        quoted=quoted,
        net=net,
    )


def _covered(lines: list[PlacedLine]) -> Decimal:
    """What the subscriptions of a sale cost in a year: the total that a percentage is taken of."""
    return sum(
        (
            line.price.net_price * line.quantity * 12 / (line.product.term or 12)
            for line in lines
            if line.subscription_pricing == "Fixed Price"
        ),
        Decimal(0),
    )


def order_product_record(line: PlacedLine, *, sale: Sale, currency: str) -> Record:
    """The OrderItem: what was sold and for when, then the money, then what contracting wrote back."""
    product = line.product
    return {
        "Id": sale.order_item_id(line.position),
        "OrderId": sale.order_id,
        "OrderItemNumber": f"{line.number:010d}",
        "Product2Id": product.salesforce_id,
        "PricebookEntryId": product.entry_id(currency),
        "Description": product.name,
        "ServiceDate": line.start.isoformat(),
        "EndDate": line.end.isoformat() if line.end and not line.line.is_bought_once else None,
        "CurrencyIsoCode": currency,
        "SBQQ__ContractAction__c": line.action,
        "SBQQ__RevisedOrderProduct__c": line.revised_id,
        "SBQQ__ChargeType__c": line.charge_type,
        "SBQQ__BillingFrequency__c": line.frequency,
        "SBQQ__BillingType__c": line.billing_type,
        # "Renewable" stands on one-time lines too; an empty subscription pricing is what tells them.
        "SBQQ__SubscriptionType__c": product.subscription_type,
        "SBQQ__ProductSubscriptionType__c": product.subscription_type,
        "SBQQ__SubscriptionPricing__c": line.subscription_pricing,
        "SBQQ__SubscriptionTerm__c": None,
        "SBQQ__DefaultSubscriptionTerm__c": None if product.term is None else float(product.term),
        "SBQQ__Activated__c": sale.is_activated,
        "SBQQ__Status__c": "Activated" if sale.is_activated else "Draft",
        "SBQQ__BookingsIndicator__c": "Include",
        "SBQQ__TaxCode__c": product.tax_code,
        **_structure(line, sale=sale),
        **_money(line, currency=currency),
        "SBQQ__ContractingMethod__c": "Inherit",
        "SBQQ__Contracted__c": sale.is_contracted,
        "SBQQ__Contract__c": line.contract_id,
        "SBQQ__Subscription__c": sale.subscription_id(line.position) if line.is_contracted else None,
        "SBQQ__TerminatedDate__c": None,
        **line.line.overrides,
    }


def _structure(line: PlacedLine, *, sale: Sale) -> Record:
    """Where the line stands in a ramp and in a bundle."""
    segment, under = line.line.segment, line.line.under
    index = segment.index if segment else None
    return {
        "SBQQ__SegmentIndex__c": None if index is None else float(index),
        "SBQQ__SegmentKey__c": segment.key if segment else None,
        "SBQQ__DimensionType__c": segment.dimension if segment else None,
        "SBQQ__PriceDimension__c": dimension_id(line.product, segment.dimension) if segment else None,
        "SBQQ__RequiredBy__c": sale.order_item_id(under) if under else None,
        "SBQQ__BundleRoot__c": sale.order_item_id(sale.bundle_root(line.line)) if under else None,
    }


def _money(line: PlacedLine, *, currency: str) -> Record:
    band = line.price.band
    is_quoted = line.line.quoted is not None
    return {
        "Quantity": float(line.quantity),
        "AvailableQuantity": float(line.quantity),
        "SBQQ__OrderedQuantity__c": float(line.quantity),
        "SBQQ__QuotedQuantity__c": float(line.quantity),
        "ListPrice": float(line.product.list_price(currency)),
        "SBQQ__QuotedListPrice__c": float(line.price.list_price),
        "UnitPrice": float(line.price.unit_price),
        "TotalPrice": float(line.price.total_price),
        "SBQQ__UnproratedNetPrice__c": None,
        "SBQQ__ProrateMultiplier__c": line.price.multiplier,
        "SBQQ__PricingMethod__c": "Custom" if is_quoted else line.product.pricing_method,
        "SBQQ__BlockPrice__c": block_price_id(line.product, band, currency=currency) if band else None,
    }
