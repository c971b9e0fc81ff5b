"""The rows of the default mapping for products and orders: each fills one field, and gone or altered it changes that field alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.domain.mapping import build
from connector.domain.operations import Noun, Plan, Severity
from connector.domain.plan import plan_account
from connector.domain.rules import Mode, Options, Pair, Rule
from connector.domain.snapshot import Snapshot, ZuoraState
from connector.models.default_mapping import DEFAULT_RULES
from connector.sync.outcome import Status
from tests.cast import ACME_CORP, account, line, one_time_line, order, product, schedule, usage_line
from tests.sync.world import World

JSON = dict[str, Any]
OF_ORDERS = (Pair.PRODUCT, Pair.RATE_PLAN, Pair.CHARGE, Pair.ORDER, Pair.ORDER_LINE_ITEM)
RULES = [rule for rule in DEFAULT_RULES if rule.pair in OF_ORDERS]
NEEDED = {
    (Pair.PRODUCT, "Name"),
    (Pair.RATE_PLAN, "Name"),
    (Pair.CHARGE, "Name"),
    (Pair.ORDER_LINE_ITEM, "itemName"),
}
"""Zuora wants them: without a row the connector fills them as the default row does."""
NEEDED |= {(Pair.CHARGE, "UseDiscountSpecificAccountingCode")}
OTHERWISE: JSON = {
    "UseDiscountSpecificAccountingCode": True,
    "itemType": "Fee",
    "quote.OpportunityCloseDate__QT": "2026-05-05",
}
NAMED = {
    "Z_Accounting_Code__c": "AR",
    "Z_Deferred_Revenue_Account__c": "Deferred",
    "Z_Recognized_Revenue_Account__c": "Revenue",
}


def sold(**of_order: Any) -> Any:
    onboarding = {**one_time_line()["Product2"], **NAMED, "Description": "Two days"}
    said: JSON = {
        "Description": "For the lab\nin Oslo",
        "Opportunity": {"Name": "Acme 2026", "CloseDate": "2025-12-20"},
        "SBQQ__Quote__r": {"Name": "Q-00042", "SBQQ__Type__c": "Quote"},
    }
    lines = [
        line(Product2=product(Description="A seat", **NAMED)),
        one_time_line(Product2=onboarding, Description="On site"),
    ]
    return order(lines=lines, **{**said, **of_order})


def planned(rules: Any = DEFAULT_RULES, this: Any = None, **options: Any) -> Plan:
    snapshot = Snapshot({ACME_CORP: account(orders=[this or sold()])}, ZuoraState())
    chosen = Options(**{"opportunity_fields": True, **options})
    return plan_account(snapshot, ACME_CORP, rules=rules, options=chosen)


def fields_of(plan: Plan) -> dict[str, object]:
    """Every value of every request, by where it stands: "order 00000101: orderLineItems.0.itemType"."""
    return {
        f"{each.key.noun} {each.key.value}: {where}": value
        for each in plan.operations
        for where, value in _leaves(each.payload)
    }


def _leaves(value: Any, where: str = "") -> Any:
    inner = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    )
    if inner is None:
        yield where, value
        return
    for name, each in inner:
        yield from _leaves(each, f"{where}.{name}".strip("."))


def body(plan: Plan, noun: Noun) -> JSON:
    return next(each.payload for each in plan.operations if each.key.noun is noun)


def test_what_the_default_rows_make_of_an_order_and_its_products() -> None:
    plan = planned()
    assert plan.errors() == ()
    first = body(plan, Noun.PRODUCT)
    assert (first["Name"], first["Description"]) == ("Seats", "A seat")
    assert body(plan, Noun.RATE_PLAN)["Name"] == "Seats"
    charge = body(plan, Noun.CHARGE)
    assert (charge["Name"], charge["UseDiscountSpecificAccountingCode"]) == ("Seats", False)
    accounts = [
        charge[name] for name in ("AccountingCode", "DeferredRevenueAccount", "RecognizedRevenueAccount")
    ]
    assert accounts == ["AR", "Deferred", "Revenue"]
    whole = body(plan, Noun.ORDER)
    assert whole["description"] == "For the lab\nin Oslo"
    (item,) = whole["orderLineItems"]
    assert (item["itemName"], item["itemType"], item["description"]) == ("Onboarding", "Product", "On site")
    (entry,) = whole["subscriptions"]
    assert entry["quote"] == {
        "QuoteNumber__QT": "Q-00042",
        "QuoteType__QT": "New",
        "QuoteBusinessType__QT": "New",
        "OpportunityName__QT": "Acme 2026",
        "OpportunityCloseDate__QT": "2025-12-20",
    }
    assert "quote" not in whole


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.pair} {rule.target}")
def test_a_row_that_is_gone_takes_its_field_along_and_nothing_else(rule: Rule) -> None:
    whole, without = (
        fields_of(planned()),
        fields_of(planned([each for each in DEFAULT_RULES if each != rule])),
    )
    gone = set(whole) - set(without)
    assert without == {where: value for where, value in whole.items() if where not in gone}
    if (rule.pair, rule.target) in NEEDED:
        assert not gone
    else:
        assert gone
        assert all(where.endswith(rule.target) for where in gone)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.pair} {rule.target}")
def test_a_row_that_is_altered_changes_its_field_and_nothing_else(rule: Rule) -> None:
    value = OTHERWISE.get(rule.target, "Otherwise")
    altered = replace(rule, source="", transform="", arguments={}, default=value)
    whole, other = (
        fields_of(planned()),
        fields_of(planned([altered if each == rule else each for each in DEFAULT_RULES])),
    )
    assert set(whole) == set(other)
    changed = {where for where in whole if whole[where] != other[where]}
    assert changed
    assert all(where.endswith(rule.target) for where in changed)
    assert {other[where] for where in changed} == {value}


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("Renewal", {"QuoteType__QT": "Renew", "QuoteBusinessType__QT": "Renewal"}),
        ("Amendment", {"QuoteType__QT": "Amendment"}),
        ("Requote", {}),
    ],
)
def test_the_type_of_a_quote_is_said_in_zuoras_words_or_not_at_all(kind: str, told: JSON) -> None:
    this = sold(SBQQ__Quote__r={"Name": "Q-1\x00" + "x" * 40, "SBQQ__Type__c": kind}, Opportunity=None)
    mapped = build(DEFAULT_RULES, this.record, pair=Pair.ORDER, creating=True)
    assert mapped.problems == ()
    number = mapped.payload["quote"].pop("QuoteNumber__QT")
    assert number.startswith("Q-1")
    assert len(number) <= 32
    assert mapped.payload["quote"] == told


def test_the_rows_of_the_quote_count_where_the_integration_carries_it() -> None:
    (entry,) = body(planned(opportunity_fields=False), Noun.ORDER)["subscriptions"]
    assert "quote" not in entry


def test_a_schedule_names_its_plan_and_charge_itself() -> None:
    rules = [*DEFAULT_RULES, Rule(Pair.RATE_PLAN, "ProductCode", "Description")]
    plan = planned(rules, order(lines=[usage_line()]))
    assert body(plan, Noun.PRODUCT)["Name"] == "API calls"
    assert body(plan, Noun.RATE_PLAN)["Name"] == "API calls Calls by the month"
    assert body(plan, Noun.RATE_PLAN)["Description"] == "CALLS"
    assert body(plan, Noun.CHARGE)["Name"] == "Calls by the month"


def test_accounting_codes_are_the_products_and_else_the_integrations() -> None:
    this = order(lines=[line(Product2=product(Z_Deferred_Revenue_Account__c="Deferred"))])
    charge = body(planned(this=this, accounting_code="AR"), Noun.CHARGE)
    accounts = [
        charge[name] for name in ("AccountingCode", "DeferredRevenueAccount", "RecognizedRevenueAccount")
    ]
    assert accounts == ["AR", "Deferred", "AR"]


def unread(*rules: Rule, **read: Any) -> list[str]:
    """What is said of two products whose accounting fields Salesforce does not show, but for those `read`. `rules` stand in for the
    default rows of their targets."""
    desks = product("01t000000000009AAA", Name="Desks", ProductCode="DESK", **read)
    two = [
        order(lines=[line(Product2=product(**read))], Description=None),
        order("00000102", lines=[line("0000000021", Product2=desks)], Description=None),
    ]
    own = {(rule.pair, rule.target): rule for rule in rules}
    stored = [own.pop((rule.pair, rule.target), rule) for rule in DEFAULT_RULES]
    snapshot = Snapshot({ACME_CORP: account(orders=two)}, ZuoraState())
    plan = plan_account(snapshot, ACME_CORP, rules=[*stored, *own.values()], options=Options())
    assert {each.severity for each in plan.problems} <= {Severity.NOTICE}
    return [each.message for each in plan.problems]


def test_accounting_fields_that_salesforce_does_not_show_are_told_once_for_all_products() -> None:
    (told,) = unread()
    assert (
        "no Z_Accounting_Code__c, Z_Deferred_Revenue_Account__c, Z_Recognized_Revenue_Account__c of" in told
    )
    assert "Make the fields visible in Salesforce, or switch these mapping rows off" in told
    assert told.partition("It concerns: ")[2].count("Seats") == 1
    assert told.partition("It concerns: ")[2].count("Desks") == 1
    assert unread(Rule(Pair.CHARGE, "Z_Accounting_Code__c", "AccountingCode", mode=Mode.IF_EMPTY)) == [told]
    assert unread(**dict.fromkeys(NAMED)) == []


def test_products_of_several_schedules_are_named_once() -> None:
    storage = schedule(
        2, SBQQ__ConsumptionSchedule__c="0Mh000000000002CAA", product_schedule_id="0Mq000000000002CAA"
    )
    this = order(lines=[usage_line(schedules=[schedule(), storage])], Description=None)
    (told,) = [each.message for each in planned(this=this, opportunity_fields=False).problems]
    assert told.partition("It concerns: ")[2].count("API calls") == 1


def test_a_hidden_accounting_field_is_told_in_the_log_of_a_run(world: World) -> None:
    world.org.change_settings({"hidden_fields": {"Product2": ["Z_Accounting_Code__c"]}})
    world.seed(account(orders=[order(lines=[line(), one_time_line()])]))
    assert world.sync().status is Status.SUCCEEDED
    (told,) = [text for text in world.messages(Severity.NOTICE) if "Z_Accounting_Code__c" in text]
    assert "no Z_Accounting_Code__c of products" in told
    assert "Seats" in told
    assert "Onboarding" in told


def test_a_row_of_ones_own_is_told_for_each_product_as_any_other() -> None:
    for rule in (
        Rule(Pair.CHARGE, "Z_Accounting_Code__c", "AccountingCode", transform="upper"),
        Rule(Pair.CHARGE, "Z_Accounting_Code__c", "AccountingCode", default="AR"),
        Rule(Pair.CHARGE, "Z_Accounting_Code__c", "RevRecCode"),
    ):
        own = [text for text in unread(rule) if f"mapping row {rule.source} → {rule.target}" in text]
        assert [text.partition(" (")[0] for text in own] == ["Product Seats", "Product Desks"]


def test_an_accounting_code_too_long_for_zuora_stops_the_charge_and_names_the_field() -> None:
    this = order(lines=[line(Product2=product(Z_Accounting_Code__c="x" * 101))])
    (told,) = [each.message for each in planned(this=this).problems if each.severity is Severity.ERROR]
    assert "Z_Accounting_Code__c, which has 101 characters" in told


def test_zuora_holds_what_an_order_and_its_items_are_described_as(world: World) -> None:
    world.option(verify_with_zuora=True)
    onboarding = one_time_line(Description="On site")
    world.seed(account(orders=[order(lines=[onboarding], Description="For the lab\nin Oslo")]))
    assert world.sync().status is Status.SUCCEEDED
    (whole,), (item,) = world.state("orders"), world.state("order_line_items")
    assert (whole["description"], item["description"]) == ("For the lab\nin Oslo", "On site")
    assert not [text for text in world.messages(Severity.WARNING) if "preview" in text]
