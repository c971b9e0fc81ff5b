"""What an order does, in the words of the one who sold it: a chain of orders in, sentences out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connector.domain.operations import Action, EffectKind, Key, Noun, Operation, Ref
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
    assert told(operation) == [f"{SEATS}: quantity 10 to {after} from 2026-07-01"]


def test_a_change_for_a_while_says_when_it_is_over() -> None:
    change = sold(2, start=JULY, last_day=date(2026, 9, 30), quantity="5", revises=1)
    operation = planned(sale(), amendment(102, [change], on=JULY))

    assert told(operation) == [
        f"{SEATS}: quantity 10 to 15 from 2026-07-01",
        f"{SEATS}: quantity 15 to 10 from 2026-10-01",
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
        f"{SEATS}: quantity 10 to 20 from 2027-01-01",
    ]
    assert "with 1 new subscription" in operation.decision


def test_what_never_ends_says_so() -> None:
    line = sold(1, start=NEW_YEAR, last_day=None, quantity="8", SBQQ__SubscriptionType__c="Evergreen")
    operation = planned(first(101, [line], on=NEW_YEAR))

    assert told(operation) == [f"{SEATS}: new from 2026-01-01 without end, 8 x 10.00 a month"]
    (money,) = operation.money
    assert money.span == "no end"
    assert "one product term (12 months)" in money.note


def test_a_block_has_a_price_and_no_quantity() -> None:
    line = sold(1, start=NEW_YEAR, last_day=YEAR_END, quantity="5", SBQQ__PricingMethod__c="Block")
    operation = planned(first(101, [line], on=NEW_YEAR))

    assert told(operation) == [f"{SEATS}: new from 2026-01-01 to 2026-12-31, 50.00 a month"]


def test_a_price_for_several_periods_is_told_for_one() -> None:
    operation = planned(sale(), list_price_base=True)

    assert operation.payload["subscriptions"]
    assert told(operation) == [f"{SEATS}: new from 2026-01-01 to 2026-12-31, 10 x 10.00 a month"]


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
        history = history.settled(each, account_currency="USD", options=Options())

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
