"""For any mapping and any record: a payload that stands before Zuora's own document, or a problem that names the row."""

from __future__ import annotations

import dataclasses
import json
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connector.domain import JSON
from connector.domain.mapping import build
from connector.domain.operations import Noun, Operation, Severity
from connector.domain.order_mapping import LINE_PAIRS, ORDER_PAIRS, PRODUCT_PAIRS, with_mapping
from connector.domain.order_mapping_updates import mapping_updates
from connector.domain.plan import plan_account
from connector.domain.rules import Options, Pair, Rule
from connector.domain.snapshot import OrderSnapshot, Snapshot, ZuoraState
from connector.models.default_mapping import DEFAULT_RULES
from connector.sync.resolving import resolve
from tests.cast import ACME_CORP, account, line, one_time_line, order
from tests.domain.test_mapping_properties import records, rules
from tests.domain.test_order_mapping_updates import ITEM, LINE, THERE, held, line_item
from tests.sync.judging import findings, judge

pytestmark = pytest.mark.skipif(judge() is None, reason="Zuora's document is not part of this checkout")

PATHS = {
    Noun.PRODUCT: "/v1/object/product",
    Noun.RATE_PLAN: "/v1/object/product-rate-plan",
    Noun.CHARGE: "/v1/object/product-rate-plan-charge",
    Noun.ORDER: "/v1/orders",
}
OF_ACCOUNTS = {Pair.ACCOUNT: "", Pair.BILL_TO: "billToContact", Pair.SOLD_TO: "soldToContact"}
PERSON = {"firstName": "Ada", "lastName": "Lovelace"}
any_rules = st.lists(rules, max_size=5)
usual = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(any_rules, records)
@example([Rule(Pair.ACCOUNT, "", "X__c", default=float("inf"))], {})
@usual
def test_what_is_mapped_of_an_account_or_a_contact(made: list[Rule], record: JSON) -> None:
    body: dict[str, Any] = {
        "name": "Acme",
        "currency": "USD",
        "billCycleDay": 1,
        "billToContact": PERSON,
        "soldToContact": PERSON,
    }
    for pair, inside in OF_ACCOUNTS.items():
        mapped = build(made, record, pair=pair, creating=True).payload
        body = {**body, inside: {**PERSON, **mapped}} if inside else {**body, **mapped}
    assert findings("POST", "/v1/accounts", body) == []
    of_contact = build(made, record, pair=Pair.CONTACT, creating=True).payload
    assert findings("POST", "/v1/contacts", {**PERSON, "accountId": "8a1", **of_contact}) == []


def body_of(operation: Operation) -> JSON:
    """As it is sent, where Zuora has given every record it refers to an id."""
    known = {key: {"id": "8a1", "accountNumber": "A1"} for key in operation.requirements()}
    return dict(json.loads(json.dumps(resolve(operation.payload, known), default=float)))


@cache
def planned() -> tuple[OrderSnapshot, tuple[Operation, ...]]:
    sold = order(lines=[line(), one_time_line()])
    snapshot = Snapshot({ACME_CORP: account(orders=[sold])}, ZuoraState())
    plan = plan_account(snapshot, ACME_CORP, rules=DEFAULT_RULES, options=Options())
    return sold, tuple(each for each in plan.operations if each.key.noun in PATHS)


@given(any_rules, records)
@usual
def test_what_is_mapped_of_an_order_its_parts_and_its_products(made: list[Rule], record: JSON) -> None:
    sold, operations = planned()
    lines = tuple({**record, **each, "Product2": {**record, **each["Product2"]}} for each in sold.lines)
    disturbed = dataclasses.replace(sold, record={**record, **sold.record}, lines=lines)
    mapped, problems = with_mapping(disturbed, operations, made)
    for operation in mapped:
        assert findings("POST", PATHS[operation.key.noun], body_of(operation)) == []
    used = [rule for rule in made if rule.pair in (Pair.ORDER, *LINE_PAIRS, *PRODUCT_PAIRS.values())]
    names = {rule.target for rule in used}
    for problem in problems:
        assert any(name in problem.message for name in names), problem
        assert problem.severity is not Severity.ERROR or problem.who_acts


UPDATES = {
    Noun.ORDER: "/v1/orders/{}/customFields",
    Noun.ORDER_LINE_ITEM: "/v1/order-line-items/{}",
    Noun.SUBSCRIPTION: "/v1/subscriptions/{}/customFields",
}
EVERY = [Rule(pair, "Name", "X__c") for pair in ORDER_PAIRS]


@given(any_rules, records, records)
@example(EVERY, {"Name": "po-7"}, {})
@example(EVERY, {"Name": None}, {"X__c": 1})
@usual
def test_what_a_mapping_changes_of_an_order_and_its_parts(
    made: list[Rule], record: JSON, found: JSON
) -> None:
    sold = order(lines=[{**record, **line()}, {**record, **one_time_line()}])
    there = dataclasses.replace(THERE, custom_fields=found, plan_fields=found, charge_fields=found)
    state = ZuoraState(
        orders={sold.order_number: held(customFields=found, orderLineItems=[line_item(customFields=found)])},
        subscriptions={LINE: there},
    )
    disturbed = dataclasses.replace(sold, record={**record, **sold.record})
    operations, problems = mapping_updates(
        [disturbed], state, made, account_number=held()["existingAccountNumber"]
    )
    assert {each.salesforce_id for each in operations} <= {sold.salesforce_id, LINE, ITEM}
    if made == EVERY:
        assert [each.key.noun for each in operations] == list(UPDATES)
    for operation in operations:
        body = json.loads(json.dumps(operation.payload, default=float))
        assert findings("PUT", UPDATES[operation.key.noun].format(operation.target), body) == []
        assert all(each.field.endswith("__c") for each in operation.changes)
    for problem in problems:
        assert "error of the connector itself" not in problem.message


def test_the_judge_knows_the_calls_of_updates() -> None:
    for template in UPDATES.values():
        assert findings("PUT", template.format("1"), {"customFields": {"X__c": 1}}) == []
        assert findings("PUT", template.format("1"), {"X": 1})


def test_the_judge_sees_what_a_mapping_may_not_reach() -> None:
    sold, operations = planned()
    mapped, _ = with_mapping(sold, operations, [Rule(Pair.ORDER, "", "reasonCode", default="R1")])
    (body,) = [body_of(each) for each in mapped if each.key.noun is Noun.ORDER]
    assert findings("POST", "/v1/orders", body) == []
    assert findings("POST", "/v1/orders", {**body, "reasonCode": "x" * 300})
