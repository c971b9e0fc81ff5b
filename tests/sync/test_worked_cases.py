"""Every worked case is carried over both sandboxes: what Zuora is told, what it then holds, and what it bills."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from connector.domain.operations import Noun, Severity
from connector.domain.pricing import minor_digits
from connector.domain.snapshot import OrderSnapshot
from connector.sandbox.zuora.orders.activating import give_trigger_dates
from connector.sync.journal import Step
from connector.sync.outcome import Report, Result, Status
from tests.cast import account
from tests.sync import casebook, telling
from tests.sync.casebook import Case
from tests.sync.dataset import dataset
from tests.sync.visible import invisible
from tests.sync.worked_cases import CASES, DOCUMENTED
from tests.sync.world import World, outcome_of

ZUORA_ID = re.compile(r"\b8ad0[0-9a-f]{28}\b")
CHAINS = [case for case in CASES if len(case.orders) > 1 and not (case.stops or case.skips or case.by_hand)]


def titles(cases: Sequence[Case]) -> list[str]:
    return [case.title for case in cases]


@pytest.mark.parametrize("case", CASES, ids=titles(CASES))
def test_a_worked_case(world: World, case: Case) -> None:
    prepare(world, case)
    report = carry(world, case)
    check_stops(world, case, report)
    if case.cure:
        do(world, case.cure)
        report = world.sync()
        assert report.status is Status.SUCCEEDED, report.message
    check(world, case)
    assert [each for call in world.written() for each in invisible(call["path"], call["body"])] == []
    sent = len(world.writes())
    world.sync()
    assert world.writes()[sent:] == []


@pytest.mark.parametrize("case", CHAINS, ids=titles(CHAINS))
def test_a_chain_synced_order_by_order_ends_the_same(world: World, case: Case) -> None:
    prepare(world, case)
    for count in range(1, len(case.orders) + 1):
        give(world, case, case.orders[:count])
        report = world.sync()
        assert report.status is Status.SUCCEEDED, report.message
    check(world, case)


def test_a_field_that_nobody_tells_of_is_seen() -> None:
    item = {"purchaseOrderNumber": "802", "itemName": "Onboarding", "itemMood": "good"}
    action = {"type": "CreateSubscription", "createSubscription": {"terms": {}, "renewalMood": "bad"}}
    body = {"orderNumber": "1", "orderLineItems": [item], "subscriptions": [{"orderActions": [action]}]}
    assert invisible("/v1/orders", body) == ["order_line_item: itemMood", "subscription: renewalMood"]


def test_there_are_enough_cases_and_each_has_a_title_of_its_own() -> None:
    assert len(CASES) >= 60
    assert len(set(titles(CASES))) == len(CASES)


@pytest.mark.parametrize("rule", DOCUMENTED)
def test_what_the_vendor_documents_is_among_the_cases(rule: str) -> None:
    assert any(rule in case.tags.split() for case in CASES)


def test_the_figures_of_the_cases_add_up() -> None:
    """The sum of the invoice items as written down is the total as written down."""
    for case in CASES:
        items = [part.split(" x ") for text in case.bill for part in text.partition(": ")[2].split(", ")]
        amounts = [int(count) * Decimal(amount) for count, amount in items]
        assert telling.total(amounts) == Decimal(case.billed), case.title


def prepare(world: World, case: Case) -> None:
    world.option(**case.options)
    world.tenant.change_settings(dict(case.tenant))
    world.org.change_settings(dict(case.org))
    do(world, case.before)


def carry(world: World, case: Case) -> Report:
    """All orders in one run from nothing; what is done by hand is done after the first one."""
    if case.by_hand:
        give(world, case, case.orders[:1])
        first = world.sync()
        assert first.status is Status.SUCCEEDED, first.message
        do(world, case.by_hand)
    give(world, case, case.orders)
    return world.sync()


def give(world: World, case: Case, orders: Sequence[OrderSnapshot]) -> None:
    """What is not there yet of the accounts, these orders and all they stand on."""
    wanted = dataset([*case.others, account(contacts=case.contacts, orders=orders, **case.account)])
    for name, rows in case.records.items():
        wanted.setdefault(name, []).extend(rows)
    known = {row["Id"] for rows in world.org.snapshot()["records"].values() for row in rows}
    world.org.seed({name: [row for row in rows if row["Id"] not in known] for name, rows in wanted.items()})


def do(world: World, steps: Sequence[casebook.Step]) -> None:
    for step in steps:
        match step:
            case casebook.InSalesforce():
                world.change(step.sobject, step.salesforce_id, **step.fields)
            case casebook.AddedInSalesforce():
                world.org.seed(dict(step.records))
            case casebook.InZuora():
                enter_by_hand(world, step)
            case casebook.RatePlanInZuora():
                rename(world, step)
            case casebook.MovedInZuora():
                change_subscription(world, step.subscription, accountId=world.account(step.owner)["id"])
            case casebook.ActivatedInZuora():
                activate(world, step)
            case casebook.CatalogInZuora():
                world.seed_zuora(**step.bodies)
            case casebook.Synced():
                assert world.sync(step.salesforce_id).status is Status.SUCCEEDED
            case casebook.Setting():
                world.option(**step.options)


def enter_by_hand(world: World, step: casebook.InZuora) -> None:
    (plan,) = current(world, step.subscription)["ratePlans"]
    if step.quantity is None:
        details = {"cancellationPolicy": "SpecificDate", "cancellationEffectiveDate": step.day}
        action = {"type": "CancelSubscription", "cancelSubscription": details}
    else:
        update = {
            "chargeNumber": plan["charges"][0]["number"],
            "pricing": {"recurringPerUnit": {"quantity": step.quantity}},
            "effectiveDate": {"triggerEvent": "SpecificDate", "specificTriggerDate": step.day},
        }
        details = {"ratePlanId": plan["id"], "chargeUpdates": [update]}
        action = {"type": "UpdateProduct", "updateProduct": details}
    action["triggerDates"] = [{"name": "ContractEffective", "triggerDate": step.day}]
    body = {
        "orderNumber": f"BY-HAND-{step.day}-{step.quantity}",
        "orderDate": step.day,
        "existingAccountNumber": world.account()["accountNumber"],
        "subscriptions": [{"subscriptionNumber": step.subscription, "orderActions": [action]}],
    }
    world.seed_zuora(orders=[body])


def rename(world: World, step: casebook.RatePlanInZuora) -> None:
    held = current(world, step.subscription)
    plans = [{**plan, "externallyManagedPlanId": step.external_id} for plan in held["ratePlans"]]
    number = step.number or step.subscription
    change_subscription(world, step.subscription, ratePlans=plans, subscriptionNumber=number)


def change_subscription(world: World, number: str, **fields: Any) -> None:
    with world.tenant.writing() as store:
        store.change("subscriptions", current(world, number)["id"], **fields)


def current(world: World, number: str) -> dict[str, Any]:
    found = [each for each in world.state("subscriptions") if each["subscriptionNumber"] == number]
    return next(each for each in found if each["isLatestVersion"])


def activate(world: World, step: casebook.ActivatedInZuora) -> None:
    order = next(each for each in world.state("orders") if each["orderNumber"] == step.order_number)
    numbers = [entry["subscriptionNumber"] for entry in order["subscriptions"]]
    triggers = [{"name": "ServiceActivation", "triggerDate": step.day}]
    dates = [{"sequence": 0, "triggerDates": triggers}]
    body = {"subscriptions": [{"subscriptionNumber": number, "orderActions": dates} for number in numbers]}
    with world.tenant.writing() as store:
        give_trigger_dates(world.tenant, store, step.order_number, body)


def check_stops(world: World, case: Case, report: Report) -> None:
    for number, message in case.stops.items():
        stopped = outcome_of(report, Noun.ORDER, f"{number:08d}")
        assert ZUORA_ID.sub("<id>", stopped.message) == message
        assert stopped.is_failure
        assert stopped.who_acts == case.who
    for number, reason in case.skips.items():
        skipped = outcome_of(report, Noun.ORDER, f"{number:08d}")
        assert skipped.result is Result.SKIPPED
        assert any(reason in text for text in world.messages())
    refused = [failure.key.value for failure in report.failures]
    assert refused == [f"{number:08d}" for number in case.stops]
    warnings = [
        entry for entry in world.log if entry.level is Severity.WARNING and entry.step is not Step.FINISH
    ]
    assert [entry.message for entry in warnings] == list(case.warns)
    assert [note for note in case.notes if note not in world.messages()] == []


def check(world: World, case: Case) -> None:
    assert telling.told(world) == list(case.told)
    assert telling.ends(world) == list(case.ends)
    lines, amounts = telling.bill(world, through=case.through)
    assert lines == list(case.bill)
    assert telling.total(amounts) == Decimal(case.billed)
    sold = [item["TotalPrice"] for order in case.orders for item in order.lines if carried(world, order)]
    assert telling.total(sold) == Decimal(case.sold)
    if not case.through:
        unit = Decimal(1).scaleb(-minor_digits(str(case.account.get("CurrencyIsoCode", "USD"))))
        difference = telling.total(amounts) - telling.total(sold) - Decimal(case.overbills or 0)
        assert abs(difference) <= unit * len(amounts)


def carried(world: World, order: OrderSnapshot) -> bool:
    return order.order_number in world.orders()
