from __future__ import annotations

from typing import Any

import pytest

from connector.domain.operations import Action, Key, Noun, Severity
from connector.domain.orders import OrderPlan, plan_order
from connector.domain.rules import MoneyRule, Options
from connector.domain.snapshot import AccountSnapshot, ZuoraState
from tests.cast import ADA, GRACE, account, order

LEFT_OUT = {"order_contacts": False, "order_payment_terms": False}
DESIGNATING = {"bill_to_contact": "Billing_Contact__r", "sold_to_contact": "Shipping_Contact__r"}
DESIGNATED = {"Billing_Contact__r": {"Id": ADA}, "Shipping_Contact__r": {"Id": GRACE}}


def _plan(this: AccountSnapshot | None = None, *, options: Any = None, **fields: Any) -> OrderPlan:
    return plan_order(
        order(**fields),
        account=this or account(),
        account_currency="USD",
        state=ZuoraState(),
        options=Options(**{**LEFT_OUT, **(options or {})}),
    )


def test_an_order_without_words_of_its_own_is_carried_without_a_word() -> None:
    assert _plan(BillToContactId=None, ShipToContactId=None, SBQQ__PaymentTerm__c=None).problems == ()


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (
            "BillToContactId",
            "names its own Bill To Contact (003000000000001AAA), which the integration's options do not",
        ),
        (
            "ShipToContactId",
            "names its own Ship To Contact (003000000000001AAA), which the integration's options do not",
        ),
    ],
)
def test_a_contact_of_the_order_is_a_warning_where_the_integration_designates_none(
    field: str, words: str
) -> None:
    plan = _plan(**{field: ADA})
    (warning,) = plan.problems
    assert (warning.severity, warning.key) == (Severity.WARNING, Key(Noun.ORDER, "00000101"))
    assert warning.message.startswith("Order 00000101 (801000000000101AAA) ")
    assert words in warning.message
    assert plan.operations[-1].action is Action.CREATE


@pytest.mark.parametrize(
    ("rule", "severity"), [(MoneyRule.STOP, Severity.ERROR), (MoneyRule.WARN, Severity.WARNING)]
)
def test_another_bill_to_than_the_designated_one_follows_the_money_rule(
    rule: MoneyRule, severity: Severity
) -> None:
    plan = _plan(account(**DESIGNATED), options={**DESIGNATING, "money_rule": rule}, BillToContactId=GRACE)
    (problem,) = plan.problems
    assert problem.severity is severity
    assert GRACE in problem.message


def test_another_ship_to_than_the_designated_one_is_a_warning() -> None:
    plan = _plan(account(**DESIGNATED), options=DESIGNATING, ShipToContactId=ADA)
    assert [problem.severity for problem in plan.problems] == [Severity.WARNING]


def test_the_designated_contacts_are_no_difference() -> None:
    plan = _plan(account(**DESIGNATED), options=DESIGNATING, BillToContactId=ADA[:15], ShipToContactId=GRACE)
    assert plan.problems == ()


def test_terms_that_are_not_carried_are_notices_that_those_of_zuoras_account_count() -> None:
    plan = _plan(SBQQ__PaymentTerm__c="Net 60", PoNumber="PO-4711")
    assert [(problem.severity, problem.message) for problem in plan.problems] == [
        (
            Severity.NOTICE,
            "Order 00000101 (801000000000101AAA) has the payment term Net 60, which the integration's options do not carry: that "
            "of the account in Zuora counts.",
        ),
        (
            Severity.NOTICE,
            "Order 00000101 (801000000000101AAA) has the PO number PO-4711, which is not carried: that of the account in Zuora "
            "counts.",
        ),
    ]


def test_what_the_options_carry_is_no_word_left_out() -> None:
    carried = {"order_contacts": True, "order_payment_terms": True}
    assert _plan(BillToContactId=ADA, SBQQ__PaymentTerm__c="Net 60", options=carried).problems == ()
    (notice,) = _plan(PoNumber="PO-4711", options=carried).problems
    assert notice.severity is Severity.NOTICE
