"""The trail CPQ leaves of a sale: opportunity, quote, order with its order products, and once it is
contracted the contracts and subscriptions, written back onto the order products. A cancellation, once
contracted, writes the last day back onto what it cancels.

Fields that CPQ often leaves empty (order name, end date, contract, charge dates) are left empty here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from connector.sandbox.demo_org.catalog import PRICE_BOOK_ID
from connector.sandbox.demo_org.chains import Chain, Chains
from connector.sandbox.demo_org.companies import Company, account_id, address_fields, contact_id
from connector.sandbox.demo_org.consumption import order_product_rates, order_product_schedules
from connector.sandbox.demo_org.contracts import contract_records, subscription_record
from connector.sandbox.demo_org.order_products import PlacedLine, order_product_record, place_lines
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
                "SBQQ__OrderItemConsumptionSchedule__c",
                "SBQQ__OrderItemConsumptionRate__c",
            )
        }
    )
    chains: Chains = field(default_factory=dict)

    def add(self, object_name: str, *records: Record) -> None:
        self.records[object_name].extend(records)

    def count(self, object_name: str) -> int:
        return len(self.records[object_name])


def paperwork_of(*books: tuple[Sale, ...], companies: Mapping[str, Company]) -> dict[str, list[Record]]:
    """The records of all sales, book after book; within one, numbers are given in the order in which the
    sales were entered."""
    paperwork = Paperwork()
    for book in books:
        for sale in sorted(book, key=lambda sale: (sale.entered, sale.account)):
            _write_up(sale, company=companies[sale.account], paperwork=paperwork)
    return paperwork.records


def _write_up(sale: Sale, *, company: Company, paperwork: Paperwork) -> None:
    number = paperwork.count("Order") + 1
    lines = place_lines(
        sale,
        currency=company.currency,
        chains=paperwork.chains,
        items_so_far=paperwork.count("OrderItem"),
        subscriptions_so_far=paperwork.count("SBQQ__Subscription__c"),
    )
    total = sum((line.price.total_price for line in lines), Decimal(0))
    paperwork.add("Opportunity", _opportunity(sale, company=company, lines=lines, total=total))
    paperwork.add("SBQQ__Quote__c", _quote(sale, company=company, lines=lines, number=number))
    paperwork.add(
        "Contract",
        *contract_records(sale, company=company, lines=lines, contracts_so_far=paperwork.count("Contract")),
    )
    paperwork.add("Order", _order(sale, company=company, number=number, total=total))
    for line in lines:
        _write_line(line, sale=sale, company=company, paperwork=paperwork)


def _write_line(line: PlacedLine, *, sale: Sale, company: Company, paperwork: Paperwork) -> None:
    item_id = sale.order_item_id(line.position)
    chain = paperwork.chains.get(line.revised_id or "")
    written = [order_product_record(line, sale=sale, currency=company.currency)]
    paperwork.add("OrderItem", *written)
    paperwork.add(
        "SBQQ__OrderItemConsumptionSchedule__c", *order_product_schedules(line.product, order_item=item_id)
    )
    paperwork.add("SBQQ__OrderItemConsumptionRate__c", *order_product_rates(line.product, order_item=item_id))
    if line.is_contracted:
        revised = chain.subscription_id if chain and sale.amends else None
        subscription = subscription_record(line, sale=sale, company=company, revised=revised)
        paperwork.add("SBQQ__Subscription__c", subscription)
        written.append(subscription)
    if chain is None or sale.renews:
        paperwork.chains[line.revised_id or item_id] = Chain(
            net_price=line.price.net_price,
            quantity=line.quantity,
            end=line.end,
            contract_id=line.contract_id,
            subscription_id=sale.subscription_id(line.position) if line.is_contracted else None,
            records=written,
        )
        return
    chain.quantity += line.quantity
    if line.action == "Cancel" and line.is_contracted:
        chain.terminate(line.start)
    chain.records += written


def _opportunity(sale: Sale, *, company: Company, lines: tuple[PlacedLine, ...], total: Decimal) -> Record:
    amended = _amending(sale, lines)
    return {
        "Id": sale.opportunity_id,
        "Name": f"{company.name[:100].strip()} {sale.start:%Y-%m}",
        "AccountId": company.salesforce_id,
        "OwnerId": user_for(company.billing.country),
        "Pricebook2Id": PRICE_BOOK_ID,
        "StageName": "Closed Won",
        "CloseDate": _days_before(sale.entered, 10),
        "Amount": float(total),
        "CurrencyIsoCode": company.currency,
        "SBQQ__AmendedContract__c": amended and amended.contract_id,
        "SBQQ__RenewedContract__c": sale.renews.contract_id(sale.renews.end) if sale.renews else None,
        "SBQQ__Renewal__c": sale.renews is not None,
    }


def _amending(sale: Sale, lines: tuple[PlacedLine, ...]) -> PlacedLine | None:
    """A line that tells which contract an amendment amends, and when that ends."""
    return next((line for line in lines if sale.amends and line.contract_id), None)


def _quote(sale: Sale, *, company: Company, lines: tuple[PlacedLine, ...], number: int) -> Record:
    amended = _amending(sale, lines)
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
        "SBQQ__Type__c": "Quote" if sale.kind == "New" else sale.kind,
        "SBQQ__MasterContract__c": amended and amended.contract_id,
        "SBQQ__Status__c": "Accepted",
        "SBQQ__StartDate__c": sale.start.isoformat(),
        # An amendment runs to the end of its contract, whatever number of months that is.
        "SBQQ__EndDate__c": amended.contract_end.isoformat() if amended and amended.contract_end else None,
        "SBQQ__SubscriptionTerm__c": None if sale.amends else float(sale.months),
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
        "Type": sale.kind,
        "Status": status,
        "StatusCode": status,
        "EffectiveDate": sale.start.isoformat(),
        "EndDate": None,
        "ActivatedDate": f"{_days_before(sale.entered, 5)}T09:00:00.000+0000" if sale.is_activated else None,
        "ActivatedById": owner if sale.is_activated else None,
        "PoNumber": sale.po_number or None,
        **_people(sale, company=company),
        "CustomerAuthorizedDate": sale.start.isoformat() if sale.is_authorized else None,
        "CompanyAuthorizedDate": sale.start.isoformat() if sale.is_authorized else None,
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
        "SBQQ__RenewalUpliftRate__c": _uplift(sale),
    }


def _uplift(sale: Sale) -> float | None:
    return float(max(line.uplift for line in sale.lines)) or None if sale.renews else None


def _people(sale: Sale, *, company: Company) -> Record:
    """Who is billed and who is delivered to: people of the owners, where the order has owners of its own."""
    payer, user = sale.invoice_owner, sale.subscription_owner
    return {
        "BillToContactId": contact_id(payer or company.key, sale.bill_to) if sale.bill_to else None,
        "ShipToContactId": contact_id(user or company.key, sale.ship_to) if sale.ship_to else None,
        "InvoiceOwner__c": account_id(payer) if payer else None,
        "SubscriptionOwner__c": account_id(user) if user else None,
    }


def _addresses(sale: Sale, *, company: Company) -> Record:
    billing, shipping = (company.billing, company.shipping) if sale.copies_addresses else (None, None)
    return {
        **address_fields(sale.billing or billing, "Billing"),
        **address_fields(sale.shipping or shipping, "Shipping"),
    }


def _days_before(day: date, days: int) -> str:
    return (day - timedelta(days=days)).isoformat()
