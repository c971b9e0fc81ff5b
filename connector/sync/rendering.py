"""A plan as plain JSON, for the run's record, the preview page and the command line: one shape for all three."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any

from connector.domain import JSON
from connector.domain.operations import Operation, OrderMoney, Plan, Ref
from connector.domain.order_effects import sentence


def plan_as_json(plan: Plan) -> JSON:
    """{"salesforce_id", "account_name", "problems": [...], "operations": [...]}; references as "{account:001….id}", amounts as strings.

    Problems come first: where a plan is too long to be stored whole, its end is lost.
    """
    blocked = plan.blocked()
    return {
        "salesforce_id": plan.salesforce_id,
        "account_name": plan.account_name,
        "problems": [
            {
                "severity": problem.severity,
                "noun": problem.key.noun,
                "key": problem.key.value,
                "record": problem.record,
                "message": problem.message,
                "who_acts": problem.who_acts,
            }
            for problem in plan.problems
        ],
        "operations": [_operation(operation, blocked.get(operation.key)) for operation in plan.operations],
    }


def _operation(operation: Operation, stopped_by: Any) -> JSON:
    return {
        "action": operation.action,
        "noun": operation.key.noun,
        "key": operation.key.value,
        "title": operation.title,
        "decision": operation.decision,
        "salesforce_id": operation.salesforce_id,
        "target": operation.target,
        "payload": plain(operation.payload),
        "changes": changes_as_json(operation),
        "money": [asdict(line) for line in operation.money],
        "kind": operation.kind,
        "effects": effects_as_json(operation),
        "sums": sums_as_json(operation.sums) if operation.sums else None,
        "stopped_by": stopped_by.message if stopped_by else "",
    }


def sums_as_json(sums: OrderMoney) -> JSON:
    """The fields of `sums`, and under "differences" how far each total that is stated stands from the sum of the lines in
    Salesforce: {"zuora_total": {"difference": "-50.12", "within_bound": false}, "order_amount": …, "verified_total": …}.
    Where Zuora's preview states the whole life of what the order touches, its difference is the one to that."""
    stated = {name: getattr(sums, name) for name in ("zuora_total", "order_amount", "verified_total")}
    differences = {
        name: _difference(total, sums.salesforce_total, bound=sums.bound)
        for name, total in stated.items()
        if total
    }
    if "verified_total" in differences and not differences["verified_total"]["within_bound"]:
        whole = _difference(sums.verified_total, sums.whole_total, bound=sums.whole_bound)
        differences["verified_total"] = whole if whole["within_bound"] else differences["verified_total"]
    return {**asdict(sums), "differences": differences}


def _difference(total: str, sold: str, *, bound: str) -> JSON:
    """What cannot be compared is no agreement: its difference is empty and not within the bound."""
    try:
        difference = Decimal(total) - Decimal(sold)
        return {"difference": format(difference, "f"), "within_bound": abs(difference) <= Decimal(bound)}
    except InvalidOperation:
        return {"difference": "", "within_bound": False}


def changes_as_json(operation: Operation) -> list[JSON]:
    return [
        {"field": change.field, "before": plain(change.before), "after": plain(change.after)}
        for change in operation.changes
    ]


def effects_as_json(operation: Operation) -> list[JSON]:
    """The fields of each effect, and under "sentence" all of them in words."""
    return [{**asdict(effect), "sentence": sentence(effect)} for effect in operation.effects]


def plain(value: Any) -> Any:
    """JSON without our own types: references become their text, decimals their digits."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, (Ref, Decimal)):
        return str(value) if isinstance(value, Ref) else format(value, "f")
    return value


def digest(payload: JSON) -> str:
    """What tells one payload from another, whatever the order of its fields."""
    return hashlib.sha256(
        json.dumps(plain(payload), sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()
