"""What runs leave behind, for the pages that show it: log entries and a stored plan, with keyword overrides."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from connector.domain.operations import Effect, EffectKind, OrderMoney
from connector.domain.order_effects import sentence as in_words
from connector.models import Account, LogEntry, RecordLink, SyncRun
from connector.sync.rendering import sums_as_json
from tests.cast import ACME_CORP, ADA

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def entry(run: SyncRun, message: str = "Read from Salesforce: Acme Corp.", **fields: Any) -> LogEntry:
    sequence = int(fields.pop("sequence", 0)) or LogEntry.objects.next_sequence(run)
    values = {"step": LogEntry.Step.GATHER, "at": NOON + timedelta(seconds=sequence)}
    return LogEntry.objects.write(run, sequence=sequence, message=message, **{**values, **fields})


def link(account: Account, noun: str = "account", **fields: Any) -> RecordLink:
    values = {"key": account.salesforce_id, "attributes": {"id": "8ac0000000000000000000000000a111"}}
    return RecordLink.objects.create(
        integration=account.integration, account=account, noun=noun, **{**values, **fields}
    )


def operation(action: str = "create", **fields: Any) -> dict[str, Any]:
    """One operation of a plan, as `connector.sync.rendering.plan_as_json` writes it."""
    return {
        "action": action,
        "noun": "account",
        "key": ACME_CORP,
        "title": f"Account Acme Corp ({ACME_CORP})",
        "decision": f"Zuora has no account with CRM ID {ACME_CORP}: create it",
        "salesforce_id": ACME_CORP,
        "target": "",
        "payload": {"name": "Acme Corp", "currency": "USD", "billCycleDay": 1},
        "changes": [],
        "kind": "",
        "effects": [],
        "money": [],
        "sums": None,
        "stopped_by": "",
        **fields,
    }


def change(
    field: str = "workEmail", before: Any = "ada@old.example", after: Any = "ada@acme.example"
) -> dict[str, Any]:
    return {"field": field, "before": before, "after": after}


def money(line: str = "Order 00000101, line 0000000001 (Seats)", **fields: Any) -> dict[str, Any]:
    return {
        "line": line,
        "per_period": "100.00",
        "periods": "12",
        "quantity": "10",
        "zuora_total": "12000.00",
        "salesforce_total": "12000.00",
        "difference": "0.00",
        "within_bound": True,
        **fields,
    }


def effect(sentence: str = "", **fields: str) -> dict[str, Any]:
    """One effect of an order, as `connector.sync.rendering` writes it; the sentence is its own where none is given."""
    values: dict[str, Any] = {
        "what": EffectKind.CHANGED,
        "subscription": "SUB-0000061",
        "product": "Seats",
        "day": "2026-07-01",
        "quantity_before": "10",
        "quantity": "15",
        "price_before": "1200.00",
        "price": "1200.00",
        "period": "month",
    }
    made = Effect(**{**values, **fields})
    return {**asdict(made), "sentence": sentence or in_words(made)}


def sums(
    *,
    zuora: str = "12750.00",
    lines: str = "12750.00",
    order: str = "12750.00",
    verified: str = "",
    note: str = "",
) -> dict[str, Any]:
    """The totals of one order, as `connector.sync.rendering` writes them."""
    stated = OrderMoney(
        currency="USD",
        zuora_total=zuora,
        salesforce_total=lines,
        order_amount=order,
        bound="0.13",
        verified_total=verified,
        verified_note=note,
    )
    return sums_as_json(stated)


def problem(message: str = "Account Acme Corp has no billing state.", **fields: Any) -> dict[str, Any]:
    return {
        "severity": "error",
        "noun": "account",
        "key": ACME_CORP,
        "record": ACME_CORP,
        "message": message,
        "who_acts": "The owner of the record in Salesforce",
        **fields,
    }


def plan(*operations: dict[str, Any], problems: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """Without arguments: an account to create, a contact to update, one unchanged, an order with two lines, one skipped."""
    chosen = operations or (
        operation(),
        operation(
            "update",
            noun="contact",
            key=ADA,
            title=f"Contact Ada Lovelace ({ADA})",
            decision="1 fields differ: update them",
            payload={"workEmail": "ada@acme.example"},
            changes=[change()],
        ),
        operation(
            "unchanged",
            noun="contact",
            title="Contact Grace Hopper (003000000000002AAA)",
            decision="Zuora holds the same values",
            payload={},
        ),
        operation(
            noun="order",
            key="00000101",
            title="Order 00000101 (801000000000101AAA)",
            decision="Zuora has no order 00000101: create it with 1 subscriptions and 1 line items",
            money=[
                money(),
                money(
                    "Order 00000101, line 0000000009 (Onboarding)",
                    per_period="750.00",
                    periods="1",
                    quantity="1",
                    zuora_total="750.00",
                    salesforce_total="750.00",
                ),
            ],
        ),
        operation(
            "skip",
            noun="order",
            key="00000102",
            title="Order 00000102 (801000000000102AAA)",
            decision="Not carried: its status is Draft, not activated. Activate it in Salesforce and resync",
            payload={},
        ),
    )
    return {
        "salesforce_id": ACME_CORP,
        "account_name": "Acme Corp",
        "operations": list(chosen),
        "problems": list(problems),
    }
