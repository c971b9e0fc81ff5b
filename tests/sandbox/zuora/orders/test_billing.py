"""What is billed, worked out by hand: a period's price, its pieces, and how they are rounded.

A piece that is not a whole period costs price x days of the piece / days of the period, rounded half up for itself.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.sandbox.zuora.orders.billing import Bounds, invoices

BY_TERM = {"billing": {"billingPeriod": "Subscription_Term"}}


def billing(period: str, **changes: Any) -> dict[str, Any]:
    return {"billing": {"billingPeriod": period, **changes}}


def starting(
    bodies: Any, start: str, terms: Any, *, override: Any, period: int = 12, kind: str = "Month"
) -> Any:
    """An order's creation of seats, 1 of 100, with the term from a day on."""
    details = bodies.subscription(plans=[plan(bodies, 1, 100, override)], terms=terms(period, kind, start))
    return bodies.action("CreateSubscription", details, date=start)


def plan(bodies: Any, quantity: Any, price: Any, override: Any = None) -> Any:
    return bodies.seats(quantity, price, subscriptionRatePlanNumber="RP-1", override=override or {})


@pytest.mark.parametrize(
    ("start", "override", "count", "first", "second"),
    [
        # the same day each later month, clamped at month ends: 31 January, 29 February, 31 March
        ("2024-01-31", {}, 12, ("2024-01-31", "2024-02-28", 100), ("2024-02-29", "2024-03-30", 100)),
        ("2023-01-31", {}, 12, ("2023-01-31", "2023-02-27", 100), ("2023-02-28", "2023-03-30", 100)),
        ("2024-03-15", {}, 12, ("2024-03-15", "2024-04-14", 100), ("2024-04-15", "2024-05-14", 100)),
        (
            "2024-01-01",
            billing("Quarter"),
            4,
            ("2024-01-01", "2024-03-31", 100),
            ("2024-04-01", "2024-06-30", 100),
        ),
        (
            "2024-01-01",
            billing("Semi_Annual"),
            2,
            ("2024-01-01", "2024-06-30", 100),
            ("2024-07-01", "2024-12-31", 100),
        ),
        (
            "2024-01-01",
            billing("Specific_Months", specificBillingPeriod=4),
            3,
            ("2024-01-01", "2024-04-30", 100),
            ("2024-05-01", "2024-08-31", 100),
        ),
        # 2024 has 366 days: 52 weeks of 100 and the last one of 2 days, 100 x 2/7 = 28.571 = 28.57
        (
            "2024-01-01",
            billing("Week"),
            53,
            ("2024-01-01", "2024-01-07", 100),
            ("2024-01-08", "2024-01-14", 100),
        ),
    ],
)
def test_periods_are_counted_from_the_charges_first_day(
    ledger: Any, bodies: Any, terms: Any, start: str, override: Any, count: int, first: Any, second: Any
) -> None:
    ledger.order(starting(bodies, start, terms, override=override), subscription=None)
    found = ledger.items()
    assert (len(found), found[0], found[1]) == (count, first, second)
    if override and override["billing"]["billingPeriod"] == "Week":
        assert found[-1] == ("2024-12-30", "2024-12-31", 28.57)


@pytest.mark.parametrize(
    ("base", "period", "amounts"),
    [
        # 90 a month x 3 months of the quarter
        ({"listPriceBase": "Per_Month"}, billing("Quarter"), [270] * 4),
        # 90 a year / 12 x 3
        ({"listPriceBase": "Per_Year"}, billing("Quarter"), [22.5] * 4),
        # 90 for 36 months / 36 x 12
        ({"listPriceBase": "Per_Specific_Months", "specificListPriceBase": 36}, billing("Annual"), [30]),
        # 90 for 7 months / 7 x 1 = 12.857142
        (
            {"listPriceBase": "Per_Specific_Months", "specificListPriceBase": 7},
            billing("Month"),
            [12.86] * 12,
        ),
        # 90 a week x 26 weeks, twice; the last 2 of the 366 days: 90 / 7 x 182 x 2/182 = 25.714
        (
            {"listPriceBase": "Per_Week"},
            billing("Specific_Weeks", specificBillingPeriod=26),
            [2340, 2340, 25.71],
        ),
        # the term of 12 months: the price itself, or 90 x 12, or 90 / 24 x 12
        ({}, BY_TERM, [90]),
        ({"listPriceBase": "Per_Month"}, BY_TERM, [1080]),
        ({"listPriceBase": "Per_Specific_Months", "specificListPriceBase": 24}, BY_TERM, [45]),
    ],
)
def test_a_price_stands_for_so_many_months(
    ledger: Any, bodies: Any, base: Any, period: Any, amounts: list[float]
) -> None:
    pricing = {"pricing": {"recurringPerUnit": {"listPrice": 90, "quantity": 1, **base}}}
    ledger.create([plan(bodies, 1, 90, pricing | period)])
    assert [amount for _, _, amount in ledger.items()] == amounts


def test_a_term_by_the_month_that_is_not_whole_months(ledger: Any, bodies: Any, terms: Any) -> None:
    """1 January to 16 May is 4 months and 15 of May's 31 days: 31 x (4 + 15/31) = 139."""
    ends = terms(initialTerm={"termType": "TERMED", "startDate": "2024-01-01", "endDate": "2024-05-16"})
    pricing = {
        "pricing": {"recurringPerUnit": {"listPrice": 31, "quantity": 1, "listPriceBase": "Per_Month"}}
    }
    ledger.create([plan(bodies, 1, 31, pricing | BY_TERM)], terms=ends)
    assert ledger.items() == [("2024-01-01", "2024-05-15", 139)]


def test_a_change_cuts_a_period_in_two(ledger: Any, bodies: Any) -> None:
    """10 x 10 = 100 a month, 15 x 10 = 150 from 11 March: 100 x 10/31 = 32.26, 150 x 21/31 = 101.61."""
    ledger.create([plan(bodies, 10, 10)])
    ledger.quantity(15, "2024-03-11")
    found = ledger.items()
    assert found[1:5] == [
        ("2024-02-01", "2024-02-29", 100),
        ("2024-03-01", "2024-03-10", 32.26),
        ("2024-03-11", "2024-03-31", 101.61),
        ("2024-04-01", "2024-04-30", 150),  # the periods go on as they were counted
    ]
    assert ledger.total() == 200 + 32.26 + 101.61 + 9 * 150


def test_only_the_latest_version_is_billed(ledger: Any, bodies: Any) -> None:
    ledger.create([plan(bodies, 10, 10)])
    ledger.quantity(20, "2024-01-01")
    ledger.quantity(30, "2024-01-01")
    assert ledger.total() == 12 * 300


def test_to_zero_and_back(ledger: Any, bodies: Any) -> None:
    ledger.create([plan(bodies, 10, 10, billing("Quarter"))])
    ledger.quantity(0, "2024-04-01")
    ledger.quantity(5, "2024-07-01")
    assert [amount for _, _, amount in ledger.items()] == [100, 0, 50, 50]


def test_a_renewal_goes_on_with_the_same_periods(ledger: Any, bodies: Any, terms: Any) -> None:
    """Quarters from 1 January in terms of 8 months: the third quarter spans the renewal on 1 September whole."""
    ledger.create([plan(bodies, 1, 90, billing("Quarter"))], terms=terms(8))
    assert ledger.items()[-1] == ("2024-07-01", "2024-08-31", 60.65)  # 90 x 62/92 = 60.652
    ledger.renew("2024-09-01")
    assert ledger.items() == [
        ("2024-01-01", "2024-03-31", 90),
        ("2024-04-01", "2024-06-30", 90),
        ("2024-07-01", "2024-09-30", 90),
        ("2024-10-01", "2024-12-31", 90),
        ("2025-01-01", "2025-03-31", 90),
        ("2025-04-01", "2025-04-30", 29.67),  # 90 x 30/91 = 29.670
    ]


def test_a_cancellation_in_the_middle_of_a_period(ledger: Any, bodies: Any) -> None:
    """A year of 365: 1 January to 14 March 2024 are 74 of 366 days."""
    ledger.create([plan(bodies, 1, 1000, billing("Annual"))])
    ledger.cancel("2024-03-15")
    assert ledger.items() == [("2024-01-01", "2024-03-14", 202.19)]  # 1000 x 74/366 = 202.185


def test_cancelled_on_the_first_day_bills_nothing(ledger: Any, shop: Any, bodies: Any) -> None:
    pricing = {"oneTimePerUnit": {"listPrice": 5, "quantity": 3}}
    once = {
        "productRatePlanId": shop.onboarding.plan,
        "chargeOverrides": [bodies.override(shop.onboarding, pricing)],
    }
    later = bodies.seats(
        override={"startDate": {"triggerEvent": "SpecificDate", "specificTriggerDate": "2024-06-01"}}
    )
    ledger.create([plan(bodies, 1, 100), once, later])
    assert ledger.total() == 1200 + 15 + 7 * 73.5
    ledger.cancel("2024-01-01")
    assert ledger.items() == []


def test_every_term_is_one_period_of_a_charge_billed_by_the_term(
    ledger: Any, bodies: Any, terms: Any
) -> None:
    ledger.create([plan(bodies, 1, 366, BY_TERM)])
    ledger.renew("2025-01-01")
    ledger.renew("2026-01-01")
    assert ledger.items() == [
        ("2024-01-01", "2024-12-31", 366),
        ("2025-01-01", "2025-12-31", 366),
        ("2026-01-01", "2026-12-31", 366),
    ]
    ledger.cancel("2024-03-01")  # back into the first term: 366 x 60/366
    assert ledger.items() == [("2024-01-01", "2024-02-29", 60)]


@pytest.mark.parametrize(
    ("last_term", "expected"),
    [
        # sold for 366 days; cut to 9 months, 274 days
        ({"period": 9, "periodType": "Month"}, [("2024-01-01", "2024-09-30", 274)]),
        # made 15 months long: the 3 more are a piece of the next 12 months, 366 x 90/365 = 90.246
        (
            {"period": 15, "periodType": "Month"},
            [("2024-01-01", "2024-12-31", 366), ("2025-01-01", "2025-03-31", 90.25)],
        ),
        ({"endDate": "2024-02-01"}, [("2024-01-01", "2024-01-31", 31)]),
    ],
)
def test_a_term_made_shorter_or_longer_keeps_its_price_by_the_day(
    ledger: Any, bodies: Any, last_term: Any, expected: Any
) -> None:
    ledger.create([plan(bodies, 1, 366, BY_TERM)])
    details = {"lastTerm": {"termType": "TERMED", **last_term}}
    ledger.order(bodies.action("TermsAndConditions", details))
    assert ledger.items() == expected


def test_a_term_that_is_started_anew_cuts_the_one_before(ledger: Any, bodies: Any) -> None:
    """Sold for 366 days, of which 152 are left, then again for the 365 from June."""
    ledger.create([plan(bodies, 1, 366, BY_TERM)])
    last_term = {"termType": "TERMED", "startDate": "2024-06-01", "period": 12, "periodType": "Month"}
    ledger.order(bodies.action("TermsAndConditions", {"lastTerm": last_term}, date="2024-06-01"))
    assert ledger.items() == [("2024-01-01", "2024-05-31", 152), ("2024-06-01", "2025-05-31", 366)]


@pytest.mark.parametrize(
    ("alignment", "expected"),
    [
        # the quarter from 15 February whole; its last one to 1 September, 100 x 17/92 = 18.48
        (
            "AlignToCharge",
            [
                ("2024-02-15", "2024-05-14", 100),
                ("2024-05-15", "2024-08-14", 100),
                ("2024-08-15", "2024-08-31", 18.48),
            ],
        ),
        # of the first quarter from 1 January 46 days of 91, of the third one 62 of 92, over the renewal
        (
            "AlignToSubscriptionStart",
            [
                ("2024-02-15", "2024-03-31", 50.55),
                ("2024-04-01", "2024-06-30", 100),
                ("2024-07-01", "2024-08-31", 67.39),
            ],
        ),
        # anew on 1 May: of April 30 days of 91, then a whole quarter and 31 days of the 92 from August
        (
            "AlignToTermStart",
            [
                ("2024-02-15", "2024-03-31", 50.55),
                ("2024-04-01", "2024-04-30", 32.97),
                ("2024-05-01", "2024-07-31", 100),
                ("2024-08-01", "2024-08-31", 33.7),
            ],
        ),
    ],
)
def test_what_periods_are_aligned_to(
    ledger: Any, bodies: Any, terms: Any, alignment: str, expected: Any
) -> None:
    """A charge from 15 February in a term of four months from 1 January, renewed once to 1 September."""
    override = billing("Quarter", billingPeriodAlignment=alignment) | {
        "startDate": {"triggerEvent": "SpecificDate", "specificTriggerDate": "2024-02-15"}
    }
    ledger.create([plan(bodies, 1, 100, override)], terms=terms(4))
    ledger.renew("2024-05-01")
    assert ledger.items() == expected


def test_suspended_days_are_not_billed(ledger: Any, bodies: Any) -> None:
    """310 a month: ten days of March, 310 x 10/31 = 100, nothing of April, 25 days of May = 250."""
    ledger.create([plan(bodies, 31, 10)])
    suspend = {"suspendPolicy": "SpecificDate", "suspendSpecificDate": "2024-03-11"}
    ledger.order(bodies.action("Suspend", suspend, date="2024-03-11"))
    assert ledger.items() == [
        ("2024-01-01", "2024-01-31", 310),
        ("2024-02-01", "2024-02-29", 310),
        ("2024-03-01", "2024-03-10", 100),
    ]
    resume = {"resumePolicy": "SpecificDate", "resumeSpecificDate": "2024-05-07"}
    ledger.order(bodies.action("Resume", resume, date="2024-05-07"))
    assert ledger.items()[2:5] == [
        ("2024-03-01", "2024-03-10", 100),
        ("2024-05-07", "2024-05-31", 250),
        ("2024-06-01", "2024-06-30", 310),
    ]


@pytest.mark.parametrize(
    ("quantity", "tiered", "volume"),
    [
        (0, 0, 0),
        (10, 50, 50),  # 10 x 5
        (11, 54, 44),  # 10 x 5 + 1 x 4; all 11 x 4
        (25, 110, 100),  # 10 x 5 + 15 x 4; all 25 x 4
    ],
)
def test_tiers_and_volumes(
    ledger: Any, bodies: Any, make_offer: Any, quantity: int, tiered: float, volume: float
) -> None:
    tiers = [
        {"Currency": "USD", "StartingUnit": 0, "EndingUnit": 10, "Price": 5, "PriceFormat": "Per Unit"},
        {"Currency": "USD", "StartingUnit": 11, "Price": 4, "PriceFormat": "Per Unit"},
    ]
    for name, model, key, expected in (
        ("Tiers", "Tiered Pricing", "recurringTiered", tiered),
        ("Volume", "Volume Pricing", "recurringVolume", volume),
    ):
        offer = make_offer(name, tiers, ChargeModel=model, BillingPeriod="Annual")
        override = bodies.override(offer, {key: {"quantity": quantity}})
        details = bodies.create(
            name, plans=[{"productRatePlanId": offer.plan, "chargeOverrides": [override]}]
        )
        ledger.order(details, subscription=None)
        assert ledger.items(subscription=name) == [("2024-01-01", "2024-12-31", expected)]


def test_a_flat_fee_is_not_multiplied_and_arrears_bill_the_same(ledger: Any, shop: Any, bodies: Any) -> None:
    override = bodies.override(shop.platform, billing={"billingTiming": "IN_ARREARS"})
    ledger.create([{"productRatePlanId": shop.platform.plan, "chargeOverrides": [override]}])
    assert ledger.items() == [("2024-01-01", "2024-12-31", 900)]


def test_usage_is_never_billed_in_advance(ledger: Any, make_offer: Any) -> None:
    usage = make_offer("Calls", 3, ChargeType="Usage")
    ledger.create([{"productRatePlanId": usage.plan}])
    assert ledger.items() == []


def test_an_evergreen_subscription_is_billed_to_a_day(zuora: Any, ledger: Any, bodies: Any) -> None:
    ever = {"initialTerm": {"termType": "EVERGREEN", "startDate": "2024-01-01"}}
    ledger.create([plan(bodies, 1, 100)], terms=ever)
    assert ledger.items(thru="2024-03-01") == [
        ("2024-01-01", "2024-01-31", 100),
        ("2024-02-01", "2024-02-29", 100),
        ("2024-03-01", "2024-03-31", 100),
    ]
    answer = zuora.session.get(f"{zuora.url}/__sandbox__/billing", timeout=10)
    assert (answer.status_code, "evergreen" in answer.json()["error"]) == (400, True)
    ledger.cancel("2024-02-16")
    assert ledger.items()[-1] == ("2024-02-01", "2024-02-15", 51.72)  # 100 x 15/29 = 51.724


@pytest.mark.parametrize(
    ("currency", "amounts"),
    [
        # 100 units at 1.005 a year, and the piece of 184 of 366 days: 100.5 x 184/366 = 50.5246, x 182/366 = 49.9754
        ("USD", [50.52, 49.98]),
        ("JPY", [51, 50]),
        ("BHD", [50.525, 49.975]),
    ],
)
def test_every_item_is_rounded_to_the_currencys_own_unit(
    zuora: Any, shop: Any, bodies: Any, make_offer: Any, ledger: Any, currency: str, amounts: list[float]
) -> None:
    zuora.settings(multiple_currencies=True, currencies=["USD", "JPY", "BHD"])
    price = [{"Currency": each, "Price": 1.005} for each in ("USD", "JPY", "BHD")]
    offer = make_offer("World", price, currencies=["USD", "JPY", "BHD"], BillingPeriod="Annual")
    override = bodies.override(offer, {"recurringPerUnit": {"quantity": 100}})
    world = {
        "productRatePlanId": offer.plan,
        "chargeOverrides": [override],
        "subscriptionRatePlanNumber": "RP-1",
    }
    ledger.create([world], currency=currency)
    ledger.quantity(100, "2024-07-03")
    assert [amount for _, _, amount in ledger.items()] == amounts


def test_what_an_account_was_sold_with_its_line_items(
    zuora: Any, shop: Any, bodies: Any, ledger: Any
) -> None:
    ledger.order(
        bodies.create(plans=[plan(bodies, 2, 10)]), subscription=None, orderLineItems=[bodies.item()]
    )
    other = zuora.account(name="Acme Holding")["accountNumber"]
    assert ledger.total(account=shop.account) == 12 * 20 + 2500
    assert ledger.total(account=shop.account, thru="2024-01-31") == 20 + 2500
    assert ledger.total(subscription="SUB-1") == 240
    assert ledger.items(account=other) == []
    answer = zuora.session.get(f"{zuora.url}/__sandbox__/billing?thru=soon", timeout=10)
    assert answer.status_code == 400


def test_a_snapshot_that_went_through_json_bills_the_same(zuora: Any, bodies: Any, ledger: Any) -> None:
    """A snapshot holds every version, and its numbers came back as floats: 3.3 x 7 = 23.1 a month."""
    ledger.order(bodies.create(plans=[plan(bodies, 3, 7)]), subscription=None, orderLineItems=[bodies.item()])
    ledger.quantity(3.3, "2024-01-01")
    state = zuora.state()
    [invoice] = invoices(state["subscriptions"], state["order_line_items"], Bounds(None, None, ()))
    assert invoice["amount"] == Decimal("2777.20")
    assert [item["amountWithoutTax"] for item in invoice["invoiceItems"]][-2:] == [Decimal("23.10"), 2500]
