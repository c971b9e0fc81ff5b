from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.domain.lines import Line, read_line
from connector.domain.operations import LineMoney, Ref, Severity
from connector.domain.order_pieces import order_line_item
from connector.domain.orders import OrderPlan, plan_order
from connector.domain.rules import MoneyRule, Options
from connector.domain.snapshot import ZuoraState
from connector.errors import RecordError
from tests.cast import ONBOARDING, PLATFORM, account, line, one_time_line, order, product


def _read(record: dict[str, Any], **options: Any) -> Line:
    return read_line(order(), record, currency="USD", options=Options(**options))


def _plan(record: dict[str, Any], **options: Any) -> OrderPlan:
    """The order that sells this line alone."""
    return plan_order(
        order(lines=[record]),
        account=account(),
        account_currency="USD",
        state=ZuoraState(),
        options=Options(**options),
    )


def _money(record: dict[str, Any], **options: Any) -> LineMoney:
    return _plan(record, **options).operations[-1].money[0]


def _created(record: dict[str, Any], **options: Any) -> dict[str, Any]:
    action = _plan(record, **options).operations[-1].payload["subscriptions"][0]["orderActions"][0]
    assert action["type"] == "CreateSubscription"
    found: dict[str, Any] = action["createSubscription"]
    return found


def _override(record: dict[str, Any], **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = _created(record, **options)["subscribeToRatePlans"][0]["chargeOverrides"][0]
    return found


@pytest.mark.parametrize(
    ("case", "fields", "per_period", "periods", "billed"),
    [
        ("a year billed monthly", {}, "10.00", "12", "1200.00"),
        ("a year billed quarterly", {"SBQQ__BillingFrequency__c": "Quarterly"}, "30.00", "4", "1200.00"),
        ("a year billed twice", {"SBQQ__BillingFrequency__c": "Semiannual"}, "60.00", "2", "1200.00"),
        ("a year billed at once", {"SBQQ__BillingFrequency__c": "Annual"}, "120.00", "1", "1200.00"),
        ("the whole term at once", {"SBQQ__BillingFrequency__c": "Invoice Plan"}, "120.00", "1", "1200.00"),
        ("no frequency means monthly", {"SBQQ__BillingFrequency__c": None}, "10.00", "12", "1200.00"),
        (
            "three years",
            {
                "EndDate": "2028-12-31",
                "UnitPrice": Decimal("360.0"),
                "TotalPrice": Decimal("3600.0"),
                "SBQQ__ProrateMultiplier__c": 3.0,
            },
            "10.00",
            "36",
            "3600.00",
        ),
        (
            "a product priced by the month",
            {"SBQQ__DefaultSubscriptionTerm__c": Decimal(1), "SBQQ__ProrateMultiplier__c": Decimal(12)},
            "10.00",
            "12",
            "1200.00",
        ),
        (
            "ten months of a yearly product",
            {
                "ServiceDate": "2026-03-01",
                "UnitPrice": Decimal("100.0"),
                "TotalPrice": Decimal("1000.0"),
                "SBQQ__ProrateMultiplier__c": 10 / 12,
            },
            "10.00",
            "10",
            "1000.00",
        ),
    ],
)
def test_money_of_a_per_unit_line(
    case: str, fields: dict[str, Any], per_period: str, periods: str, billed: str
) -> None:
    money = _money(line(**fields))
    assert (money.per_period, money.periods, money.zuora_total) == (per_period, periods, billed)
    assert money.within_bound


def test_a_broken_last_month_still_adds_up_to_what_was_sold() -> None:
    months = 10 + 17 * 12 / 365
    sold = Decimal("105.59")
    given = line(
        ServiceDate="2026-02-15",
        UnitPrice=sold,
        TotalPrice=sold * 10,
        SBQQ__ProrateMultiplier__c=months / 12,
    )
    assert _money(given).within_bound
    assert _money(given).periods == "10.5484"
    assert _plan(given).problems == ()


def test_a_block_is_one_amount_whatever_its_quantity() -> None:
    given = line(
        SBQQ__PricingMethod__c="Block",
        UnitPrice=Decimal("1200"),
        TotalPrice=Decimal("1200"),
        Quantity=Decimal(25),
    )
    assert (_money(given).quantity, _money(given).zuora_total) == ("1", "1200.00")
    assert _override(given)["pricing"] == {
        "recurringFlatFee": {"listPrice": Decimal("100.00"), "listPriceBase": "Per_Billing_Period"}
    }


def test_a_one_time_block_is_one_item_at_its_total() -> None:
    given = one_time_line(
        SBQQ__PricingMethod__c="Block",
        Quantity=Decimal(25),
        UnitPrice=Decimal("750.0"),
        TotalPrice=Decimal("750.0"),
    )
    item = order_line_item(order(), _read(given))
    assert item["quantity"] == 1
    assert item["amountPerUnit"] == item["listPricePerUnit"] == Decimal("750.0")
    money = _money(given)
    assert (money.quantity, money.zuora_total, money.within_bound) == ("1", "750.00", True)


@pytest.mark.parametrize("made", [line, one_time_line], ids=["subscription", "one-time"])
def test_a_block_without_a_total_is_never_priced_by_its_quantity(made: Any) -> None:
    with pytest.raises(
        RecordError, match=r"is priced as a block and has no usable TotalPrice.*Fill Total Price"
    ):
        _read(made(SBQQ__PricingMethod__c="Block", TotalPrice=None, Quantity=Decimal(25)))


def test_a_total_that_is_not_price_times_quantity_is_told() -> None:
    money = _money(line(TotalPrice=Decimal("1300.0")))
    assert money.difference == "-100.00"
    assert not money.within_bound


def test_a_subscription_takes_the_name_salesforce_gave_it() -> None:
    action = _plan(line()).operations[-1].payload["subscriptions"][0]["orderActions"][0]
    assert action["type"] == "CreateSubscription"
    assert action["triggerDates"] == [{"name": "ContractEffective", "triggerDate": "2026-01-01"}]
    created = action["createSubscription"]
    assert created["subscriptionNumber"] == "SUB-0000001"
    assert created["terms"]["initialTerm"] == {
        "termType": "TERMED",
        "startDate": "2026-01-01",
        "period": 12,
        "periodType": "Month",
    }
    assert created["terms"]["autoRenew"] is False
    plan = created["subscribeToRatePlans"][0]
    assert plan["externallyManagedPlanId"] == line()["Id"]
    assert isinstance(plan["productRatePlanId"], Ref)


def test_without_a_contract_the_subscription_is_named_after_its_order_and_line() -> None:
    created = _created(line(SBQQ__Subscription__r=None))
    assert created["subscriptionNumber"] == "00000101-0000000001"


def test_a_term_of_broken_months_is_counted_in_days() -> None:
    broken = line(ServiceDate="2026-02-15", SBQQ__ProrateMultiplier__c=(10 + 17 * 12 / 365) / 12)
    term = _created(broken)["terms"]["initialTerm"]
    assert (term["period"], term["periodType"]) == (320, "Day")


@pytest.mark.parametrize("code", [None, "  ", "x" * 51])
def test_a_line_item_needs_a_product_code_even_where_zuora_has_the_product(code: Any) -> None:
    found = _read(one_time_line(Product2=product(ONBOARDING, Name="Onboarding", ProductCode=code)))
    with pytest.raises(RecordError, match=rf"Product Onboarding \({ONBOARDING}\) has .* product code"):
        order_line_item(order(), found)


def test_arrears_are_billed_in_arrears() -> None:
    assert _override(line(SBQQ__BillingType__c="Arrears"))["billing"]["billingTiming"] == "IN_ARREARS"


def test_a_one_time_line_becomes_a_line_item() -> None:
    given = one_time_line(Quantity=Decimal(3), UnitPrice=Decimal("250.0"), TotalPrice=Decimal("750.0"))
    assert "subscriptions" not in _plan(given).operations[-1].payload
    item = order_line_item(order(), _read(given))
    assert item["quantity"] == 3
    assert item["amountPerUnit"] == item["listPricePerUnit"] == Decimal("250.0")
    assert item["productCode"] == "ONB"
    assert item["billTargetDate"] == "2026-01-02"
    assert item["transactionStartDate"] == item["transactionEndDate"] == "2026-01-01"
    assert _money(given).zuora_total == "750.00"


@pytest.mark.parametrize(
    ("rule", "severity"), [(MoneyRule.STOP, Severity.ERROR), (MoneyRule.WARN, Severity.WARNING)]
)
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"SBQQ__ProrateMultiplier__c": Decimal("0.5")},
            "is prorated over 6 months, but its dates span 12: by its multiplier a billing period costs 20.00, by its dates 10.00",
        ),
        (
            {"EndDate": "2027-12-31"},
            "is prorated over 12 months, but its dates span 24: by its multiplier a billing period costs 10.00, by its dates 5.00",
        ),
        (
            {"SBQQ__BillingFrequency__c": "Annual", "ServiceDate": "2026-02-01", "EndDate": "2028-01-31"},
            "is prorated over 12 months, but its dates span 24: by its multiplier a billing period costs 120.00, by its dates 60.00",
        ),
        (
            {"SBQQ__BillingFrequency__c": "Invoice Plan", "EndDate": "2026-06-30"},
            "is prorated over 12 months, but its dates span 6: by its multiplier a billing period costs 60.00, by its "
            "dates 120.00",
        ),
        (
            {"SBQQ__DefaultSubscriptionTerm__c": Decimal(1)},
            "is prorated over 1 months, but its dates span 12: by its multiplier a billing period costs 120.00, by its dates 10.00",
        ),
        (
            {"SBQQ__PricingMethod__c": "Block", "EndDate": "2027-12-31"},
            "by its multiplier a billing period costs 100.00, by its dates 50.00",
        ),
    ],
)
def test_a_multiplier_of_other_months_than_the_dates_follows_the_money_rule(
    fields: dict[str, Any], words: str, rule: MoneyRule, severity: Severity
) -> None:
    (problem,) = _plan(line(**fields), money_rule=rule).problems
    assert problem.severity is severity
    assert words in problem.message


@pytest.mark.parametrize(
    "fields",
    [
        {"ServiceDate": "2026-02-01", "EndDate": "2026-02-28", "SBQQ__ProrateMultiplier__c": 28 / 365},
        {"EndDate": "2026-02-28", "SBQQ__ProrateMultiplier__c": 59 / 365},
        {"EndDate": "2027-01-01", "SBQQ__ProrateMultiplier__c": 1},
    ],
    ids=["days of a short month", "days of two months", "a day too long"],
)
def test_another_way_of_counting_days_is_a_warning_only(fields: dict[str, Any]) -> None:
    (problem,) = _plan(line(**fields)).problems
    assert problem.severity is Severity.WARNING


@pytest.mark.parametrize("multiplier", [0, -1])
def test_a_multiplier_that_prorates_over_nothing_is_refused(multiplier: int) -> None:
    with pytest.raises(RecordError, match="has no usable prorate multiplier"):
        _plan(line(SBQQ__ProrateMultiplier__c=multiplier))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"Quantity": None}, "has no usable Quantity"),
        ({"SBQQ__ProrateMultiplier__c": "some"}, "has no usable SBQQ__ProrateMultiplier__c"),
        ({"Quantity": Decimal("-1")}, "has the quantity -1"),
        ({"UnitPrice": "free"}, "has no usable UnitPrice"),
        ({"UnitPrice": Decimal("NaN")}, "has no usable UnitPrice"),
        ({"EndDate": None}, "has no usable EndDate"),
        ({"EndDate": "2025-12-31"}, "ends on 2025-12-31, before its start"),
        ({"ServiceDate": "soon"}, "has no usable ServiceDate"),
        ({"SBQQ__BillingFrequency__c": "Fortnightly"}, "billing frequency “Fortnightly”"),
        ({"Product2": None}, "names no product"),
    ],
)
def test_a_line_that_cannot_be_billed_faithfully_is_refused_by_name(
    fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(RecordError, match=message) as caught:
        _plan(line(**fields))
    assert str(caught.value).startswith("Order 00000101, line 0000000001 (")
    assert "in Salesforce and resync." in str(caught.value)


def test_the_start_of_a_line_falls_back_to_the_order() -> None:
    assert _read(line(ServiceDate=None)).start.isoformat() == "2026-01-01"


def test_a_flat_fee_and_a_seat_are_set_up_differently() -> None:
    flat = _read(line(SBQQ__PricingMethod__c="Block", Product2=product(PLATFORM)))
    assert flat.use.setup.charge_model == "Flat Fee Pricing"
    assert _read(line()).use.setup.charge_model == "Per Unit Pricing"


def test_a_new_product_is_priced_in_the_orders_currency_and_those_of_the_integration() -> None:
    found = _read(line(), catalog_currencies=("EUR", "USD", "GBP", "CAD", "JPY", "CHF"))
    assert found.use.currencies == ("USD", "EUR", "GBP", "CAD", "JPY")
