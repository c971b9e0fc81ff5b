"""What an order does, in the words of the one who sold it: a chain of orders in, sentences out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connector.domain.operations import Action, Effect, EffectKind, Key, Noun, Operation, Ref
from connector.domain.order_effects import sentence, summary, transfers
from connector.domain.order_history import History
from connector.domain.orders import plan_order
from connector.domain.rules import Options
from connector.domain.snapshot import OrderSnapshot, ZuoraState
from tests.cast import ACME_LABS, account, one_time_line
from tests.cpq import amendment, first, renewal, sold

NEW_YEAR = date(2026, 1, 1)
JULY = date(2026, 7, 1)
YEAR_END = date(2026, 12, 31)
NEXT_YEAR, NEXT_YEAR_END = date(2027, 1, 1), date(2027, 12, 31)
SEATS = "SUB-0000001 (Seats)"


def planned(*orders: OrderSnapshot, **options: Any) -> Operation:
    """The last of a chain of orders, planned in one run."""
    history = History()
    for order in orders:
        plan = plan_order(
            order,
            account=account(),
            account_currency="USD",
            state=ZuoraState(),
            options=Options(**options),
            history=history,
        )
        history = plan.history
    return plan.operations[-1]


def told(operation: Operation) -> list[str]:
    return [sentence(effect) for effect in operation.effects]


def sale(**fields: Any) -> OrderSnapshot:
    line = sold(1, start=NEW_YEAR, last_day=YEAR_END, quantity="10", **fields)
    return first(101, [line], on=NEW_YEAR)


def test_a_sale_opens_subscriptions_and_bills_items_once() -> None:
    line = sold(1, start=NEW_YEAR, last_day=YEAR_END, quantity="10")
    operation = planned(first(101, [line, one_time_line()], on=NEW_YEAR))

    assert (operation.action, operation.kind) == (Action.CREATE, "new")
    assert told(operation) == [
        f"{SEATS}: new from 2026-01-01 to 2026-12-31, 10 x 10.00 a month",
        "Onboarding: one-time on 2026-01-01, 1 x 750.00",
    ]
    assert operation.decision == (
        "Zuora has no order 00000101: create it as a new order with 1 new subscription and 1 line item"
    )


@pytest.mark.parametrize(("delta", "after"), [("5", "15"), ("-4", "6")])
def test_an_amendment_says_what_was_and_what_will_be(delta: str, after: str) -> None:
    change = sold(2, start=JULY, last_day=YEAR_END, quantity=delta, revises=1)
    operation = planned(sale(), amendment(102, [change], on=JULY))

    assert operation.kind == "amendment"
    assert told(operation) == [f"{SEATS}: quantity 10 to {after}, price 10.00 a month from 2026-07-01"]


def test_a_change_for_a_while_says_when_it_is_over() -> None:
    change = sold(2, start=JULY, last_day=date(2026, 9, 30), quantity="5", revises=1)
    operation = planned(sale(), amendment(102, [change], on=JULY))

    assert told(operation) == [
        f"{SEATS}: quantity 10 to 15, price 10.00 a month from 2026-07-01",
        f"{SEATS}: quantity 15 to 10, price 10.00 a month from 2026-10-01",
    ]


def test_an_amendment_that_ends_all_it_touches_is_a_cancellation() -> None:
    gone = sold(2, start=JULY, last_day=YEAR_END, quantity="-10", revises=1)
    operation = planned(sale(), amendment(102, [gone], on=JULY))

    assert operation.kind == "cancellation"
    assert told(operation) == [f"{SEATS}: cancelled from 2026-07-01"]
    assert "as a cancellation with 1 cancelled subscription" in operation.decision


def test_one_that_opens_a_subscription_besides_is_an_amendment() -> None:
    gone = sold(2, start=JULY, last_day=YEAR_END, quantity="-10", revises=1)
    added = sold(3, start=JULY, last_day=YEAR_END, quantity="2")
    operation = planned(sale(), amendment(102, [gone, added], on=JULY))

    assert operation.kind == "amendment"
    assert "1 new subscription and 1 cancelled subscription" in operation.decision


def test_one_that_sells_an_item_besides_is_an_amendment() -> None:
    gone = sold(2, start=JULY, last_day=YEAR_END, quantity="-10", revises=1)
    operation = planned(sale(), amendment(102, [gone, one_time_line()], on=JULY))

    assert operation.kind == "amendment"


def test_a_renewal_says_its_term_and_what_moves() -> None:
    line = sold(
        2,
        start=NEXT_YEAR,
        last_day=NEXT_YEAR_END,
        quantity="12",
        price="126",
        revises=1,
        action="Renew",
    )
    operation = planned(sale(), renewal(102, [line], on=NEXT_YEAR))

    assert operation.kind == "renewal"
    assert told(operation) == [
        f"{SEATS}: renewed from 2027-01-01 to 2027-12-31, 12 x 10.50 a month (before: 10 x 10.00 a month)"
    ]


def test_a_ramp_is_told_step_by_step() -> None:
    lines = [
        sold(number, start=start, last_day=last_day, quantity=quantity, SBQQ__SegmentKey__c="K", price="1200")
        for number, start, last_day, quantity in (
            (1, NEW_YEAR, YEAR_END, "10"),
            (2, NEXT_YEAR, NEXT_YEAR_END, "20"),
        )
    ]
    operation = planned(first(101, lines, on=NEW_YEAR))

    assert told(operation) == [
        f"{SEATS}: new from 2026-01-01 to 2027-12-31, 10 x 100.00 a month",
        f"{SEATS}: quantity 10 to 20, price 100.00 a month from 2027-01-01",
    ]
    assert "with 1 new subscription" in operation.decision


def test_what_never_ends_says_so() -> None:
    line = sold(1, start=NEW_YEAR, last_day=None, quantity="8", SBQQ__SubscriptionType__c="Evergreen")
    operation = planned(first(101, [line], on=NEW_YEAR))

    assert told(operation) == [f"{SEATS}: new from 2026-01-01 without end, 8 x 10.00 a month"]
    (money,) = operation.money
    assert money.span == "no end"
    assert "one product term (12 months)" in money.note


def test_an_evergreen_subscription_that_is_cancelled_does_not_go_on() -> None:
    evergreen = {"last_day": None, "SBQQ__SubscriptionType__c": "Evergreen"}
    sale = sold(1, start=NEW_YEAR, quantity="8", **evergreen)
    gone = sold(2, start=JULY, quantity="-8", revises=1, **evergreen)
    operation = planned(first(101, [sale], on=NEW_YEAR), amendment(102, [gone], on=JULY))

    (money,) = operation.money
    assert (money.span, money.quantity) == ("12 months", "-8")
    assert money.note == (
        "Ends SUB-0000001 on 2026-07-01, which had no end; the totals are those of one product term (12 months), which is what "
        "Salesforce states."
    )


def test_fewer_of_an_evergreen_subscription_go_on_without_end() -> None:
    evergreen = {"last_day": None, "SBQQ__SubscriptionType__c": "Evergreen"}
    sale = sold(1, start=NEW_YEAR, quantity="8", **evergreen)
    fewer = sold(2, start=JULY, quantity="-3", revises=1, **evergreen)
    (money,) = planned(first(101, [sale], on=NEW_YEAR), amendment(102, [fewer], on=JULY)).money

    assert (money.span, money.quantity) == ("no end", "-3")
    assert money.note.startswith("Goes on without end")


def test_a_price_that_goes_back_is_told_with_the_change() -> None:
    """Each change states the price that holds from then on, moved or not: no reader has to carry one over."""
    line = {"subscription": "S-1", "product": "Seats", "period": "month"}
    one = Effect(
        EffectKind.CHANGED,
        day="2026-04-01",
        quantity_before="20",
        quantity="24",
        price_before="10",
        price="9.99",
        **line,
    )
    two = Effect(
        EffectKind.CHANGED,
        day="2027-01-01",
        quantity_before="30",
        quantity="34",
        price_before="10",
        price="10",
        **line,
    )

    assert sentence(one) == "S-1 (Seats): quantity 20 to 24, price 10 to 9.99 a month from 2026-04-01"
    assert sentence(two) == "S-1 (Seats): quantity 30 to 34, price 10 a month from 2027-01-01"


def test_a_change_to_nothing_and_one_of_usage_have_no_price_to_tell() -> None:
    line = {"subscription": "S-1", "product": "Seats", "day": "2026-04-01"}
    nothing = Effect(
        EffectKind.CHANGED, quantity_before="20", quantity="0", price_before="10", price="10", **line
    )
    usage = Effect(EffectKind.CHANGED, price_before="as used", price="as used", **line)

    assert sentence(nothing) == "S-1 (Seats): quantity 20 to 0 from 2026-04-01"
    assert sentence(usage) == "S-1 (Seats): as before, as used from 2026-04-01"


def test_a_block_has_a_price_and_no_quantity() -> None:
    line = sold(1, start=NEW_YEAR, last_day=YEAR_END, quantity="5", SBQQ__PricingMethod__c="Block")
    operation = planned(first(101, [line], on=NEW_YEAR))

    assert told(operation) == [f"{SEATS}: new from 2026-01-01 to 2026-12-31, 50.00 a month"]


def test_a_price_for_several_periods_is_told_for_one() -> None:
    operation = planned(sale(), list_price_base=True)

    assert operation.payload["subscriptions"]
    assert told(operation) == [f"{SEATS}: new from 2026-01-01 to 2026-12-31, 10 x 10.00 a month"]
    (row,) = operation.money
    assert (row.quantity, row.per_period, row.span, row.zuora_total) == (
        "10",
        "10.00",
        "12 months",
        "1200.00",
    )


def test_a_price_before_a_change_is_told_for_one_period_too() -> None:
    day = date(2026, 4, 10)
    change = sold(2, start=day, last_day=YEAR_END, quantity="5", price="1502.40", revises=1)
    first_line = sold(1, start=NEW_YEAR, last_day=YEAR_END, quantity="10", price="1502.40")
    (row,) = planned(
        first(101, [first_line], on=NEW_YEAR), amendment(102, [change], on=day), list_price_base=True
    ).money

    assert "10 x 125.20 before, 15 x 125." in row.note


def test_an_order_that_is_not_carried_still_says_its_kind() -> None:
    line = sold(2, start=JULY, last_day=YEAR_END, quantity="5", revises=1)
    operation = planned(sale(), amendment(102, [line], on=JULY, SBQQ__PriceCalcStatus__c="Queued"))

    assert (operation.action, operation.kind, operation.effects) == (Action.SKIP, "amendment", ())


def test_what_says_most_of_a_subscription_is_counted_once() -> None:
    line = sold(2, start=JULY, last_day=YEAR_END, quantity="5", revises=1)
    (effect,) = planned(sale(), amendment(102, [line], on=JULY)).effects

    assert effect.what is EffectKind.CHANGED
    assert summary("amendment", (effect, effect)) == "an amendment with 1 changed subscription"
    assert summary("amendment", ()) == "an amendment with no changes"


def test_whole_months_multiply_and_need_no_note() -> None:
    change = sold(2, start=JULY, last_day=YEAR_END, quantity="-3", revises=1)
    (row,) = planned(sale(), amendment(102, [change], on=JULY)).money

    assert (row.quantity, row.per_period, row.span, row.note) == ("-3", "10.00", "6 months", "")


def test_a_broken_month_moves_the_price_of_all_and_says_so() -> None:
    day = date(2026, 4, 10)
    change = sold(2, start=day, last_day=YEAR_END, quantity="5", price="1502.40", revises=1)
    sale = sold(1, start=NEW_YEAR, last_day=YEAR_END, quantity="10", price="1502.40")
    operation = planned(first(101, [sale], on=NEW_YEAR), amendment(102, [change], on=day))
    (row,) = operation.money

    assert row.within_bound
    assert row.span == "8.7 months"
    assert row.per_period != "125.20"
    (effect, *_) = operation.effects
    assert row.note == (
        f"This is the difference to SUB-0000001: 10 x 125.20 before, 15 x {effect.price} from 2026-04-10 on."
    )


def test_a_part_of_a_period_says_how_its_price_came_about() -> None:
    line = sold(1, start=NEW_YEAR, last_day=date(2026, 3, 10), quantity="10")
    (row,) = planned(first(101, [line], on=NEW_YEAR)).money

    assert row.span == "2.3226 months"
    assert row.note.startswith("Zuora bills a part of a period by its days")


def test_an_order_that_zuora_has_keeps_its_kind() -> None:
    gone = sold(2, start=JULY, last_day=YEAR_END, quantity="-10", revises=1)
    cancellation = amendment(102, [gone], on=JULY)
    history = History()
    for each in (sale(), cancellation):
        history = history.settled(each, account_currency="USD", options=Options(), state=ZuoraState())

    plan = plan_order(
        cancellation,
        account=account(),
        account_currency="USD",
        state=ZuoraState(orders={"00000102": {}}),
        options=Options(),
        history=history,
    )

    assert [(each.action, each.kind) for each in plan.operations] == [(Action.UNCHANGED, "cancellation")]


def test_another_account_billed_is_told_with_its_day() -> None:
    owner = Ref(Key(Noun.ACCOUNT, ACME_LABS), "accountNumber")
    transfer = {
        "type": "OwnerTransfer",
        "triggerDates": [{"name": "ContractEffective", "triggerDate": "2026-07-01"}],
        "ownerTransfer": {"destinationInvoiceAccountNumber": owner},
    }
    entries = [{"subscriptionNumber": "SUB-1", "orderActions": [transfer, {"type": "UpdateProduct"}]}]

    (effect,) = transfers(entries)

    assert sentence(effect) == f"SUB-1: billed to account {ACME_LABS} from 2026-07-01"
    assert summary("amendment", (effect, effect)) == "an amendment with 2 invoice owner transfers"
