"""Questions a page puts to a remote while somebody waits: one test, one search. Short timeouts, no retries, no writes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from connector.clients.credentials import Network
from connector.clients.salesforce import SalesforceClient
from connector.clients.zuora import ZuoraClient
from connector.domain import ids
from connector.domain.contacts import IDENTITY
from connector.errors import ConnectorError
from connector.jobs.allowances import allowance
from connector.jobs.shared_tokens import SharedTokens, TestedTokens
from connector.models import Account, Integration, SalesforceConnection, ZuoraConnection, network

PATIENCE_SECONDS = 15.0
SEARCH_LIMIT = 20
_MISSING = f"{IDENTITY} is missing: create this indexed text field on Contact in Zuora before the first sync"


@dataclass(frozen=True, slots=True)
class FoundAccount:
    """A Salesforce account that answers to a search; `known` where the integration has it already."""

    salesforce_id: str
    name: str
    city: str
    country: str
    parent_name: str
    known: bool


def search_accounts(integration: Integration, text: str) -> list[FoundAccount]:
    """Salesforce accounts by part of the name, or by id (15 or 18 characters); at most SEARCH_LIMIT.

    Raises ConnectorError.
    """
    org = integration.salesforce
    with SalesforceClient(
        org.credentials(), impatient(), SharedTokens(org), allowance=allowance(org)
    ) as client:
        rows = client.search_accounts(text, limit=SEARCH_LIMIT)
    found = [ids.normalise(str(row["Id"])) for row in rows]
    known = set(
        Account.objects.filter(integration=integration, salesforce_id__in=found).values_list(
            "salesforce_id", flat=True
        )
    )
    return [
        FoundAccount(
            salesforce_id=key,
            name=str(row.get("Name") or ""),
            city=str(row.get("BillingCity") or ""),
            country=str(row.get("BillingCountry") or ""),
            parent_name=str((row.get("Parent") or {}).get("Name") or ""),
            known=key in known,
        )
        for key, row in zip(found, rows, strict=True)
    ]


def test_salesforce(connection: SalesforceConnection) -> dict[str, str]:
    """Log in anew and say which org answered, as whom. The report, good or bad, is kept with the connection.

    Raises ConnectorError, also where another org answers than before (`see_org`).
    """
    try:
        with SalesforceClient(
            connection.credentials(for_test=True),
            impatient(),
            TestedTokens(connection),
            allowance=allowance(connection, is_watched=False),
        ) as client:
            found = client.identity()
        connection.see_org(found.org_id)
    except ConnectorError as error:
        _keep_failure(connection, error)
        raise
    lines = {
        "Organization": f"{found.org_name} ({found.org_id})",
        "Kind": "Sandbox" if found.is_sandbox else "Production",
        "User": found.username,
        "Host": found.instance_url.removeprefix("https://"),
        "API calls used today": f"{found.api_used:,} of {found.api_limit:,}",
    }
    return _keep(connection, lines)


def test_zuora(connection: ZuoraConnection) -> dict[str, str]:
    """Log in anew and say which tenant answered. A missing contact field is a warning: syncs would fail without it.

    Raises ConnectorError.
    """
    try:
        with ZuoraClient(connection.credentials(), impatient(), TestedTokens(connection)) as client:
            found = client.tenant()
    except ConnectorError as error:
        _keep_failure(connection, error)
        raise
    lines = {
        "Tenant": f"{found.host} (Zuora's API names no tenant)",
        "API user": f"client {found.client_id_hint}",
        "Entity": found.entity_id or "the user's own",
        "API version": found.zuora_version,
        "API calls left": found.limits.get("RateLimit-Remaining", "not stated"),
        "Contact field": f"{IDENTITY} is there" if found.has_contact_identity else _MISSING,
    }
    return _keep(connection, lines, () if found.has_contact_identity else (_MISSING,))


def impatient() -> Network:
    """For whoever waits at a page."""
    return replace(network(), read_timeout=PATIENCE_SECONDS, retries=0)


def _keep(
    connection: SalesforceConnection | ZuoraConnection, lines: dict[str, str], warnings: tuple[str, ...] = ()
) -> dict[str, str]:
    """A connection that works and still needs somebody keeps what for under "warnings"."""
    report = {"ok": True, "lines": lines, "warnings": list(warnings)}
    connection.record_test(report=report, now=datetime.now(UTC))
    return lines


def _keep_failure(connection: SalesforceConnection | ZuoraConnection, error: ConnectorError) -> None:
    report = {"ok": False, "message": error.message, "who_acts": error.who_acts}
    connection.record_test(report=report, now=datetime.now(UTC))
