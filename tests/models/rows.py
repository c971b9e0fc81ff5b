"""Builders of stored rows: the cast of `tests.cast`, with keyword overrides."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from connector.models import (
    Account,
    DriftDifference,
    DriftFinding,
    DriftReport,
    Integration,
    SalesforceConnection,
    SyncRun,
    WriteIntent,
    ZuoraConnection,
)
from tests.cast import ACME_CORP

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def salesforce_connection(**fields: Any) -> SalesforceConnection:
    values = {
        "name": "Acme org",
        "host": "acme.my.salesforce.com",
        "consumer_key": "3MVG9.acme",
        "consumer_secret": "salesforce-hush",
    }
    return SalesforceConnection.objects.create(**{**values, **fields})


def zuora_connection(**fields: Any) -> ZuoraConnection:
    values = {
        "name": "Acme tenant",
        "data_centre": ZuoraConnection.DataCentre.US_1_SANDBOX,
        "client_id": "a1b2c3",
        "client_secret": "zuora-hush",
    }
    return ZuoraConnection.objects.create(**{**values, **fields})


def integration(**fields: Any) -> Integration:
    name = str(fields.pop("name", "Acme"))
    salesforce = fields.pop("salesforce", None) or salesforce_connection(name=f"{name} org")
    zuora = fields.pop("zuora", None) or zuora_connection(name=f"{name} tenant")
    return Integration.objects.create(name=name, salesforce=salesforce, zuora=zuora, **fields)


def account(salesforce_id: str = ACME_CORP, *, of: Integration | None = None, **fields: Any) -> Account:
    return Account.objects.create(
        **{"integration": of or integration(), "salesforce_id": salesforce_id, "name": "Acme Corp", **fields}
    )


def sync_run(of: Account | None = None, **fields: Any) -> SyncRun:
    values = {"kind": SyncRun.Kind.SYNC, "trigger": SyncRun.Trigger.ADMIN}
    return SyncRun.objects.create(account=of or account(), **{**values, **fields})


def started_run(of: Account | None = None, **fields: Any) -> SyncRun:
    run = sync_run(of, **fields)
    run.start(now=NOW)
    return run


def write_intent(run: SyncRun, **fields: Any) -> WriteIntent:
    values = {
        "integration": run.account.integration,
        "noun": "account",
        "key": ACME_CORP,
        "run": run,
        "payload_digest": "d1",
        "opened_at": NOW,
        "key_issued_at": NOW,
        "sent_at": fields.get("key_issued_at", NOW),
    }
    return WriteIntent.objects.create(**{**values, **fields})


def drift_report(of: Integration | None = None, **fields: Any) -> DriftReport:
    """A finished one, of twelve accounts that are in step but for what `drift_finding` adds."""
    values = {"status": "finished", "total": 12, "in_step": 12, "finished_at": NOW}
    return DriftReport.objects.create(integration=of or integration(), **{**values, **fields})


def drift_finding(
    report: DriftReport, account: Account, *differences: dict[str, str], **fields: Any
) -> DriftFinding:
    """Counted, too. Without differences or a kind of its own: the account's city differs."""
    values = {"kind": "differs", "at": NOW, **fields}
    found = DriftFinding(**values)
    city = {"noun": "contact", "field": "city", "before": "San Francisco", "after": "Oakland"}
    chosen = differences or ((city,) if values["kind"] == "differs" else ())
    found.unkept = [
        DriftDifference(finding=found, **{"record": f"The billing address of {account}", **each})
        for each in chosen
    ]
    status = report.status
    DriftReport.objects.filter(pk=report.pk).update(status="running")
    report.keep(account, found, now=values["at"])
    DriftReport.objects.filter(pk=report.pk).update(status=status)
    report.refresh_from_db()
    return found
