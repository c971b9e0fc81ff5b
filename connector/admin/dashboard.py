"""The first page: whom something waits for, what is going on, and whether everything is there that is needed for it.

It reads the database and asks the queue once. The remote systems are not asked: their last tests are shown instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse

from connector import jobs
from connector.admin.badges import Badge, outcome_badge, status_badge
from connector.admin.connections import ApiUse, Connection, shown_use, test_badge
from connector.models import (
    OPEN,
    Account,
    Integration,
    SalesforceConnection,
    SyncRun,
    WriteIntent,
    ZuoraConnection,
)

ROWS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class ShownAccount:
    account: Account
    badge: Badge
    who_acts: str


@dataclass(frozen=True, slots=True)
class ShownConnection:
    connection: Connection
    kind: str
    badge: Badge
    address: str
    api_use: ApiUse | None


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the theme's index page calls (UNFOLD["DASHBOARD_CALLBACK"]). Shows each part to those who may see it."""
    may = request.user.has_perm
    shown: dict[str, Any] = {"title": "Overview", "queue": jobs.queue_state(), "rows_shown": ROWS_SHOWN}
    if may("connector.view_account"):
        shown |= {"counts": _counts(), "attention": _attention()}
    if may("connector.view_syncrun"):
        shown["running"] = [(run, status_badge(run)) for run in _open_runs()]
    if may("connector.view_writeintent"):
        shown["writes_left"] = WriteIntent.objects.left_alone().count()
    if may("connector.view_salesforceconnection") and may("connector.view_zuoraconnection"):
        shown["connections"] = _connections()
        shown["circuits"] = jobs.open_circuits(
            (each.kind, each.connection.host) for each in shown["connections"]
        )
    shown["steps"] = _first_steps(shown) if may("connector.add_integration") else []
    return {**context, **shown}


def _counts() -> list[tuple[Badge, int, str]]:
    """Every outcome with its number and its list, in an order that stays."""
    counted = dict(Account.objects.order_by().values_list("last_outcome").annotate(Count("pk")))
    address = reverse("admin:connector_account_changelist")
    order = (
        Account.Outcome.FAILED,
        Account.Outcome.PARTIAL,
        Account.Outcome.RUNNING,
        Account.Outcome.SUCCEEDED,
        Account.Outcome.NEVER,
    )
    return [
        (
            outcome_badge(Account(last_outcome=outcome)),
            counted.get(outcome.value, 0),
            f"{address}?last_outcome__exact={outcome.value}",
        )
        for outcome in order
    ]


def _attention() -> list[ShownAccount]:
    accounts = (
        Account.objects.filter(last_outcome__in=Account.FAILURES)
        .select_related("last_run")
        .defer("last_run__plan")
        .order_by("last_outcome", "-last_run__finished_at", "name")[:ROWS_SHOWN]
    )
    return [ShownAccount(account, outcome_badge(account), account.who_acts) for account in accounts]


def _open_runs() -> list[SyncRun]:
    runs = SyncRun.objects.filter(status__in=OPEN).select_related("account", "requested_by").defer("plan")
    return list(runs.order_by("created_at")[:ROWS_SHOWN])


def _connections() -> list[ShownConnection]:
    kinds = ((SalesforceConnection, "Salesforce"), (ZuoraConnection, "Zuora"))
    return [
        ShownConnection(
            connection,
            kind,
            test_badge(connection),
            reverse(f"admin:connector_{model._meta.model_name}_change", args=[connection.pk]),
            shown_use(connection),
        )
        for model, kind in kinds
        for connection in model._default_manager.order_by("name")
    ]


def _first_steps(shown: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """What is still to be set up, as label, address and whether it is done; nothing once all of it is."""
    kinds = {each.kind for each in shown.get("connections", [])}
    has_accounts = any(count for _, count, _ in shown.get("counts", []))
    steps = [
        ("Connect Salesforce", reverse("admin:connector_salesforceconnection_add"), "Salesforce" in kinds),
        ("Connect Zuora", reverse("admin:connector_zuoraconnection_add"), "Zuora" in kinds),
        (
            "Pair them in an integration",
            reverse("admin:connector_integration_add"),
            Integration.objects.exists(),
        ),
        ("Add the first account", reverse("admin:connector_account_add"), has_accounts),
    ]
    return [] if all(done for _, _, done in steps) else steps
