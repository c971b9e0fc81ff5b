"""Contracts and subscriptions, which CPQ makes of an activated order when it is contracted: one contract
for every end date in the order, one subscription for every subscription line. An amendment's lines become
subscriptions of their own, with names of their own, in the contract it amends.
"""

from __future__ import annotations

from datetime import date

from connector.sandbox.demo_org.catalog import PRICE_BOOK_ID
from connector.sandbox.demo_org.companies import Company
from connector.sandbox.demo_org.order_products import PlacedLine
from connector.sandbox.demo_org.people import user_for
from connector.sandbox.demo_org.pricing import term_of
from connector.sandbox.demo_org.sales import Sale

Record = dict[str, object]

_FIRST_CONTRACT_NUMBER = 200


def contract_records(
    sale: Sale, *, company: Company, lines: tuple[PlacedLine, ...], contracts_so_far: int
) -> list[Record]:
    """The contracts of a sale, from the first start to the shared end of their lines; none if it is not
    contracted or amends another's."""
    if sale.amends:
        return []
    starts: dict[date | None, date] = {}
    for line in lines:
        if line.is_contracted:
            starts[line.contract_end] = min(line.start, starts.get(line.contract_end, line.start))
    return [
        _contract(sale, company=company, start=start, end=end, number=contracts_so_far + place)
        for place, (end, start) in enumerate(
            sorted(starts.items(), key=lambda item: item[0] or date.max), start=1
        )
    ]


def _contract(sale: Sale, *, company: Company, start: date, end: date | None, number: int) -> Record:
    return {
        "Id": sale.contract_id(end),
        "ContractNumber": f"{_FIRST_CONTRACT_NUMBER + number:08d}",
        "AccountId": company.salesforce_id,
        "OwnerId": user_for(company.billing.country),
        "Pricebook2Id": PRICE_BOOK_ID,
        "Status": "Activated",
        "StatusCode": "Activated",
        "StartDate": start.isoformat(),
        "EndDate": _text(end),
        "ContractTerm": end and _whole_months(start, end),
        "CurrencyIsoCode": company.currency,
        "SBQQ__Opportunity__c": sale.opportunity_id,
        "SBQQ__Quote__c": sale.quote_id,
        "SBQQ__Order__c": sale.order_id,
        "SBQQ__Evergreen__c": end is None,
        "SBQQ__RenewalTerm__c": end and 12.0,
    }


def _whole_months(start: date, end: date) -> int:
    """A part of a month counts as a whole one: the term is an integer."""
    months, days = term_of(start, end)
    return months + (days > 0)


def subscription_record(
    line: PlacedLine, *, sale: Sale, company: Company, revised: str | None = None
) -> Record:
    """The SBQQ__Subscription__c of a contracted line. Its prices are per unit for the line's whole term;
    `revised` is the subscription it changes."""
    product = line.product
    end, contract_end = _text(line.end), _text(line.contract_end)
    segment = line.line.segment
    return {
        "Id": sale.subscription_id(line.position),
        "Name": line.subscription_name,
        "SBQQ__Account__c": company.salesforce_id,
        "SBQQ__Contract__c": line.contract_id,
        "SBQQ__OrderProduct__c": sale.order_item_id(line.position),
        "SBQQ__Product__c": product.salesforce_id,
        "SBQQ__Quantity__c": float(line.quantity),
        "SBQQ__RenewalQuantity__c": float(line.quantity),
        "SBQQ__ListPrice__c": float(line.price.list_price),
        "SBQQ__NetPrice__c": float(line.price.unit_price),
        "SBQQ__ProrateMultiplier__c": line.price.multiplier,
        "SBQQ__StartDate__c": line.start.isoformat(),
        "SBQQ__EndDate__c": end,
        "SBQQ__SubscriptionStartDate__c": line.start.isoformat(),
        "SBQQ__SubscriptionEndDate__c": contract_end if segment else end,
        "SBQQ__SegmentStartDate__c": line.start.isoformat() if segment else None,
        "SBQQ__SegmentEndDate__c": end if segment else None,
        "SBQQ__SegmentIndex__c": float(segment.index) if segment and segment.index else None,
        "SBQQ__SegmentKey__c": segment.key if segment else None,
        "SBQQ__DimensionType__c": segment.dimension if segment else None,
        "SBQQ__ChargeType__c": line.charge_type,
        "SBQQ__BillingFrequency__c": line.frequency,
        "SBQQ__BillingType__c": line.billing_type,
        "SBQQ__PricingMethod__c": product.pricing_method,
        "SBQQ__SubscriptionPricing__c": line.subscription_pricing,
        "SBQQ__SubscriptionType__c": product.subscription_type,
        "SBQQ__HasConsumptionSchedule__c": bool(product.schedules),
        "SBQQ__RevisedSubscription__c": revised,
        "SBQQ__TerminatedDate__c": None,
        "CurrencyIsoCode": company.currency,
    }


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
