"""A small catalog and builders for order bodies, on top of the running sandbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

JSON = Any
START = "2024-01-01"


@dataclass(frozen=True, slots=True)
class Offer:
    """A rate plan with its one charge."""

    plan: str
    charge: str


@dataclass(frozen=True, slots=True)
class Shop:
    """Acme Corp, and what it can buy."""

    account: str
    account_id: str
    bill_to: str
    sold_to: str
    seats: Offer
    platform: Offer
    onboarding: Offer
    tiered: Offer


def offer_bodies(name: str, price: Any, *, currencies: list[str] | None = None, **charge: Any) -> JSON:
    """Seed bodies of a product with one rate plan and one charge, all of the same name."""
    sku = name.upper()
    tiers = price if isinstance(price, list) else [{"Currency": "USD", "Price": price}]
    product = {
        "Name": name,
        "SKU": sku,
        "EffectiveStartDate": "2000-01-01",
        "EffectiveEndDate": "3000-01-01",
    }
    plan = {
        "Name": name,
        "ProductId": sku,
        "ProductRatePlanNumber": f"PRP-{sku}",
        "ActiveCurrencies": currencies or ["USD"],
    }
    charge_body = {
        "Name": name,
        "ProductRatePlanId": f"PRP-{sku}",
        "ChargeModel": "Per Unit Pricing",
        "ChargeType": "Recurring",
        "BillCycleType": "DefaultFromCustomer",
        "BillingPeriod": "Month",
        "TriggerEvent": "ContractEffective",
        "UOM": "Each",
        "UseDiscountSpecificAccountingCode": False,
        "ProductRatePlanChargeTierData": {"ProductRatePlanChargeTier": tiers},
    } | charge
    return {
        "products": [product],
        "product_rate_plans": [plan],
        "product_rate_plan_charges": [charge_body],
    }


def seeded(zuora: Any, *offers: JSON) -> dict[str, Offer]:
    """Store the offers; name -> ids."""
    kinds = ("products", "product_rate_plans", "product_rate_plan_charges")
    zuora.control(
        "POST", "seed", {kind: [body for offer in offers for body in offer[kind]] for kind in kinds}
    )
    found = zuora.state()["product_rate_plan_charges"]
    return {charge["Name"]: Offer(charge["ProductRatePlanId"], charge["id"]) for charge in found}


@pytest.fixture
def make_offer(zuora: Any) -> Callable[..., Offer]:
    def make(name: str, price: Any, **changes: Any) -> Offer:
        return seeded(zuora, offer_bodies(name, price, **changes))[name]

    return make


@pytest.fixture
def shop(zuora: Any) -> Shop:
    made = zuora.account()
    tiers = [
        {"Currency": "USD", "StartingUnit": 0, "EndingUnit": 10, "Price": 5, "PriceFormat": "Per Unit"},
        {"Currency": "USD", "StartingUnit": 11, "Price": 4, "PriceFormat": "Per Unit"},
    ]
    offers = seeded(
        zuora,
        offer_bodies("Seats", 12.5),
        offer_bodies("Platform", 900, ChargeModel="Flat Fee Pricing", BillingPeriod="Annual"),
        offer_bodies("Onboarding", 2500, ChargeType="OneTime"),
        offer_bodies("Storage", tiers, ChargeModel="Tiered Pricing"),
    )
    return Shop(
        account=made["accountNumber"],
        account_id=made["accountId"],
        bill_to=made["billToContactId"],
        sold_to=made["soldToContactId"],
        seats=offers["Seats"],
        platform=offers["Platform"],
        onboarding=offers["Onboarding"],
        tiered=offers["Storage"],
    )


def kept(body: JSON, changes: JSON) -> JSON:
    return {name: value for name, value in (body | changes).items() if value is not ...}


class Bodies:
    """Order bodies with keyword overrides; an ellipsis leaves a field out."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def action(self, kind: str, details: JSON = None, *, date: str = START, **changes: Any) -> JSON:
        name = kind[0].lower() + kind[1:]
        body = {"type": kind, "triggerDates": [{"name": "ContractEffective", "triggerDate": date}]}
        return kept(body | ({name: details} if details is not None else {}), changes)

    def override(self, offer: Offer, pricing: JSON = None, **changes: Any) -> JSON:
        body = {"productRatePlanChargeId": offer.charge} | ({"pricing": pricing} if pricing else {})
        return kept(body, changes)

    def seats(self, quantity: Any = 7, price: Any = 10.5, **changes: Any) -> JSON:
        pricing = {"recurringPerUnit": {"listPrice": price, "quantity": quantity}}
        override = self.override(self.shop.seats) | {"pricing": pricing} | changes.pop("override", {})
        return kept({"productRatePlanId": self.shop.seats.plan, "chargeOverrides": [override]}, changes)

    def subscription(self, number: str = "SUB-1", plans: JSON = None, **changes: Any) -> JSON:
        """The details of a CreateSubscription: twelve months of seats."""
        details = {
            "subscriptionNumber": number,
            "terms": {
                "initialTerm": {
                    "termType": "TERMED",
                    "period": 12,
                    "periodType": "Month",
                    "startDate": START,
                },
                "autoRenew": False,
                "renewalSetting": "RENEW_WITH_SPECIFIC_TERM",
                "renewalTerms": [{"period": 12, "periodType": "Month"}],
            },
            "subscribeToRatePlans": plans if plans is not None else [self.seats()],
        }
        return kept(details, changes)

    def order(
        self, *actions: JSON, number: str = "00000101", subscription: str | None = None, **changes: Any
    ) -> JSON:
        """One order with one subscription entry."""
        entry = {"orderActions": list(actions)} | (
            {"subscriptionNumber": subscription} if subscription else {}
        )
        body = {
            "orderNumber": number,
            "orderDate": START,
            "existingAccountNumber": self.shop.account,
            "subscriptions": [entry] if actions else [],
        }
        return kept(body, changes)

    def create(self, number: str = "SUB-1", plans: JSON = None, **details: Any) -> JSON:
        return self.action("CreateSubscription", self.subscription(number, plans, **details))

    def item(self, **changes: Any) -> JSON:
        body = {
            "itemType": "Product",
            "itemName": "Onboarding",
            "itemState": "SentToBilling",
            "quantity": 1,
            "amountPerUnit": 2500,
            "productRatePlanChargeId": self.shop.onboarding.charge,
            "productCode": "ONB",
            "transactionStartDate": START,
            "transactionEndDate": START,
        }
        return kept(body, changes)


@pytest.fixture
def bodies(shop: Shop) -> Bodies:
    return Bodies(shop)


class Ledger:
    """What the sandbox says it bills, item by item, and orders placed on SUB-1 in turn."""

    def __init__(self, zuora: Any, bodies: Bodies) -> None:
        self._zuora = zuora
        self._bodies = bodies
        self._placed = 0

    def order(self, *actions: JSON, subscription: str | None = "SUB-1", **changes: Any) -> JSON:
        self._placed += 1
        number = f"ledger-{self._placed}"
        body = self._bodies.order(*actions, number=number, subscription=subscription, **changes)
        return self._zuora.done("POST", "/v1/orders", body)

    def create(self, plans: JSON, **details: Any) -> JSON:
        return self.order(self._bodies.create(plans=plans, **details), subscription=None)

    def quantity(self, quantity: Any, date: str) -> JSON:
        """Another quantity of seats from a day on."""
        details = seats_update(quantity) | {"specificUpdateDate": date}
        return self.order(self._bodies.action("UpdateProduct", details, date=date))

    def renew(self, date: str) -> JSON:
        return self.order(self._bodies.action("RenewSubscription", {}, date=date))

    def cancel(self, date: str) -> JSON:
        details = {"cancellationPolicy": "SpecificDate", "cancellationEffectiveDate": date}
        return self.order(self._bodies.action("CancelSubscription", details, date=date))

    def items(self, **query: str) -> list[tuple[str, str, float]]:
        """(first day, last day, amount) of every item."""
        text = "&".join(f"{name}={value}" for name, value in query.items())
        found = self._zuora.control("GET", f"billing?{text}")["items"]
        return [(i["serviceStartDate"], i["serviceEndDate"], i["amountWithoutTax"]) for i in found]

    def total(self, **query: str) -> float:
        text = "&".join(f"{name}={value}" for name, value in query.items())
        totals: dict[str, float] = self._zuora.control("GET", f"billing?{text}")["totals"]
        return totals.get("USD", 0)


def seats_update(quantity: Any = ..., price: Any = ..., **changes: Any) -> JSON:
    """The details of an UpdateProduct of the one charge of the rate plan RP-1."""
    pricing = kept({"quantity": quantity, "listPrice": price}, {})
    update = {"chargeNumber": "C-00000001", "pricing": {"recurringPerUnit": pricing}}
    return kept({"subscriptionRatePlanNumber": "RP-1", "chargeUpdates": [update]}, changes)


@pytest.fixture
def ledger(zuora: Any, bodies: Bodies) -> Ledger:
    return Ledger(zuora, bodies)


@pytest.fixture
def terms() -> Callable[..., JSON]:
    """Terms of a new subscription: how long from which day, and how long renewed."""

    def make(period: int = 12, kind: str = "Month", start: str = START, **changes: Any) -> JSON:
        initial = {"termType": "TERMED", "period": period, "periodType": kind, "startDate": start}
        body = {
            "initialTerm": initial,
            "autoRenew": False,
            "renewalSetting": "RENEW_WITH_SPECIFIC_TERM",
            "renewalTerms": [{"period": period, "periodType": kind}],
        }
        return kept(body, changes)

    return make


@pytest.fixture
def make_seats_update() -> Callable[..., JSON]:
    return seats_update
