"""Whatever orders follow one another on a charge, its items lie side by side from its first day to its last.

Months are counted and shares taken here by other means than the sandbox's own.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.sandbox.zuora.errors import Refused
from connector.sandbox.zuora.orders.billing import Bounds, billed
from connector.sandbox.zuora.orders.items import Item
from connector.sandbox.zuora.orders.placing import AT_ONCE, check_order, place_order
from connector.sandbox.zuora.seeding import seed
from connector.sandbox.zuora.tenant import Tenant
from tests.sandbox.zuora.conftest import account_body
from tests.sandbox.zuora.orders.conftest import offer_bodies

MONTHS = {"Month": 1, "Quarter": 3, "Semi_Annual": 6, "Annual": 12, "Specific_Months": 5}
EVERYTHING = Bounds(None, None, ())
CENT = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class Sale:
    start: date
    months: int
    period: str
    price: Decimal
    quantity: int


@dataclass(frozen=True, slots=True)
class Step:
    """What happens on a day, counted from the start: update (with a quantity), renew, or cancel."""

    kind: str
    day: int
    quantity: int = 0


sales = st.builds(
    Sale,
    start=st.dates(date(2023, 1, 1), date(2025, 12, 31)),
    months=st.integers(1, 30),
    period=st.sampled_from([*MONTHS, "Subscription_Term"]),
    price=st.decimals("0.01", "9999.99", places=2),
    quantity=st.integers(1, 50),
)
steps = st.lists(
    st.one_of(
        st.builds(Step, st.just("update"), st.integers(0, 1000), st.integers(0, 50)),
        st.builds(Step, st.just("renew"), st.just(0)),
    ),
    max_size=5,
)
cancellations = st.none() | st.integers(0, 1000)


class Seller:
    """A tenant with Acme Corp and one charge, SUB-1 sold to it."""

    def __init__(self, sale: Sale, *, splits: bool) -> None:
        self.sale = sale
        self.tenant = Tenant()
        seed(self.tenant, {"accounts": [account_body()], **offer_bodies("Seats", 1)})
        self.tenant.change_settings({"backdated_update": "split" if splits else "overwrite"})
        self.charge_id = self.tenant.snapshot()["product_rate_plan_charges"][0]["id"]
        self._placed = 0
        self.place("CreateSubscription", "createSubscription", self._creation(), date=sale.start, new=True)

    def _creation(self) -> dict[str, Any]:
        term = {"period": self.sale.months, "periodType": "Month"}
        pricing = {"recurringPerUnit": {"listPrice": self.sale.price, "quantity": self.sale.quantity}}
        billing: dict[str, Any] = {"billingPeriod": self.sale.period}
        if self.sale.period == "Specific_Months":
            billing["specificBillingPeriod"] = MONTHS["Specific_Months"]
        override = {"productRatePlanChargeId": self.charge_id, "pricing": pricing, "billing": billing}
        initial = {**term, "termType": "TERMED", "startDate": self.sale.start.isoformat()}
        return {
            "subscriptionNumber": "SUB-1",
            "terms": {"initialTerm": initial, "renewalTerms": [term]},
            "subscribeToRatePlans": [
                {
                    "productRatePlanNumber": "PRP-SEATS",
                    "subscriptionRatePlanNumber": "RP-1",
                    "chargeOverrides": [override],
                }
            ],
        }

    def place(self, kind: str, key: str, details: Any, *, date: date, new: bool = False) -> None:
        self._placed += 1
        trigger = {"name": "ContractEffective", "triggerDate": date.isoformat()}
        entry: dict[str, Any] = {"orderActions": [{"type": kind, "triggerDates": [trigger], key: details}]}
        if not new:
            entry["subscriptionNumber"] = "SUB-1"
        account = self.tenant.snapshot()["accounts"][0]["accountNumber"]
        body = {
            "orderNumber": f"{self._placed:08}",
            "orderDate": self.sale.start.isoformat(),
            "existingAccountNumber": account,
            "subscriptions": [entry],
        }
        check_order(self.tenant, body, AT_ONCE)
        with self.tenant.writing() as store:
            place_order(self.tenant, store, body)

    def take(self, step: Step) -> None:
        """A step that falls outside the charge's life is refused, and nothing comes of it."""
        day = self.sale.start + timedelta(days=step.day)
        refused = "outside"
        try:
            self._carry_out(step, day)
        except Refused as refusal:
            refused = str(refusal)
        assert "outside" in refused or "later than the term end date" in refused

    def _carry_out(self, step: Step, day: date) -> None:
        if step.kind == "renew":
            self.place("RenewSubscription", "renewSubscription", {}, date=self.sale.start)
        elif step.kind == "cancel":
            details = {"cancellationPolicy": "SpecificDate", "cancellationEffectiveDate": day.isoformat()}
            self.place("CancelSubscription", "cancelSubscription", details, date=day)
        else:
            pricing = {"recurringPerUnit": {"quantity": step.quantity}}
            update = {"productRatePlanChargeId": self.charge_id, "pricing": pricing}
            changes = {
                "subscriptionRatePlanNumber": "RP-1",
                "specificUpdateDate": day.isoformat(),
                "chargeUpdates": [update],
            }
            self.place("UpdateProduct", "updateProduct", changes, date=day)

    @property
    def ends(self) -> date:
        (latest,) = [each for each in self.tenant.snapshot()["subscriptions"] if each["isLatestVersion"]]
        return date.fromisoformat(latest["subscriptionEndDate"])

    def items(self) -> list[Item]:
        return billed(self.tenant.snapshot()["subscriptions"], EVERYTHING)


def carried_out(sale: Sale, taken: list[Step], cancelled: int | None, *, splits: bool) -> Seller:
    seller = Seller(sale, splits=splits)
    for step in taken:
        seller.take(step)
    if cancelled is not None:
        seller.take(Step("cancel", cancelled))
    return seller


def later(start: date, months: int) -> date:
    """The same day so many months later, or the month's last: walked month by month."""
    year, month = start.year, start.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


@settings(max_examples=60, deadline=None)
@given(sale=sales, taken=steps, cancelled=cancellations, splits=st.booleans())
def test_items_tile_the_life_of_a_charge(
    sale: Sale, taken: list[Step], cancelled: int | None, splits: bool
) -> None:
    seller = carried_out(sale, taken, cancelled, splits=splits)
    covered = [
        item.start + timedelta(days=number)
        for item in seller.items()
        for number in range((item.end - item.start).days + 1)
    ]
    life = [sale.start + timedelta(days=number) for number in range((seller.ends - sale.start).days)]
    assert covered == life


@settings(max_examples=60, deadline=None)
@given(sale=sales, taken=steps, cancelled=cancellations)
def test_the_pieces_of_a_period_sum_up_to_its_price(
    sale: Sale, taken: list[Step], cancelled: int | None
) -> None:
    """Updates that change nothing cut periods into pieces; of a period that is cut short its share is billed."""
    same = [Step(step.kind, step.day, sale.quantity) for step in taken]
    seller = carried_out(sale, same, cancelled, splits=True)
    months = MONTHS.get(sale.period, sale.months)
    price = Fraction(sale.price) * sale.quantity
    pieces: dict[int, list[Item]] = defaultdict(list)
    for item in seller.items():
        pieces[item.period].append(item)
    for number, held in pieces.items():
        start, end = later(sale.start, months * number), later(sale.start, months * (number + 1))
        if sale.period == "Subscription_Term":  # each renewed from the end before, which may be clamped
            start = sale.start
            for _ in range(number):
                start = later(start, months)
            end = later(start, months)
        expected = price * Fraction((min(end, seller.ends) - start).days, (end - start).days)
        total = sum((Fraction(item.amount) for item in held), Fraction(0))
        assert abs(total - expected) < CENT * len(held)
