"""The trail CPQ leaves of a sale: opportunity, quote, order with its order products, and once it is
contracted the contracts and subscriptions, written back onto the order products.

Fields that CPQ often leaves empty (order name, end date, contract, charge dates) are left empty here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from connector.sandbox.demo_org.catalog import PRICE_BOOK_ID
from connector.sandbox.demo_org.companies import Company, address_fields, contact_id
from connector.sandbox.demo_org.contracts import contract_records, subscription_record
from connector.sandbox.demo_org.order_products import order_product_record, place_lines
from connector.sandbox.demo_org.people import user_for
from connector.sandbox.demo_org.sales import Sale

Record = dict[str, object]

_FIRST_ORDER_NUMBER = 100


@dataclass(slots=True)
class Paperwork:
    """The records made so far, by object."""

    records: dict[str, list[Record]] = field(
        default_factory=lambda: {
            name: []
            for name in (
                "Opportunity",
                "SBQQ__Quote__c",
                "Contract",
                "Order",
                "OrderItem",
                "SBQQ__Subscription__c",
            )
        }
    )

    def add(self, object_name: str, *records: Record) -> None:
        self.records[object_name].extend(records)

    def count(self, object_name: str) -> int:
        return len(self.records[object_name])


def paperwork_of(sales: tuple[Sale, ...], *, companies: Mapping[str, Company]) -> dict[str, list[Record]]:
    """The records of all sales; numbers are given in the order in which the sales were made."""
    paperwork = Paperwork()
    for sale in sorted(sales, key=lambda sale: (sale.start, sale.account)):
        _write_up(sale, company=companies[sale.account], paperwork=paperwork)
    return paperwork.records


def _write_up(sale: Sale, *, company: Company, paperwork: Paperwork) -> None:
    number = paperwork.count("Order") + 1
    lines = place_lines(
        sale,
        currency=company.currency,
        items_so_far=paperwork.count("OrderItem"),
        subscriptions_so_far=paperwork.count("SBQQ__Subscription__c"),
    )
    total = sum((line.price.total_price for line in lines), Decimal(0))
    paperwork.add("Opportunity", _opportunity(sale, company=company, total=total))
    paperwork.add("SBQQ__Quote__c", _quote(sale, company=company, number=number))
    paperwork.add(
        "Contract",
        *contract_records(sale, company=company, lines=lines, contracts_so_far=paperwork.count("Contract")),
    )
    paperwork.add("Order", _order(sale, company=company, number=number, total=total))
    for line in lines:
        paperwork.add("OrderItem", order_product_record(line, sale=sale, currency=company.currency))
        if line.is_contracted:
            paperwork.add("SBQQ__Subscription__c", subscription_record(line, sale=sale, company=company))


def _opportunity(sale: Sale, *, company: Company, total: Decimal) -> Record:
    return {
        "Id": sale.opportunity_id,
        "Name": f"{company.name[:100].strip()} {sale.start:%Y-%m}",
        "AccountId": company.salesforce_id,
        "OwnerId": user_for(company.billing.country),
        "Pricebook2Id": PRICE_BOOK_ID,
        "StageName": "Closed Won",
        "CloseDate": _days_before(sale.start, 10),
        "Amount": float(total),
        "CurrencyIsoCode": company.currency,
        "SBQQ__AmendedContract__c": None,
        "SBQQ__RenewedContract__c": None,
    }


def _quote(sale: Sale, *, company: Company, number: int) -> Record:
    return {
        "Id": sale.quote_id,
        "Name": f"Q-{number:05d}",
        "SBQQ__Account__c": company.salesforce_id,
        "SBQQ__Opportunity2__c": sale.opportunity_id,
        "SBQQ__PriceBook__c": PRICE_BOOK_ID,
        "SBQQ__PrimaryContact__c": contact_id(company.key, company.people[0]),
        "SBQQ__SalesRep__c": user_for(company.billing.country),
        "SBQQ__Primary__c": True,
        "SBQQ__Ordered__c": True,
        "SBQQ__Type__c": "Quote",
        "SBQQ__Status__c": "Accepted",
        "SBQQ__StartDate__c": sale.start.isoformat(),
        "SBQQ__SubscriptionTerm__c": float(sale.months),
        "SBQQ__PaymentTerms__c": sale.payment_term,
        "SBQQ__ContractingMethod__c": "By Subscription End Date",
        "CurrencyIsoCode": company.currency,
    }


def _order(sale: Sale, *, company: Company, number: int, total: Decimal) -> Record:
    status = "Activated" if sale.is_activated else "Draft"
    owner = user_for(company.billing.country)
    return {
        "Id": sale.order_id,
        "OrderNumber": f"{_FIRST_ORDER_NUMBER + number:08d}",
        "AccountId": company.salesforce_id,
        "OpportunityId": sale.opportunity_id,
        "OwnerId": owner,
        "Pricebook2Id": PRICE_BOOK_ID,
        "ContractId": None,
        "Name": None,
        "Type": "New",
        "Status": status,
        "StatusCode": status,
        "EffectiveDate": sale.start.isoformat(),
        "EndDate": None,
        "ActivatedDate": f"{_days_before(sale.start, 5)}T09:00:00.000+0000" if sale.is_activated else None,
        "ActivatedById": owner if sale.is_activated else None,
        "PoNumber": sale.po_number or None,
        "BillToContactId": contact_id(company.key, sale.bill_to) if sale.bill_to else None,
        "ShipToContactId": contact_id(company.key, sale.ship_to) if sale.ship_to else None,
        **_addresses(sale, company=company),
        "TotalAmount": float(total),
        "CurrencyIsoCode": company.currency,
        "SBQQ__Quote__c": sale.quote_id,
        "SBQQ__Contracted__c": sale.is_contracted,
        "SBQQ__ContractingMethod__c": "By Subscription End Date",
        "SBQQ__PaymentTerm__c": sale.payment_term,
        "SBQQ__PriceCalcStatus__c": sale.price_calculation,
        "SBQQ__PriceCalcStatusMessage__c": None,
        "SBQQ__RenewalTerm__c": 12.0,
    }


def _addresses(sale: Sale, *, company: Company) -> Record:
    billing, shipping = (company.billing, company.shipping) if sale.copies_addresses else (None, None)
    return {**address_fields(billing, "Billing"), **address_fields(sale.shipping or shipping, "Shipping")}


def _days_before(day: date, days: int) -> str:
    return (day - timedelta(days=days)).isoformat()
