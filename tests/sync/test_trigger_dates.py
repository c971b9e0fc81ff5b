"""The dates on which an order was authorized, from Salesforce to an order that Zuora takes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connector.sync.outcome import Status
from tests.cast import account, line, order
from tests.sync.world import World


def ramp_year(number: str, year: int, index: int, **fields: Any) -> dict[str, Any]:
    segment = {
        "SBQQ__SegmentKey__c": "ramp-1",
        "SBQQ__SegmentIndex__c": Decimal(index),
        "SBQQ__DimensionType__c": "Year",
    }
    return line(number, ServiceDate=f"{year}-01-01", EndDate=f"{year}-12-31", **segment, **fields)


def test_trigger_dates_are_sent_as_zuora_takes_them(world: World) -> None:
    """Zuora takes them in one order, whatever was signed when; what is billed begins with the lines all the same."""
    world.tenant.change_settings({"service_activation_required": True, "customer_acceptance_required": True})
    world.option(trigger_dates=True)
    early = {"CompanyAuthorizedDate": "2025-12-20", "CustomerAuthorizedDate": "2025-12-22"}
    ramp = order(
        lines=[
            ramp_year("0000000001", 2026, 1),
            ramp_year("0000000002", 2027, 2, Quantity=Decimal("15.0"), TotalPrice=Decimal("1800.0")),
        ],
        **early,
    )
    customer_first = order(
        "00000102",
        lines=[line("0000000012", OrderId="801000000000102AAA")],
        CompanyAuthorizedDate="2026-01-10",
        CustomerAuthorizedDate="2025-12-22",
    )
    world.seed(account(orders=[ramp, customer_first]))
    assert world.sync().status is Status.SUCCEEDED
    sent = {
        made["orderNumber"]: [
            [each["triggerDate"] for each in action["triggerDates"]]
            for entry in made["subscriptions"]
            for action in entry["orderActions"]
        ]
        for made in world.state("orders")
    }
    assert sent == {
        "00000101": [["2026-01-01"] * 3, ["2027-01-01"] * 3],
        "00000102": [["2026-01-01", "2026-01-10", "2026-01-10"]],
    }
    assert {each["status"] for each in world.state("orders")} == {"Completed"}
    world.forget_requests()
    world.sync()
    assert world.writes() == []
