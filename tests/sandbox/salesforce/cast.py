"""The cast of the Salesforce sandbox tests, and builders of their records with keyword overrides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

ACME_HOLDING = "001000000000001AAA"
ACME_CORP = "001000000000002AAA"
BARE_LTD = "001000000000003AAA"
ADA = "003000000000001AAA"
GRACE = "003000000000002AAA"
PRICE_BOOK = "01s000000000001AAA"
SEATS = "01t000000000001AAA"
SEATS_ENTRY = "01u000000000001AAA"
ORDER = "801000000000001AAA"
SEATS_LINE = "802000000000001AAA"
SUPPORT_LINE = "802000000000002AAA"

V62 = "/services/data/v62.0"


def account(**fields: Any) -> dict[str, Any]:
    return {
        "Id": ACME_CORP,
        "Name": "Acme Corp",
        "ParentId": ACME_HOLDING,
        "AccountNumber": "AC-1",
        "BillingStreet": "1 Main Street",
        "BillingCity": "San Francisco",
        "BillingState": "California",
        "BillingPostalCode": "94105",
        "BillingCountry": "United States",
        "NumberOfEmployees": 120,
        "AnnualRevenue": 1_500_000,
        **fields,
    }


def contact(**fields: Any) -> dict[str, Any]:
    return {
        "Id": ADA,
        "FirstName": "Ada",
        "LastName": "Lovelace",
        "AccountId": ACME_CORP,
        "Email": "ada@acme.example",
        **fields,
    }


def order(**fields: Any) -> dict[str, Any]:
    return {
        "Id": ORDER,
        "AccountId": ACME_CORP,
        "Pricebook2Id": PRICE_BOOK,
        "OrderNumber": "00000101",
        "EffectiveDate": "2024-02-01",
        "Status": "Activated",
        "SBQQ__PriceCalcStatus__c": "Completed",
        "SBQQ__Contracted__c": True,
        **fields,
    }


def order_item(**fields: Any) -> dict[str, Any]:
    return {
        "Id": SEATS_LINE,
        "OrderId": ORDER,
        "PricebookEntryId": SEATS_ENTRY,
        "Quantity": 10,
        "UnitPrice": 1440,
        "ServiceDate": "2024-02-01",
        "EndDate": "2025-01-31",
        "SBQQ__ProrateMultiplier__c": 12,
        **fields,
    }


def dataset() -> dict[str, list[dict[str, Any]]]:
    """Acme Holding above Acme Corp with two contacts and an order of two lines; Bare Ltd has nothing."""
    return {
        "Account": [
            account(
                Id=ACME_HOLDING,
                Name="Acme Holding",
                ParentId=None,
                AccountNumber=None,
                NumberOfEmployees=5000,
                BillingCountry="Germany",
                BillingState=None,
            ),
            account(),
            {"Id": BARE_LTD, "Name": "Bare Ltd"},
        ],
        "Contact": [
            contact(),
            contact(Id=GRACE, FirstName="Grace", LastName="Hopper", Email="grace@acme.example"),
        ],
        "Product2": [{"Id": SEATS, "Name": "Seats", "ProductCode": "SEAT", "IsActive": True}],
        "Pricebook2": [{"Id": PRICE_BOOK, "Name": "Standard", "IsActive": True}],
        "PricebookEntry": [
            {"Id": SEATS_ENTRY, "Pricebook2Id": PRICE_BOOK, "Product2Id": SEATS, "UnitPrice": 120}
        ],
        "Order": [order()],
        "OrderItem": [order_item(), order_item(Id=SUPPORT_LINE, Quantity=1, UnitPrice=99.5)],
    }


@dataclass(slots=True)
class Api:
    """A client of the sandbox as a test sees it: addresses behind the server's own, a bearer token."""

    url: str
    token: str
    session: requests.Session

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return self.session.request(method, self.url + path, headers=headers, timeout=5, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any, **options: Any) -> requests.Response:
        return self.call("POST", path, json=body, **options)

    def patch(self, path: str, body: Any, **options: Any) -> requests.Response:
        return self.call("PATCH", path, json=body, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:
        return self.call("DELETE", path, **options)

    def query(self, soql: str, *, resource: str = "query", **options: Any) -> requests.Response:
        return self.get(f"{V62}/{resource}", params={"q": soql}, **options)

    def names(self, soql: str, *, resource: str = "query") -> list[str]:
        """Return the Name of every record a query finds."""
        return [record["Name"] for record in self.query(soql, resource=resource).json()["records"]]

    def control(self, name: str, body: Any) -> requests.Response:
        return self.session.post(f"{self.url}/__sandbox__/{name}", json=body, timeout=5)
