"""TermsAndConditions: the current term's length, the renewal, and whom the documents go to."""

from __future__ import annotations

from typing import Any

import pytest

BAD_VALUE, RULE = 20, 30


@pytest.fixture
def change(ledger: Any, bodies: Any) -> Any:
    """Changes terms of a year of ten seats of 10 a month."""
    ledger.create([bodies.seats(10, 10, subscriptionRatePlanNumber="RP-1")])

    def make(*, date: str = "2024-01-01", **details: Any) -> Any:
        return ledger.order(bodies.action("TermsAndConditions", details, date=date))

    return make


def read(zuora: Any) -> Any:
    return zuora.done("GET", "/v1/subscriptions/SUB-1")


def refusal(zuora: Any, bodies: Any, *, number: str = "refused", **details: Any) -> tuple[int, str]:
    action = bodies.action("TermsAndConditions", details)
    [(category, message)] = zuora.refused(
        "POST", "/v1/orders", bodies.order(action, number=number, subscription="SUB-1")
    )
    return category, message


@pytest.mark.parametrize(
    ("last_term", "end", "total"),
    [
        ({"period": 9, "periodType": "Month"}, "2024-10-01", 900),
        ({"period": 18, "periodType": "Month"}, "2025-07-01", 1800),
        ({"endDate": "2024-02-15"}, "2024-02-15", 148.28),  # 100 + 100 x 14/29
    ],
)
def test_the_current_term_gets_another_end_and_the_charge_follows(
    zuora: Any, change: Any, ledger: Any, last_term: Any, end: str, total: float
) -> None:
    change(lastTerm={"termType": "TERMED", **last_term})
    found = read(zuora)
    assert (found["version"], found["termEndDate"], found["subscriptionEndDate"]) == (2, end, end)
    assert (found["termStartDate"], found["initialTerm"]) == ("2024-01-01", 12)
    [charge] = found["ratePlans"][0]["ratePlanCharges"]
    assert charge["effectiveEndDate"] == end
    assert ledger.total() == total


def test_after_a_renewal_only_the_current_term_is_changed(zuora: Any, change: Any, ledger: Any) -> None:
    ledger.renew("2025-01-01")
    change(lastTerm={"termType": "TERMED", "period": 3, "periodType": "Month"})
    found = read(zuora)
    assert (found["termStartDate"], found["termEndDate"], found["currentTerm"]) == (
        "2025-01-01",
        "2025-04-01",
        3,
    )
    assert ledger.total() == 1500


def test_an_early_renewal_starts_the_current_term_anew(zuora: Any, change: Any, ledger: Any) -> None:
    change(
        lastTerm={"termType": "TERMED", "startDate": "2024-06-01", "period": 12, "periodType": "Month"},
        date="2024-06-01",
    )
    found = read(zuora)
    assert (found["subscriptionStartDate"], found["termStartDate"]) == ("2024-01-01", "2024-06-01")
    assert found["termEndDate"] == "2025-06-01"
    assert ledger.total() == 1700


def test_a_segment_from_the_new_end_on_is_gone(zuora: Any, change: Any, ledger: Any) -> None:
    ledger.quantity(20, "2024-07-01")
    change(lastTerm={"termType": "TERMED", "period": 6, "periodType": "Month"})
    assert ledger.total() == 600
    [charge] = read(zuora)["ratePlans"][0]["ratePlanCharges"]
    assert (charge["quantity"], charge["segment"]) == (10, 1)


def test_the_term_does_not_end_before_the_last_change_of_a_charge(
    zuora: Any, bodies: Any, change: Any, ledger: Any
) -> None:
    """Ten seats, twenty from July: 6 x 100 + 6 x 200 = 1800. A term to the end of June would end a day before."""
    ledger.quantity(20, "2024-07-01")
    order = bodies.order(
        bodies.action("TermsAndConditions", {"lastTerm": {"termType": "TERMED", "endDate": "2024-06-30"}}),
        number="refused",
        subscription="SUB-1",
    )
    answer = zuora.send("POST", "/v1/orders", order)
    assert answer.json()["reasons"] == [
        {
            "code": 58730030,
            "message": "The shrink operation can only applied after the charge last change.",
        }
    ]
    assert (read(zuora)["termEndDate"], ledger.total()) == ("2025-01-01", 1800)
    change(lastTerm={"termType": "TERMED", "endDate": "2024-08-01"})
    assert ledger.total() == 800


def test_a_product_that_begins_later_is_a_change_too(
    zuora: Any, bodies: Any, shop: Any, change: Any, ledger: Any
) -> None:
    ledger.order(
        bodies.action(
            "AddProduct",
            {"productRatePlanId": shop.platform.plan, "subscriptionRatePlanNumber": "RP-2"},
            date="2024-07-01",
        )
    )
    ended = {"termType": "TERMED", "endDate": "2024-06-30"}
    assert refusal(zuora, bodies, lastTerm=ended) == (
        RULE,
        "The shrink operation can only applied after the charge last change.",
    )
    ledger.order(
        bodies.action("RemoveProduct", {"subscriptionRatePlanNumber": "RP-2"}, date="2024-07-01"),
    )
    change(lastTerm=ended)  # nothing is left of it
    assert read(zuora)["termEndDate"] == "2024-06-30"


def test_an_evergreen_subscription_is_not_termed_to_before_its_last_change(
    zuora: Any, bodies: Any, change: Any, ledger: Any
) -> None:
    change(lastTerm={"termType": "EVERGREEN"})
    ledger.quantity(20, "2024-07-01")
    ended = {"termType": "TERMED", "endDate": "2024-06-30"}
    assert "shrink" in refusal(zuora, bodies, lastTerm=ended)[1]


def test_a_renewed_term_does_not_start_earlier_than_it_does(
    zuora: Any, bodies: Any, change: Any, ledger: Any
) -> None:
    ledger.renew("2025-01-01")
    earlier = {"termType": "TERMED", "startDate": "2024-12-31", "period": 12}
    found, message = refusal(zuora, bodies, lastTerm=earlier)
    assert (found, "before 2025-01-01" in message) == (RULE, True), message
    change(lastTerm=earlier | {"startDate": "2025-01-01"})
    assert read(zuora)["termEndDate"] == "2026-01-01"


def test_a_charge_with_an_end_of_its_own_goes_on_to_it_and_no_further(
    zuora: Any, ledger: Any, bodies: Any
) -> None:
    """Eighteen months of a twelve months' term: 12 x 10, after the renewal 18 x 10."""
    end = {"endDateCondition": "Fixed_Period", "upToPeriods": 18, "upToPeriodsType": "Months"}
    ledger.create([bodies.seats(1, 10, override={"endDate": end})])
    assert ledger.total() == 120
    ledger.renew("2025-01-01")
    assert ledger.total() == 180
    [charge] = read(zuora)["ratePlans"][0]["ratePlanCharges"]
    assert (charge["effectiveEndDate"], charge["upToPeriods"]) == ("2025-07-01", "18")


def test_a_removed_product_does_not_come_back_with_a_longer_term(
    change: Any, ledger: Any, bodies: Any
) -> None:
    remove = {"subscriptionRatePlanNumber": "RP-1"}
    ledger.order(bodies.action("RemoveProduct", remove, date="2025-01-01"))
    change(lastTerm={"termType": "TERMED", "period": 24, "periodType": "Month"})
    assert ledger.total() == 1200


def test_to_evergreen_and_back(zuora: Any, change: Any, ledger: Any) -> None:
    change(lastTerm={"termType": "EVERGREEN"})
    found = read(zuora)
    assert (found["termType"], found["termEndDate"], found["currentTerm"]) == ("EVERGREEN", None, None)
    assert ledger.total(thru="2026-12-31") == 3600
    change(lastTerm={"termType": "TERMED", "period": 2, "periodType": "Year"})
    assert (read(zuora)["termType"], ledger.total()) == ("TERMED", 2400)


def test_renewal_terms_and_settings_of_the_next_term(zuora: Any, change: Any, ledger: Any) -> None:
    change(autoRenew=True, renewalTerms=[{"period": 6, "periodType": "Month"}], invoiceSeparately=True)
    found = read(zuora)
    assert (found["autoRenew"], found["renewalTerm"], found["invoiceSeparately"]) == (True, 6, True)
    assert found["renewalSetting"] == "RENEW_WITH_SPECIFIC_TERM"
    ledger.renew("2025-01-01")
    assert read(zuora)["termEndDate"] == "2025-07-01"


def test_contacts_and_payment_term_are_set_and_cleared(zuora: Any, shop: Any, change: Any) -> None:
    change(paymentTerm="Net 60", billToContactId=shop.sold_to, invoiceGroupNumber="G-1")
    found = read(zuora)
    assert (found["paymentTerm"], found["invoiceGroupNumber"]) == ("Net 60", "G-1")
    bill_to = found["billToContact"]
    assert (bill_to["id"], bill_to["isSpecifiedInSubscription"]) == (shop.sold_to, True)
    change(autoRenew=False)
    assert read(zuora)["paymentTerm"] == "Net 60"
    change(clearingExistingPaymentTerm=True, clearingExistingBillToContact=True)
    found = read(zuora)
    assert (found["paymentTerm"], found["invoiceGroupNumber"]) == (None, "G-1")
    bill_to = found["billToContact"]
    assert (bill_to["id"], bill_to["isSpecifiedInSubscription"]) == (shop.bill_to, False)


def test_terms_that_are_refused(zuora: Any, shop: Any, bodies: Any, change: Any, ledger: Any) -> None:
    termed = {"termType": "TERMED"}
    for details, category, word in (
        ({"lastTerm": termed}, 22, "period"),
        ({"lastTerm": termed | {"period": 0}}, BAD_VALUE, "at least 1"),
        ({"lastTerm": termed | {"endDate": "2024-01-01"}}, BAD_VALUE, "before it starts"),
        (
            {"lastTerm": termed | {"startDate": "2023-12-01", "period": 12}},
            BAD_VALUE,
            "before the subscription",
        ),
        ({"lastTerm": {"termType": "EVERGREEN"}, "autoRenew": True}, RULE, "auto-renewal"),
        ({"paymentTerm": "Net 17"}, BAD_VALUE, "Net 17"),
        ({"soldToContactId": "8ad0"}, BAD_VALUE, "soldToContactId"),
        ({"paymentTerm": "Net 30", "clearingExistingPaymentTerm": True}, BAD_VALUE, "cleared"),
        ({"scheduledCancelDate": "2024-06-01"}, RULE, "scheduledCancelDate"),
    ):
        found, message = refusal(zuora, bodies, **details)
        assert (found, word in message) == (category, True), message


def test_a_charge_billed_by_the_term_needs_terms(zuora: Any, bodies: Any, ledger: Any) -> None:
    by_term = bodies.seats(1, 10, override={"billing": {"billingPeriod": "Subscription_Term"}})
    ever = {"initialTerm": {"termType": "EVERGREEN"}}
    create = bodies.order(bodies.create(plans=[by_term], terms=ever))
    assert "billed by the term" in zuora.refused("POST", "/v1/orders", create)[0][1]
    to_evergreen = bodies.subscription()["terms"] | {"renewalSetting": "RENEW_TO_EVERGREEN"}
    ledger.create([by_term], terms=to_evergreen)
    renew = bodies.order(bodies.action("RenewSubscription", {}), number="renewed", subscription="SUB-1")
    assert "billed by the term" in zuora.refused("POST", "/v1/orders", renew)[0][1]
    assert "billed by the term" in refusal(zuora, bodies, lastTerm={"termType": "EVERGREEN"})[1]


def test_a_renewal_may_change_whom_the_documents_go_to(
    zuora: Any, bodies: Any, change: Any, ledger: Any
) -> None:
    ledger.order(bodies.action("RenewSubscription", {"paymentTerm": "Net 60"}, date="2025-01-01"))
    assert read(zuora)["paymentTerm"] == "Net 60"
