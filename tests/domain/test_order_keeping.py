"""Terms an order states differently than its subscriptions were sold with: told once, and only then."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pytest

from connector.domain.drafts import Ground
from connector.domain.notices import gathered
from connector.domain.operations import Problem, Severity
from connector.domain.order_history import History
from connector.domain.order_terms import order_terms
from connector.domain.orders import plan_order
from connector.domain.rules import Options
from connector.domain.snapshot import OrderSnapshot, Snapshot, ZuoraState
from tests.cast import ACME_CORP, ACME_HOLDING, ACME_LABS, ADA, GRACE, RULES, account, contact
from tests.cpq import amendment, first, renewal, sold

NEW_YEAR, JULY, AUGUST, YEAR_END = date(2026, 1, 1), date(2026, 7, 1), date(2026, 8, 1), date(2026, 12, 31)
NEXT_YEAR, NEXT_YEAR_END = date(2027, 1, 1), date(2027, 12, 31)
LATER, LATER_END = date(2027, 3, 1), date(2028, 2, 29)
OWNED = Options(invoice_owner_field="InvoiceOwner__c", subscription_owner_field="SubscriptionOwner__c")
NOBODY = dict.fromkeys(("InvoiceOwner__c", "SubscriptionOwner__c"))
ELM = {
    "BillingStreet": "5 Elm Street",
    "BillingCity": "Boston",
    "BillingState": "MA",
    "BillingPostalCode": "02110",
    "BillingCountry": "US",
}
ADA_PAYS = {"BillToContactId": ADA, "BillToContact": contact()}
GRACE_PAYS = {"BillToContactId": GRACE, "BillToContact": contact(GRACE, FirstName="Grace", LastName="Hopper")}
ADVICE = "In Zuora they keep what they were sold with. Where the order's word is to count, change the subscriptions in Zuora."


def kept(*orders: OrderSnapshot, options: Options | None = None) -> list[Problem]:
    """The notices about terms of the last of a chain of orders, all planned in one run."""
    options = options or OWNED
    own = account(orders=orders)
    known = {each.salesforce_id: each for each in (own, account(ACME_HOLDING), account(ACME_LABS))}
    snapshot = Snapshot(known, ZuoraState())
    ground = Ground(RULES, options, snapshot.zuora)
    history, problems = History(), ()
    for order in orders:
        terms = partial(
            order_terms, order, account=own, account_currency="USD", ground=ground, snapshot=snapshot
        )
        plan = plan_order(
            order,
            account=own,
            account_currency="USD",
            state=snapshot.zuora,
            options=options,
            terms=terms,
            history=history,
        )
        history, problems = plan.history, plan.problems
    return [problem for problem in problems if "sold with" in problem.message]


def sale(count: int = 1, **fields: Any) -> OrderSnapshot:
    lines = [sold(n, start=NEW_YEAR, last_day=YEAR_END, quantity="10") for n in range(1, count + 1)]
    return first(101, lines, on=NEW_YEAR, **{**NOBODY, **fields})


def more(count: int = 1, *, on: date = JULY, number: int = 102, **fields: Any) -> OrderSnapshot:
    lines = [
        sold(number * 100 + n, start=on, last_day=YEAR_END, quantity="2", revises=n)
        for n in range(1, count + 1)
    ]
    return amendment(number, lines, on=on, **{**NOBODY, **fields})


@pytest.mark.parametrize(
    "same",
    [
        {},
        {"SBQQ__PaymentTerm__c": "Net 30"},
        {"SubscriptionOwner__c": ACME_LABS},
        {"InvoiceOwner__c": ACME_LABS},
        ADA_PAYS,
        ELM,
    ],
)
def test_nothing_is_told_of_terms_that_are_those_of_the_sale(same: dict[str, Any]) -> None:
    assert kept(sale(**same), more(**same)) == []


@pytest.mark.parametrize(
    "said", [{"SBQQ__PaymentTerm__c": "Net 30"}, {"SubscriptionOwner__c": ACME_LABS}, ELM]
)
def test_an_order_that_says_nothing_changes_nothing(said: dict[str, Any]) -> None:
    assert kept(sale(**said), more()) == []


@pytest.mark.parametrize(
    ("before", "after", "stated"),
    [
        ({"SBQQ__PaymentTerm__c": "Net 30"}, {"SBQQ__PaymentTerm__c": "Net 60"}, "payment term, Net 60"),
        ({}, {"SBQQ__PaymentTerm__c": "Net 60"}, "payment term, Net 60"),
        ({}, {"SubscriptionOwner__c": ACME_LABS}, "subscription owner"),
        ({"SubscriptionOwner__c": ACME_LABS}, {"SubscriptionOwner__c": ACME_CORP}, "subscription owner"),
        (ADA_PAYS, GRACE_PAYS, "bill-to"),
        ({}, ELM, "bill-to"),
    ],
)
def test_another_term_is_told_with_what_to_do(
    before: dict[str, Any], after: dict[str, Any], stated: str
) -> None:
    options = OWNED if "SubscriptionOwner__c" in before | after else Options()
    notices = kept(sale(**before), more(**after), options=options)
    (notice,) = [each for each in notices if stated in each.message]
    assert notices == [notice]
    assert notice.severity is Severity.NOTICE
    assert notice.message == (
        f"Order 00000102 (801000000000102AAA) states another {stated} (for SUB-0000001) than the subscriptions it changes were sold "
        f"with. {ADVICE}"
    )


def test_many_subscriptions_are_one_sentence_that_names_a_few() -> None:
    (notice,) = kept(sale(5), more(5, SBQQ__PaymentTerm__c="Net 60", **ELM))
    few = "SUB-0000001, SUB-0000002, SUB-0000003 and 2 more"
    assert (
        f"states another bill-to (for {few}) and another payment term, Net 60 (for {few}) than"
        in notice.message
    )


def test_each_term_names_the_subscriptions_it_is_about() -> None:
    other = sold(2, start=NEW_YEAR, last_day=YEAR_END, quantity="10")
    second = first(102, [other], on=NEW_YEAR, **NOBODY, SBQQ__PaymentTerm__c="Net 60")
    third = more(2, number=103, SBQQ__PaymentTerm__c="Net 60")
    (notice,) = kept(sale(SBQQ__PaymentTerm__c="Net 30"), second, third)
    assert "another payment term, Net 60 (for SUB-0000001) than" in notice.message


def test_it_is_the_sale_that_counts_not_an_amendment_between() -> None:
    between = more(number=102, SBQQ__PaymentTerm__c="Net 60")
    last = more(on=AUGUST, number=103, SBQQ__PaymentTerm__c="Net 30")
    assert kept(sale(SBQQ__PaymentTerm__c="Net 30"), between, last) == []
    again = more(on=AUGUST, number=103, SBQQ__PaymentTerm__c="Net 60")
    assert len(kept(sale(SBQQ__PaymentTerm__c="Net 30"), between, again)) == 1


def test_a_renewal_after_the_end_sells_anew_and_counts_from_then_on() -> None:
    terms = {"SBQQ__PaymentTerm__c": "Net 60"}
    line = sold(7, start=LATER, last_day=LATER_END, quantity="10", revises=1, action="Renew")
    renewed = renewal(102, [line], on=LATER, **NOBODY, **terms)
    change = sold(8, start=date(2027, 5, 1), last_day=LATER_END, quantity="1", revises=7)
    amended = amendment(103, [change], on=date(2027, 5, 1), **NOBODY, **terms)
    before = sale(SBQQ__PaymentTerm__c="Net 30")
    assert kept(before, renewed) == []
    assert kept(before, renewed, amended) == []


def test_a_line_that_revises_an_amendment_changes_what_was_sold_first() -> None:
    between = more(number=102, SBQQ__PaymentTerm__c="Net 60")
    line = sold(8, start=AUGUST, last_day=YEAR_END, quantity="1", revises=10201)
    last = amendment(103, [line], on=AUGUST, **NOBODY, SBQQ__PaymentTerm__c="Net 60")
    (notice,) = kept(sale(SBQQ__PaymentTerm__c="Net 30"), between, last)
    assert "(for SUB-0000001)" in notice.message


def test_what_a_renewal_sells_anew_is_not_told_beside_what_it_changes() -> None:
    short = sold(1, start=NEW_YEAR, last_day=YEAR_END, quantity="10")
    long = sold(2, start=NEW_YEAR, last_day=LATER_END, quantity="10", term=26)
    anew = sold(7, start=LATER, last_day=LATER_END, quantity="10", revises=1, action="Renew")
    change = sold(8, start=LATER, last_day=LATER_END, quantity="-1", term=26, revises=2)
    renewed = renewal(102, [anew, change], on=LATER, **NOBODY, SBQQ__PaymentTerm__c="Net 60")
    (notice,) = kept(first(101, [short, long], on=NEW_YEAR, **NOBODY), renewed)
    assert "payment term, Net 60 (for SUB-0000002)" in notice.message


def test_a_renewal_in_time_keeps_what_was_sold() -> None:
    line = sold(7, start=NEXT_YEAR, last_day=NEXT_YEAR_END, quantity="10", revises=1, action="Renew")
    renewed = renewal(102, [line], on=NEXT_YEAR, **NOBODY, SBQQ__PaymentTerm__c="Net 60")
    assert len(kept(sale(SBQQ__PaymentTerm__c="Net 30"), renewed)) == 1


def test_a_bill_to_that_goes_along_with_another_invoice_owner_is_not_told() -> None:
    at_labs = contact(GRACE, FirstName="Grace", LastName="Hopper", AccountId=ACME_LABS)
    moved = more(InvoiceOwner__c=ACME_LABS, BillToContactId=GRACE, BillToContact=at_labs)
    assert kept(sale(), moved) == []


def test_an_option_that_leaves_terms_out_leaves_nothing_to_tell() -> None:
    off = Options(order_contacts=False, order_payment_terms=False)
    assert kept(sale(), more(SBQQ__PaymentTerm__c="Net 60", **ELM), options=off) == []


def test_several_orders_are_told_together() -> None:
    one = kept(sale(), more(SBQQ__PaymentTerm__c="Net 60"))
    two = kept(sale(), more(number=103, SBQQ__PaymentTerm__c="Net 45"))
    (notice,) = gathered([*one, *two])
    assert notice.message == (
        "Subscriptions keep in Zuora the terms they were sold with, although later orders state others. Where the order's word is to "
        "count, change the subscriptions in Zuora: order 00000102 states another payment term, Net 60 (for SUB-0000001); order "
        "00000103 states another payment term, Net 45 (for SUB-0000001)."
    )


def test_order_products_that_revise_each_other_end_somewhere() -> None:
    line = sold(1, start=NEW_YEAR, last_day=YEAR_END, quantity="10", revises=1)
    own = account(orders=[first(101, [line], on=NEW_YEAR)])
    (order,) = own.orders
    snapshot = Snapshot({ACME_CORP: own}, ZuoraState())
    terms = order_terms(
        order,
        account=own,
        account_currency="USD",
        ground=Ground(RULES, Options(), snapshot.zuora),
        snapshot=snapshot,
    )
    assert len(terms.sold_before) == 1
