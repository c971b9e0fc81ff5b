"""Consumption schedules of the order products that have any: read in bulk, and only where a line asks for them.

An org without usage is never asked; one whose schedules the connection's user may not see loses the orders with usage, each
with the reason, and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from connector.domain import JSON, ids, soql
from connector.domain.charge_types import SCHEDULES, SCHEDULES_UNREAD, is_usage
from connector.domain.rules import Options
from connector.errors import ConfigError
from connector.sync.services import Services
from connector.sync.zuora_state import grouped

_RATE = "SBQQ__OrderItemConsumptionRate__c"
_HIDDEN = ("INVALID_TYPE", "INVALID_FIELD", "NOT_FOUND")
"""NOT_FOUND: how the describe of an object the user may not see is answered."""


def with_schedules(
    services: Services, lines: Sequence[JSON], *, options: Options, multi_currency: bool
) -> list[JSON]:
    """The lines; those that may be charged by usage with their schedules as OrderSnapshot documents them."""
    asking = [line for line in lines if _may_have_schedules(line)]
    try:
        found = _schedules(services, asking, options=options, multi_currency=multi_currency)
    except ConfigError as error:
        if not any(code in error.message for code in _HIDDEN):
            raise
        unread = {SCHEDULES_UNREAD: error.message}
        return _joined(lines, asking, lambda _: unread)
    by_line = grouped(found, "SBQQ__OrderItem__c")
    return _joined(
        lines, asking, lambda line: {SCHEDULES: tuple(by_line.get(ids.normalise(str(line["Id"])), ()))}
    )


def _may_have_schedules(line: JSON) -> bool:
    return is_usage(line) or bool((line.get("Product2") or {}).get("SBQQ__HasConsumptionSchedule__c"))


def _joined(lines: Sequence[JSON], asking: Sequence[JSON], more: Callable[[JSON], JSON]) -> list[JSON]:
    asked = {str(line["Id"]) for line in asking}
    return [{**line, **more(line)} if str(line["Id"]) in asked else line for line in lines]


def _schedules(
    services: Services, lines: Sequence[JSON], *, options: Options, multi_currency: bool
) -> list[JSON]:
    query = services.salesforce.query_by_ids
    schedules = query(soql.schedules_by_line, [str(line["Id"]) for line in lines])
    asks_caps = bool(schedules and options.tier_caps_field)
    visible = services.visible_fields(_RATE) if asks_caps else frozenset[str]()
    rates = grouped(
        query(
            lambda chunk: soql.rates_by_schedule(options, visible, multi_currency, chunk),
            [str(schedule["Id"]) for schedule in schedules],
        ),
        "SBQQ__OrderItemConsumptionSchedule__c",
    )
    products = {
        ids.normalise(str(line["Id"])): ids.normalise(str(line["Product2"]["Id"]))
        for line in lines
        if (line.get("Product2") or {}).get("Id")
    }
    on_products = {
        (ids.normalise(str(row["ProductId"])), ids.normalise(str(row["ConsumptionScheduleId"]))): str(
            row["Id"]
        )
        for row in query(soql.schedules_by_product, dict.fromkeys(products.values()) if schedules else ())
    }
    return [
        {
            **schedule,
            "rates": tuple(rates.get(ids.normalise(str(schedule["Id"])), ())),
            "product_schedule_id": on_products.get(_place(schedule, products), ""),
        }
        for schedule in schedules
    ]


def _place(schedule: JSON, products: dict[str, str]) -> tuple[str, str]:
    """Which product's schedule this one was copied from."""
    line_id = ids.normalise(str(schedule["SBQQ__OrderItem__c"]))
    original = schedule.get("SBQQ__ConsumptionSchedule__c")
    return products.get(line_id, ""), ids.normalise(str(original)) if original else ""
