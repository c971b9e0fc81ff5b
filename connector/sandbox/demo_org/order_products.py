"""Order products (OrderItem): a sale's lines with their dates, money and numbers, and the record each
becomes.

A new line, an amendment's and a renewal's are the same record with another contract action, a signed
quantity and a pointer to the first order product of the chain; here all are new.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connector.sandbox.demo_org.catalog import Product, block_price_id
from connector.sandbox.demo_org.pricing import PricedLine, price_line
from connector.sandbox.demo_org.sales import Sale

Record = dict[str, object]

_FIRST_ITEM_NUMBER = 5000


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line with all that its records need. `subscription_name` is empty where the line was not contracted
    into a subscription."""

    position: int
    number: int
    product: Product
    quantity: Decimal
    start: date
    end: date
    price: PricedLine
    subscription_name: str

    @property
    def is_contracted(self) -> bool:
        return bool(self.subscription_name)


def place_lines(
    sale: Sale, *, currency: str, items_so_far: int, subscriptions_so_far: int
) -> tuple[PlacedLine, ...]:
    """Price and number the lines of a sale, after so many order products and subscriptions of other sales."""
    placed = []
    subscription_number = subscriptions_so_far
    for position, line in enumerate(sale.lines, start=1):
        start, end = sale.period_of(line)
        becomes_subscription = sale.is_contracted and line.product.subscription
        subscription_number += becomes_subscription
        quantity = Decimal(line.quantity)
        placed.append(
            PlacedLine(
                position=position,
                number=_FIRST_ITEM_NUMBER + items_so_far + position,
                product=line.product,
                quantity=quantity,
                start=start,
                end=end,
                price=price_line(
                    line.product,
                    currency=currency,
                    quantity=quantity,
                    discount=Decimal(line.discount),
                    start=start,
                    end=end,
                ),
                subscription_name=f"SUB-{subscription_number:07d}" if becomes_subscription else "",
            )
        )
    return tuple(placed)


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
        "EndDate": line.end.isoformat() if product.subscription else None,
        "CurrencyIsoCode": currency,
        "SBQQ__ContractAction__c": "New",
        "SBQQ__RevisedOrderProduct__c": None,
        "SBQQ__ChargeType__c": product.charge_type,
        "SBQQ__BillingFrequency__c": product.frequency,
        "SBQQ__BillingType__c": product.billing_type,
        # "Renewable" stands on one-time lines too; an empty subscription pricing is what tells them.
        "SBQQ__SubscriptionType__c": "Renewable",
        "SBQQ__ProductSubscriptionType__c": "Renewable",
        "SBQQ__SubscriptionPricing__c": product.subscription_pricing,
        "SBQQ__SubscriptionTerm__c": None,
        "SBQQ__DefaultSubscriptionTerm__c": None if product.term is None else float(product.term),
        "SBQQ__Activated__c": sale.is_activated,
        "SBQQ__Status__c": "Activated" if sale.is_activated else "Draft",
        "SBQQ__BookingsIndicator__c": "Include",
        **_money(line, currency=currency),
        "SBQQ__ContractingMethod__c": "Inherit",
        "SBQQ__Contracted__c": sale.is_contracted,
        "SBQQ__Contract__c": sale.contract_id(line.end) if line.is_contracted else None,
        "SBQQ__Subscription__c": sale.subscription_id(line.position) if line.is_contracted else None,
        "SBQQ__TerminatedDate__c": None,
    }


def _money(line: PlacedLine, *, currency: str) -> Record:
    band = line.price.band
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
        "SBQQ__PricingMethod__c": line.product.pricing_method,
        "SBQQ__BlockPrice__c": block_price_id(line.product, band, currency=currency) if band else None,
    }
