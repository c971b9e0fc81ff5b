"""Previews of changes: what an order adds to, and takes back from, what is billed without it."""

from __future__ import annotations

from typing import Any

import pytest

TERM_END = {"previewThruType": "TermEnd"}


@pytest.fixture
def seats(ledger: Any, bodies: Any) -> Any:
    """Ten seats of 10 a month for 2024."""
    ledger.create([bodies.seats(10, 10, subscriptionRatePlanNumber="RP-1")])
    return ledger


@pytest.fixture
def preview(zuora: Any, bodies: Any) -> Any:
    """(first day, last day, amount) of the items charged, and of those credited."""

    def ask(*actions: Any, subscription: str | None = "SUB-1", thru: Any = TERM_END, **changes: Any) -> Any:
        options = {"previewTypes": ["BillingDocs"]} | thru
        body = bodies.order(*actions, subscription=subscription, previewOptions=options, **changes)
        result = zuora.done("POST", "/v1/orders/preview", body)["previewResult"]
        charged = [item for document in result["invoices"] for item in document["invoiceItems"]]
        credited = [item for document in result["creditMemos"] for item in document["creditMemoItems"]]
        for documents, items in ((result["invoices"], charged), (result["creditMemos"], credited)):
            amount = sum(document["amount"] for document in documents)
            assert amount == pytest.approx(sum(item["amountWithoutTax"] for item in items))
        return tuple(
            [(i["serviceStartDate"], i["serviceEndDate"], i["amountWithoutTax"]) for i in items]
            for items in (charged, credited)
        )

    return ask


def update(bodies: Any, make_seats_update: Any, quantity: int, date: str) -> Any:
    return bodies.action("UpdateProduct", make_seats_update(quantity), date=date)


def test_more_from_a_periods_start(seats: Any, bodies: Any, preview: Any, make_seats_update: Any) -> None:
    charged, credited = preview(update(bodies, make_seats_update, 15, "2024-11-01"))
    assert charged == [("2024-11-01", "2024-11-30", 50), ("2024-12-01", "2024-12-31", 50)]
    assert credited == []
    assert seats.total() == 1200  # nothing of it was kept


def test_more_in_the_middle_of_a_period(
    seats: Any, bodies: Any, preview: Any, make_seats_update: Any
) -> None:
    """November is billed anew in two pieces: 100 x 10/30 = 33.33, 150 x 20/30 = 100; its 100 are taken back."""
    charged, credited = preview(update(bodies, make_seats_update, 15, "2024-11-11"))
    assert charged == [
        ("2024-12-01", "2024-12-31", 50),
        ("2024-11-01", "2024-11-10", 33.33),
        ("2024-11-11", "2024-11-30", 100),
    ]
    assert credited == [("2024-11-01", "2024-11-30", 100)]


def test_fewer_is_a_credit(seats: Any, bodies: Any, preview: Any, make_seats_update: Any) -> None:
    charged, credited = preview(update(bodies, make_seats_update, 4, "2024-11-01"))
    assert (charged, credited) == ([], [("2024-11-01", "2024-11-30", 60), ("2024-12-01", "2024-12-31", 60)])


def test_the_sign_of_a_credit_is_a_setting(
    zuora: Any, seats: Any, bodies: Any, preview: Any, make_seats_update: Any
) -> None:
    zuora.settings(preview_credits_negative=True)
    _, credited = preview(update(bodies, make_seats_update, 4, "2024-12-01"))
    assert credited == [("2024-12-01", "2024-12-31", -60)]


def test_a_renewal_adds_its_term(seats: Any, bodies: Any, preview: Any) -> None:
    charged, credited = preview(bodies.action("RenewSubscription", {}, date="2025-01-01"))
    assert (len(charged), charged[0], credited) == (12, ("2025-01-01", "2025-01-31", 100), [])


def test_a_renewal_with_another_quantity(
    seats: Any, bodies: Any, preview: Any, make_seats_update: Any
) -> None:
    renew = bodies.action("RenewSubscription", {}, date="2025-01-01")
    charged, _ = preview(renew, update(bodies, make_seats_update, 20, "2025-01-01"))
    assert [amount for _, _, amount in charged] == [200] * 12


def test_a_cancellation_takes_the_rest_back(seats: Any, bodies: Any, preview: Any) -> None:
    details = {"cancellationPolicy": "SpecificDate", "cancellationEffectiveDate": "2024-11-16"}
    charged, credited = preview(bodies.action("CancelSubscription", details, date="2024-11-16"))
    assert charged == [("2024-11-01", "2024-11-15", 50)]
    assert credited == [("2024-11-01", "2024-11-30", 100), ("2024-12-01", "2024-12-31", 100)]


def test_a_term_cut_short_a_suspension_and_a_transfer(
    seats: Any, bodies: Any, preview: Any, zuora: Any
) -> None:
    short = {"lastTerm": {"termType": "TERMED", "period": 11, "periodType": "Month"}}
    assert preview(bodies.action("TermsAndConditions", short)) == ([], [("2024-12-01", "2024-12-31", 100)])
    suspend = {"suspendPolicy": "SpecificDate", "suspendSpecificDate": "2024-12-01"}
    assert preview(bodies.action("Suspend", suspend)) == ([], [("2024-12-01", "2024-12-31", 100)])
    other = zuora.account(name="Acme Holding")["accountNumber"]
    assert preview(bodies.action("OwnerTransfer", {"destinationAccountNumber": other})) == ([], [])


def test_products_added_and_removed(seats: Any, shop: Any, bodies: Any, preview: Any) -> None:
    add = {"productRatePlanId": shop.platform.plan}
    charged, _ = preview(bodies.action("AddProduct", add, date="2024-07-01"))
    assert charged == [
        ("2024-07-01", "2024-12-31", 453.7)
    ]  # 900 x 184/365 = 453.699, July to June being 365 days
    remove = {"subscriptionRatePlanNumber": "RP-1"}
    _, credited = preview(bodies.action("RemoveProduct", remove, date="2024-12-01"))
    assert credited == [("2024-12-01", "2024-12-31", 100)]


@pytest.mark.parametrize(
    ("thru", "expected"),
    [
        (
            {"previewThruType": "SpecificDate", "specificPreviewThruDate": "2024-11-30"},
            ["2024-10-01", "2024-11-01"],
        ),
        ({"previewThruType": "NumberOfPeriods", "previewNumberOfPeriods": 1}, ["2024-10-01"]),
        (
            {"previewThruType": "NumberOfPeriods", "previewNumberOfPeriods": 5},
            ["2024-10-01", "2024-11-01", "2024-12-01"],
        ),
        (TERM_END, ["2024-10-01", "2024-11-01", "2024-12-01"]),
        (TERM_END | {"chargeTypeToExclude": ["Recurring"]}, []),
    ],
)
def test_how_far_a_change_is_previewed(
    seats: Any, bodies: Any, preview: Any, make_seats_update: Any, thru: Any, expected: list[str]
) -> None:
    charged, _ = preview(update(bodies, make_seats_update, 15, "2024-10-01"), thru=thru)
    assert [start for start, _, _ in charged] == expected


def test_evergreen_changes_are_previewed_for_some_periods(
    ledger: Any, bodies: Any, preview: Any, make_seats_update: Any
) -> None:
    ever = {"initialTerm": {"termType": "EVERGREEN", "startDate": "2024-01-01"}}
    ledger.create([bodies.seats(10, 10, subscriptionRatePlanNumber="RP-1")], terms=ever)
    two = {"previewThruType": "NumberOfPeriods", "previewNumberOfPeriods": 2}
    charged, _ = preview(update(bodies, make_seats_update, 15, "2025-03-01"), thru=two)
    assert charged == [("2025-03-01", "2025-03-31", 50), ("2025-04-01", "2025-04-30", 50)]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-06-16", ([("2024-06-01", "2024-06-15", 50)], [("2024-06-01", "2024-06-30", 100)])),
        ("2024-06-01", ([], [])),
    ],
)
def test_an_evergreen_cancellation_credits_to_its_day_only(
    ledger: Any, bodies: Any, preview: Any, day: str, expected: Any
) -> None:
    """Nothing after the day was ever billed; the month it cuts is billed for its part."""
    ever = {"initialTerm": {"termType": "EVERGREEN", "startDate": "2024-01-01"}}
    ledger.create([bodies.seats(10, 10)], terms=ever)
    details = {"cancellationPolicy": "SpecificDate", "cancellationEffectiveDate": day}
    assert preview(bodies.action("CancelSubscription", details, date=day)) == expected


def test_periods_are_counted_from_the_one_that_holds_the_first_day(bodies: Any, preview: Any) -> None:
    """Months of the subscription from 1 January, the charge from 15 March: 100 x 17/31 = 54.84."""
    override = {
        "billing": {"billingPeriodAlignment": "AlignToSubscriptionStart"},
        "startDate": {"triggerEvent": "SpecificDate", "specificTriggerDate": "2024-03-15"},
    }
    create = bodies.create(plans=[bodies.seats(10, 10, override=override)])
    one = {"previewThruType": "NumberOfPeriods", "previewNumberOfPeriods": 1}
    charged, _ = preview(create, subscription=None, thru=one)
    assert charged == [("2024-03-15", "2024-03-31", 54.84)]


def test_what_costs_nothing_is_listed(bodies: Any, preview: Any) -> None:
    override = {"billing": {"billingPeriod": "Annual"}}
    create = bodies.create(plans=[bodies.seats(10, 0, override=override)])
    assert preview(create, subscription=None) == ([("2024-01-01", "2024-12-31", 0)], [])


def test_a_setting_lists_what_was_not_billed_before(
    zuora: Any, seats: Any, bodies: Any, preview: Any, make_seats_update: Any
) -> None:
    zuora.settings(preview_lists_unbilled=True)
    charged, credited = preview(update(bodies, make_seats_update, 15, "2024-11-01"))
    assert ([amount for _, _, amount in charged], credited) == ([100] * 10 + [150] * 2, [])


def test_several_orders_in_one(seats: Any, bodies: Any, preview: Any, make_seats_update: Any) -> None:
    """Two changes of the same subscription and a new one beside it."""
    actions = [
        update(bodies, make_seats_update, 15, "2024-11-01"),
        update(bodies, make_seats_update, 5, "2024-12-01"),
    ]
    body = {"orderActions": actions, "subscriptionNumber": "SUB-1"}
    new = {"orderActions": [bodies.create("SUB-2", plans=[bodies.seats(1, 1)])]}
    charged, credited = preview(subscriptions=[body, new], orderLineItems=[bodies.item()])
    assert charged[0] == ("2024-11-01", "2024-11-30", 50)
    assert [amount for _, _, amount in charged[1:]] == [1] * 12 + [2500]
    assert credited == [("2024-12-01", "2024-12-31", 50)]


def test_for_an_account_that_is_still_to_be_made(zuora: Any, bodies: Any) -> None:
    """Sent past the judge, which knows no preview without an account."""
    before = len(zuora.state()["accounts"])
    info = {"currency": "USD", "billCycleDay": 1, "soldToContact": {"country": "US", "state": "California"}}

    def ask(account: Any) -> Any:
        options = {"previewTypes": ["BillingDocs"]}
        body = bodies.order(
            bodies.create(), existingAccountNumber=..., previewAccountInfo=account, previewOptions=options
        )
        zuora.log_in()
        headers = {"Authorization": f"Bearer {zuora.token}", "Zuora-Version": zuora.version}
        address = f"{zuora.url}/v1/orders/preview"
        return zuora.session.post(address, json=body, headers=headers, timeout=10).json()

    [invoice] = ask(info)["previewResult"]["invoices"]
    assert (len(invoice["invoiceItems"]), invoice["amount"]) == (12, 882)
    assert len(zuora.state()["accounts"]) == before
    assert "billCycleDay" in ask({"currency": "USD"})["reasons"][0]["message"]


def test_what_zuora_refuses_is_refused_in_a_preview(zuora: Any, seats: Any, bodies: Any) -> None:
    options = {"previewTypes": ["BillingDocs"]}
    seats.cancel("2024-06-01")
    body = bodies.order(bodies.action("RenewSubscription", {}), subscription="SUB-1", previewOptions=options)
    assert "is cancelled" in zuora.refused("POST", "/v1/orders/preview", body)[0][1]
