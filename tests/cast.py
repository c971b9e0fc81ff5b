"""The named cast of the tests: Acme Holding the parent, Acme Corp the account, Ada Lovelace bill-to, Grace Hopper sold-to.

Builders give Salesforce records as the API answers them; keyword arguments override or add fields.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from connector.domain.rules import Mode, Pair, Rule
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot, Snapshot, ZuoraState

ACME_HOLDING = "001000000000001AAA"
ACME_CORP = "001000000000002AAA"
ACME_LABS = "001000000000003AAA"
ADA = "003000000000001AAA"
GRACE = "003000000000002AAA"
SEATS = "01t000000000001AAA"
PLATFORM = "01t000000000002AAA"
ONBOARDING = "01t000000000003AAA"
FIRST_ORDER = "801000000000001AAA"
CALLS = "01t000000000004AAA"
CALL_RATES = "0Mh000000000001CAA"
"""A consumption schedule of API calls,"""
CALLS_BY_RATE = "0Mq000000000001CAA"
"""and its place on the product API calls."""

ADDRESS_PARTS = ("Street", "City", "State", "PostalCode", "Country")

RULES = (
    Rule(Pair.ACCOUNT, "Name", "name", required=True),
    Rule(Pair.ACCOUNT, "CurrencyIsoCode", "currency", mode=Mode.CREATE_ONLY),
    Rule(Pair.ACCOUNT, "OwnerId", "salesRep"),
    Rule(Pair.ACCOUNT, "Description", "notes"),
    *(
        Rule(pair, f"{prefix}{source}", target, transform=transform)
        for pair, prefix in ((Pair.BILL_TO, "Billing"), (Pair.SOLD_TO, "Shipping"), (Pair.CONTACT, "Mailing"))
        for source, target, transform in (
            ("Street", "address1", ""),
            ("City", "city", ""),
            ("State", "state", "state_name"),
            ("PostalCode", "zipCode", ""),
            ("Country", "country", "country_code"),
        )
    ),
    Rule(Pair.CONTACT, "FirstName", "firstName", required=True),
    Rule(Pair.CONTACT, "LastName", "lastName", required=True),
    Rule(Pair.CONTACT, "Email", "workEmail"),
)


def account_record(salesforce_id: str = ACME_CORP, **fields: Any) -> dict[str, Any]:
    return {
        "Id": salesforce_id,
        "Name": "Acme Corp",
        "ParentId": None,
        "IsDeleted": False,
        "MasterRecordId": None,
        "CurrencyIsoCode": "USD",
        "OwnerId": "005000000000001AAA",
        "Description": None,
        "BillingStreet": "1 Market Street",
        "BillingCity": "San Francisco",
        "BillingState": "California",
        "BillingPostalCode": "94105",
        "BillingCountry": "United States",
        "ShippingStreet": None,
        "ShippingCity": None,
        "ShippingState": None,
        "ShippingPostalCode": None,
        "ShippingCountry": None,
        **fields,
    }


SHIPPING = {
    "ShippingStreet": "500 Harbor Drive",
    "ShippingCity": "Portland",
    "ShippingState": "OR",
    "ShippingPostalCode": "97201",
    "ShippingCountry": "USA",
}


def account(
    salesforce_id: str = ACME_CORP, *, contacts: Any = (), orders: Any = (), **fields: Any
) -> AccountSnapshot:
    return AccountSnapshot(
        salesforce_id, account_record(salesforce_id, **fields), contacts=tuple(contacts), orders=tuple(orders)
    )


def contact(salesforce_id: str = ADA, **fields: Any) -> dict[str, Any]:
    return {
        "Id": salesforce_id,
        "AccountId": ACME_CORP,
        "FirstName": "Ada",
        "LastName": "Lovelace",
        "Email": "ada@acme.example",
        "MailingStreet": "1 Market Street",
        "MailingCity": "San Francisco",
        "MailingState": "CA",
        "MailingPostalCode": "94105",
        "MailingCountry": "US",
        **fields,
    }


def product(salesforce_id: str = SEATS, **fields: Any) -> dict[str, Any]:
    return {"Id": salesforce_id, "Name": "Seats", "ProductCode": "SEAT", "Description": None, **fields}


def line(number: str = "0000000001", **fields: Any) -> dict[str, Any]:
    """A yearly subscription of ten seats at 120.00 each, billed monthly."""
    return {
        "Id": f"802000000000{number[-3:]}AAA",
        "OrderId": FIRST_ORDER,
        "OrderItemNumber": number,
        "Quantity": Decimal("10.0"),
        "UnitPrice": Decimal("120.0"),
        "ListPrice": Decimal("120.0"),
        "TotalPrice": Decimal("1200.0"),
        "ServiceDate": "2026-01-01",
        "EndDate": "2026-12-31",
        "Description": None,
        "SBQQ__ChargeType__c": "Recurring",
        "SBQQ__BillingFrequency__c": "Monthly",
        "SBQQ__BillingType__c": "Advance",
        "SBQQ__SubscriptionType__c": "Renewable",
        "SBQQ__SubscriptionPricing__c": "Fixed Price",
        "SBQQ__DefaultSubscriptionTerm__c": Decimal("12.0"),
        "SBQQ__ProrateMultiplier__c": Decimal("1.0"),
        "SBQQ__PricingMethod__c": "List",
        "SBQQ__ContractAction__c": "New",
        "SBQQ__RevisedOrderProduct__c": None,
        "SBQQ__SegmentIndex__c": None,
        "SBQQ__Subscription__r": {"Name": f"SUB-{number[-7:]}"},
        "Product2": product(),
        **fields,
    }


def one_time_line(number: str = "0000000009", **fields: Any) -> dict[str, Any]:
    return line(
        number,
        **{
            "Quantity": Decimal("1.0"),
            "UnitPrice": Decimal("750.0"),
            "TotalPrice": Decimal("750.0"),
            "EndDate": None,
            "SBQQ__ChargeType__c": "One-Time",
            "SBQQ__BillingFrequency__c": None,
            "SBQQ__BillingType__c": None,
            "SBQQ__SubscriptionPricing__c": None,
            "SBQQ__Subscription__r": None,
            "Product2": product(ONBOARDING, Name="Onboarding", ProductCode="ONB"),
            **fields,
        },
    )


def rate(lower: str, upper: str | None, price: str, **fields: Any) -> dict[str, Any]:
    """A consumption rate, as the copy of it on an order product."""
    return {
        "SBQQ__LowerBound__c": Decimal(lower),
        "SBQQ__UpperBound__c": None if upper is None else Decimal(upper),
        "SBQQ__Price__c": Decimal(price),
        "SBQQ__PricingMethod__c": "PerUnit",
        "CurrencyIsoCode": "USD",
        **fields,
    }


def schedule(number: int = 1, *, rates: Any = None, **fields: Any) -> dict[str, Any]:
    """The copy of a consumption schedule on an order product: calls by the month, cheaper from the 185th."""
    made = [rate("0", "185", "0.5"), rate("185", None, "0.4")] if rates is None else rates
    schedule_id = f"a07000000000{number:03d}AAA"
    return {
        "Id": schedule_id,
        "Name": f"OPCS-{number:06d}",
        "SBQQ__ConsumptionSchedule__c": CALL_RATES,
        "SBQQ__ConsumptionSchedule__r": {"Name": "Calls by the month"},
        "SBQQ__Type__c": "Range",
        "SBQQ__RatingMethod__c": "Tier",
        "SBQQ__BillingTerm__c": Decimal("1.0"),
        "SBQQ__BillingTermUnit__c": "Month",
        "SBQQ__UnitOfMeasure__c": "API Call",
        "product_schedule_id": CALLS_BY_RATE,
        "rates": tuple(
            {
                "Id": f"a080000{number:03d}00{place:03d}AAA",
                "SBQQ__OrderItemConsumptionSchedule__c": schedule_id,
                "SBQQ__ProcessingOrder__c": place,
                **each,
            }
            for place, each in enumerate(made, 1)
        ),
        **fields,
    }


def usage_line(number: str = "0000000005", *, schedules: Any = None, **fields: Any) -> dict[str, Any]:
    """API calls, paid for as they are made."""
    return line(
        number,
        **{
            "Quantity": Decimal("1.0"),
            "UnitPrice": Decimal("0.0"),
            "ListPrice": Decimal("0.0"),
            "TotalPrice": Decimal("0.0"),
            "SBQQ__ChargeType__c": "Usage",
            "SBQQ__BillingType__c": "Arrears",
            "Product2": product(
                CALLS, Name="API calls", ProductCode="CALLS", SBQQ__HasConsumptionSchedule__c=True
            ),
            "consumption_schedules": (schedule(),) if schedules is None else tuple(schedules),
            **fields,
        },
    )


def order(number: str = "00000101", *, lines: Any = None, **fields: Any) -> OrderSnapshot:
    sold = [line()] if lines is None else list(lines)
    record = {
        "Id": f"801000000000{number[-3:]}AAA",
        "AccountId": ACME_CORP,
        "OrderNumber": number,
        "Status": "Activated",
        "StatusCode": "Activated",
        "Type": "New",
        "EffectiveDate": "2026-01-01",
        "ActivatedDate": "2026-01-02T09:00:00.000+0000",
        "TotalAmount": _total(sold),
        "CurrencyIsoCode": "USD",
        "SBQQ__Contracted__c": True,
        "SBQQ__PriceCalcStatus__c": "Completed",
        "SBQQ__PriceCalcStatusMessage__c": None,
        **{f"{kind}{part}": None for kind in ("Billing", "Shipping") for part in ADDRESS_PARTS},
        "Opportunity": {"SBQQ__AmendedContract__c": None, "SBQQ__RenewedContract__c": None},
        **fields,
    }
    return OrderSnapshot(record["Id"], number, record, tuple(sold))


def _total(lines: Any) -> Decimal | None:
    """As Salesforce sums an order; None where a test's line has no usable total."""
    try:
        return sum((Decimal(str(each["TotalPrice"])) for each in lines), Decimal(0))
    except InvalidOperation:
        return None


def zuora_account(crm_id: str = ACME_CORP, **fields: Any) -> dict[str, Any]:
    """An account as Zuora holds it after `account_record()` was synced, under the REST names of writes."""
    bill_to = {
        "id": "8ac0000000000000000000000000b111",
        "crmId__c": f"{crm_id}-billTo",
        "firstName": "Acme Corp_billTo",
        "lastName": "Acme Corp_billTo",
        "address1": "1 Market Street",
        "city": "San Francisco",
        "state": "California",
        "zipCode": "94105",
        "country": "United States",
    }
    return {
        "id": "8ac0000000000000000000000000a111",
        "accountNumber": "A00000001",
        "crmId": crm_id,
        "name": "Acme Corp",
        "currency": "USD",
        "salesRep": "005000000000001AAA",
        "status": "Active",
        "billToContact": bill_to,
        "soldToContact": bill_to,
        **fields,
    }


def snapshot(*accounts: AccountSnapshot, zuora: ZuoraState | None = None, **fields: Any) -> Snapshot:
    known = accounts or (account(),)
    return Snapshot({each.salesforce_id: each for each in known}, zuora or ZuoraState(), **fields)
