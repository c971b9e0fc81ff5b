"""The option *verify with Zuora*: its order preview is a second opinion on the money, before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.domain.operations import Action, Noun, Operation, OrderMoney, Plan, Severity
from connector.domain.rules import MoneyRule
from connector.sync.apply import apply
from connector.sync.outcome import Report, Result, Status
from connector.sync.rendering import plan_as_json
from connector.sync.verifying import verified
from tests.cast import account, line, one_time_line, order
from tests.sync.world import JSON, World, outcome_of, results

NUMBER = "00000101"
PREVIEW = "/v1/orders/preview"
SUMS = OrderMoney(
    currency="USD",
    zuora_total="1950.00",
    salesforce_total="1950.00",
    order_amount="1950.00",
    bound="0.13",
)


@pytest.fixture
def verifying(world: World) -> World:
    world.option(verify_with_zuora=True)
    return world


@pytest.fixture
def known(verifying: World) -> World:
    """All that the next order refers to is in Zuora: account and products."""
    verifying.seed(account(orders=[order("00000100", lines=[line(), one_time_line()])]))
    verifying.sync()
    lines = [line("0000000021"), one_time_line("0000000022")]
    verifying.add(account(orders=[order(lines=lines)]))
    verifying.forget_requests()
    return verifying


def previews(world: World) -> list[JSON]:
    return [call["body"] for call in world.zuora.requests() if call["path"] == PREVIEW]


def zuora_bills(world: World, invoices: list[str], memos: list[str] = [], **more: Any) -> None:  # noqa: B006
    result = {
        "invoices": [{"amountWithoutTax": float(amount)} for amount in invoices],
        "creditMemos": [{"amountWithoutTax": float(amount)} for amount in memos],
    }
    body = {"success": True, "previewResult": result}
    world.zuora.fault("status", "POST", PREVIEW, times=None, status=200, body=body, **more)


def zuora_refuses(world: World) -> None:
    reasons = [{"code": 58730020, "message": "The rate plan is not on sale on 2026-01-01."}]
    world.zuora.fault(
        "status", "POST", PREVIEW, times=None, status=200, body={"success": False, "reasons": reasons}
    )


def with_sums(plan: Plan, sums: OrderMoney = SUMS) -> Plan:
    return replace(
        plan,
        operations=tuple(
            replace(each, sums=sums) if each.action is Action.CREATE and each.key.noun is Noun.ORDER else each
            for each in plan.operations
        ),
    )


def planned(world: World) -> Plan:
    """The plan of a preview that asks nothing of Zuora, with sums."""
    world.option(verify_with_zuora=False)
    plan = with_sums(world.preview())
    world.option(verify_with_zuora=True)
    world.forget_requests()
    return plan


def verified_plan(world: World, rule: MoneyRule = MoneyRule.STOP) -> Plan:
    plan = planned(world)
    with world.services(world.memory.open_run()) as services:
        return verified(services, plan, money_rule=rule)


def applied(world: World, plan: Plan) -> Report:
    world.memory.entries.clear()
    with world.services(world.memory.open_run()) as services:
        return apply(services, plan, options=world.options, anew=lambda _: None)


def the_order(plan: Plan, number: str = NUMBER) -> Operation:
    (found,) = [each for each in plan.operations if each.key.value == number]
    return found


# In a preview run


def test_a_preview_states_what_zuora_itself_would_bill(known: World) -> None:
    plan = verified_plan(known)
    sums = the_order(plan).sums
    assert sums is not None
    assert (Decimal(sums.verified_total), sums.verified_note) == (Decimal("1950"), "")
    assert plan.problems == ()
    (body,) = previews(known)
    assert body["previewOptions"] == {
        "previewThruType": "TermEnd",
        "previewTypes": ["BillingDocs"],
        "skipTax": True,
    }
    assert [write for write in known.writes() if write != f"POST {PREVIEW}"] == []


def test_nothing_is_asked_where_the_option_is_off(known: World) -> None:
    known.option(verify_with_zuora=False)
    known.preview()
    known.sync()
    assert previews(known) == []


def test_an_order_of_an_account_to_come_says_what_it_waits_for(verifying: World) -> None:
    verifying.seed(account(orders=[order()]))
    sums = the_order(verified_plan(verifying)).sums
    assert sums is not None
    assert sums.verified_total == ""
    assert sums.verified_note.startswith(
        "Not verified: Zuora can preview it only once Account Acme Corp (001"
    )
    assert previews(verifying) == []


def test_a_difference_is_a_problem_that_names_three_figures_and_the_bound(known: World) -> None:
    zuora_bills(known, ["2100.00", "0.25"])
    plan = verified_plan(known)
    (problem,) = plan.problems
    assert problem.severity is Severity.ERROR
    assert problem.message.startswith("Order 00000101")
    for part in (
        "Zuora's own preview bills 2100.25, this plan reckons with 1950.00 and Salesforce sold 1950.00",
        "the difference of 150.25 is more than rounding (0.13)",
        "correct them and resync",
    ):
        assert part in problem.message
    assert the_order(plan).key in plan.blocked()
    sums = the_order(plan).sums
    assert sums is not None
    assert sums.verified_total == "2100.25"


def test_a_difference_is_a_warning_where_the_integration_only_warns(known: World) -> None:
    zuora_bills(known, ["2100.00"])
    (problem,) = verified_plan(known, MoneyRule.WARN).problems
    assert problem.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("invoices", "memos"),
    [
        (["1950.13"], []),
        (["1949.87"], []),
        (["2000.00"], ["50.00"]),
        (["2000.00"], ["-50.00"]),
        (["1000.00", "950.00"], []),
    ],
)
def test_what_adds_up_within_the_bound_is_no_difference(
    known: World, invoices: list[str], memos: list[str]
) -> None:
    """Credit memos count as credits, whatever sign Zuora gives them."""
    zuora_bills(known, invoices, memos)
    assert verified_plan(known).problems == ()


def test_an_answer_without_amounts_verifies_nothing(known: World) -> None:
    body: JSON = {"success": True, "previewResult": {}}
    known.zuora.fault("status", "POST", PREVIEW, times=None, status=200, body=body)
    plan = verified_plan(known)
    sums = the_order(plan).sums
    assert sums is not None
    assert (sums.verified_total, sums.verified_note) == (
        "",
        "Not verified: Zuora's preview states no amounts.",
    )
    assert plan.problems == ()


def test_a_preview_zuora_refuses_is_a_problem_in_zuoras_words(known: World) -> None:
    zuora_refuses(known)
    plan = known.preview()
    (problem,) = plan.problems
    assert problem.severity is Severity.ERROR
    assert "The rate plan is not on sale on 2026-01-01" in problem.message
    assert "Zuora refuses it in its order preview" in problem.message
    assert problem.message in known.messages(Severity.ERROR)


def test_a_preview_that_is_not_answered_is_a_note(known: World) -> None:
    known.zuora.fault("drop_before", "POST", PREVIEW, times=None)
    known.add(account(orders=[order("00000102", lines=[line("0000000031")])]))
    plan = verified_plan(known)
    assert plan.problems == ()
    for number in (NUMBER, "00000102"):
        sums = the_order(plan, number).sums
        assert sums is not None
        assert sums.verified_note.startswith("Not verified: ")
        assert sums.verified_total == ""
    assert known.zuora.faults_fired == 1 + known.retries


def test_a_long_order_is_not_previewed_and_says_so(known: World) -> None:
    lines = [line(f"{number:010}") for number in range(100, 151)]
    known.add(account(orders=[order("00000102", lines=lines)]))
    sums = the_order(verified_plan(known), "00000102").sums
    assert sums is not None
    assert "it is too large for Zuora's preview" in sums.verified_note
    assert len(previews(known)) == 1


# In a sync


def test_a_sync_previews_each_order_right_before_it_is_sent(verifying: World) -> None:
    """Account and products are made on the way: by then all references are known."""
    verifying.seed(account(orders=[order(lines=[line(), one_time_line()])]))
    report = verifying.sync()
    assert report.status is Status.SUCCEEDED
    assert verifying.writes()[-2:] == [f"POST {PREVIEW}", "POST /v1/orders"]
    (told,) = [text for text in verifying.messages() if "own preview" in text]
    assert told.endswith("Zuora's own preview bills 1950.00, as planned.")
    verifying.forget_requests()
    verifying.sync()
    assert verifying.writes() == []


def test_the_plan_stored_after_a_sync_says_what_was_verified(known: World) -> None:
    report = applied(known, planned(known))
    assert results(report)[f"order:{NUMBER}"] == "created"
    sums = the_order(report.plan).sums
    assert sums is not None
    assert Decimal(sums.verified_total) == Decimal("1950")
    (stored,) = [each["sums"] for each in plan_as_json(report.plan)["operations"] if each["key"] == NUMBER]
    assert stored["verified_total"] == "1950.00"


def test_a_difference_stops_the_order_and_is_kept_in_the_plan(known: World) -> None:
    zuora_bills(known, ["2100.25"])
    report = applied(known, planned(known))
    stopped = outcome_of(report, Noun.ORDER, NUMBER)
    assert stopped.result is Result.FAILED
    assert "could not be created: Zuora's own preview bills 2100.25, this plan reckons with 1950.00" in (
        stopped.message
    )
    assert NUMBER not in known.orders()
    assert known.memory.live_intents == []
    sums = the_order(report.plan).sums
    assert sums is not None
    assert sums.verified_total == "2100.25"


def test_a_difference_is_told_and_the_order_sent_where_the_integration_only_warns(known: World) -> None:
    known.option(money_rule=MoneyRule.WARN)
    zuora_bills(known, ["2100.25"])
    report = known.sync()
    assert results(report)[f"order:{NUMBER}"] == "created"
    (warning,) = known.messages(Severity.WARNING)
    assert "Zuora's own preview bills 2100.25" in warning
    assert NUMBER in known.orders()


def test_what_zuora_refuses_to_preview_is_not_sent(known: World) -> None:
    zuora_refuses(known)
    report = known.sync()
    stopped = outcome_of(report, Noun.ORDER, NUMBER)
    assert stopped.result is Result.FAILED
    assert "The rate plan is not on sale on 2026-01-01" in stopped.message
    assert NUMBER not in known.orders()
    assert known.memory.live_intents == []


def test_what_zuora_refuses_to_preview_is_sent_where_the_integration_only_warns(known: World) -> None:
    known.option(money_rule=MoneyRule.WARN)
    zuora_refuses(known)
    assert known.sync().status is Status.SUCCEEDED
    assert any("The rate plan is not on sale" in text for text in known.messages(Severity.WARNING))


def test_an_order_that_cannot_be_verified_now_waits(known: World) -> None:
    known.zuora.fault("drop_before", "POST", PREVIEW, times=None)
    report = known.sync()
    waiting = outcome_of(report, Noun.ORDER, NUMBER)
    assert waiting.result is Result.WAITING
    assert "Zuora's order preview, which is asked first, did not answer" in waiting.message
    assert report.unavailable is not None
    assert NUMBER not in known.orders()
    known.zuora.heal()
    assert known.sync().status is Status.SUCCEEDED


def test_an_order_that_cannot_be_verified_now_is_sent_where_the_integration_only_warns(known: World) -> None:
    known.option(money_rule=MoneyRule.WARN)
    known.zuora.fault("drop_before", "POST", PREVIEW, times=None)
    assert known.sync().status is Status.SUCCEEDED
    assert any("did not answer" in text for text in known.messages(Severity.WARNING))
    assert NUMBER in known.orders()


def test_a_long_order_is_sent_unverified_and_says_so(verifying: World) -> None:
    lines = [line(f"{number:010}") for number in range(51)]
    verifying.seed(account(orders=[order(lines=lines)]))
    assert verifying.sync().status is Status.SUCCEEDED
    assert previews(verifying) == []
    assert any("it is too large for Zuora's preview" in text for text in verifying.messages(Severity.WARNING))
