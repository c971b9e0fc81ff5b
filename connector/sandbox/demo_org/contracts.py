"""Contracts and subscriptions, which CPQ makes of an activated order when it is contracted: one contract
for every end date in the order, one subscription for every subscription line.
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
    contracted."""
    starts: dict[date, date] = {}
    for line in lines:
        if line.is_contracted:
            starts[line.end] = min(line.start, starts.get(line.end, line.start))
    return [
        _contract(sale, company=company, start=start, end=end, number=contracts_so_far + place)
        for place, (end, start) in enumerate(sorted(starts.items()), start=1)
    ]


def _contract(sale: Sale, *, company: Company, start: date, end: date, number: int) -> Record:
    months, days = term_of(start, end)
    return {
        "Id": sale.contract_id(end),
        "ContractNumber": f"{_FIRST_CONTRACT_NUMBER + number:08d}",
        "AccountId": company.salesforce_id,
        "OwnerId": user_for(company.billing.country),
        "Pricebook2Id": PRICE_BOOK_ID,
        "Status": "Activated",
        "StatusCode": "Activated",
        "StartDate": start.isoformat(),
        "EndDate": end.isoformat(),
        # A part of a month counts as a whole one: the term is an integer.
        "ContractTerm": months + (days > 0),
        "CurrencyIsoCode": company.currency,
        "SBQQ__Opportunity__c": sale.opportunity_id,
        "SBQQ__Quote__c": sale.quote_id,
        "SBQQ__Order__c": sale.order_id,
        "SBQQ__Evergreen__c": False,
        "SBQQ__RenewalTerm__c": 12.0,
    }


def subscription_record(line: PlacedLine, *, sale: Sale, company: Company) -> Record:
    """The SBQQ__Subscription__c of a contracted line. Its prices are per unit for the line's whole term."""
    product = line.product
    return {
        "Id": sale.subscription_id(line.position),
        "Name": line.subscription_name,
        "SBQQ__Account__c": company.salesforce_id,
        "SBQQ__Contract__c": sale.contract_id(line.end),
        "SBQQ__OrderProduct__c": sale.order_item_id(line.position),
        "SBQQ__Product__c": product.salesforce_id,
        "SBQQ__Quantity__c": float(line.quantity),
        "SBQQ__RenewalQuantity__c": float(line.quantity),
        "SBQQ__ListPrice__c": float(line.price.list_price),
        "SBQQ__NetPrice__c": float(line.price.unit_price),
        "SBQQ__ProrateMultiplier__c": line.price.multiplier,
        "SBQQ__StartDate__c": line.start.isoformat(),
        "SBQQ__EndDate__c": line.end.isoformat(),
        "SBQQ__SubscriptionStartDate__c": line.start.isoformat(),
        "SBQQ__SubscriptionEndDate__c": line.end.isoformat(),
        "SBQQ__ChargeType__c": product.charge_type,
        "SBQQ__BillingFrequency__c": product.frequency,
        "SBQQ__BillingType__c": product.billing_type,
        "SBQQ__PricingMethod__c": product.pricing_method,
        "SBQQ__SubscriptionPricing__c": product.subscription_pricing,
        "SBQQ__SubscriptionType__c": "Renewable",
        "CurrencyIsoCode": company.currency,
    }
