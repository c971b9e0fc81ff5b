"""An installation with something of everything, for tests that go through all pages of the console."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axes.models import AccessFailureLog, AccessLog
from django.contrib.auth.models import Group, User
from django.db.models import Model

from connector.models import Account, Integration, SalesforceConnection, SyncRun
from tests.admin import rows as told
from tests.cast import ACME_LABS
from tests.models import rows

WORD = "Zanzibar"
"""Stands in everything that only those may read who may look at it."""
SECRET = "planted-5e0c71"
"""Stands in every secret."""


@dataclass(frozen=True, slots=True)
class Installation:
    """`rows` is one row of each model, by the start of the names of its pages; `spare` those that nothing else needs."""

    integration: Integration
    account: Account
    open_run: SyncRun
    preview: SyncRun
    rows: dict[str, Model]
    spare: dict[str, Model]

    def secrets(self) -> set[str]:
        """What no page may show: secrets as they are, as they are stored, and what passwords are kept as."""
        kept = {SECRET} | {password for (password,) in User.objects.values_list("password") if password}
        for connection in (
            self.integration.salesforce,
            self.integration.zuora,
            *self.spare.values(),
        ):
            for field in connection._meta.fields:
                if hasattr(stored := getattr(connection, field.name), "token") and stored:
                    kept |= {stored.token, stored.reveal()}
        return kept


def populate(integration: Integration, account: Account) -> Installation:
    """`account` failed last, and has something to look at, a line, a link, a preview and an open write; another is being synced."""
    Integration.objects.filter(pk=integration.pk).update(name=f"{WORD} integration")
    account.name, account.to_check = f"{WORD} Corp", f"Order 00000101 of {WORD}: compare the two."
    account.save()
    closed = rows.started_run(account)
    line = told.entry(closed, f"{WORD}: refused.", level="error", detail=_detail())
    left = rows.write_intent(closed, account=account, state="unknown", reason=f"{WORD}: no answer.")
    closed.fail(message=f"{WORD}: no billing state.", who_acts="The owner", now=told.NOON)
    rows.write_intent(closed, account=account, key=f"{WORD} 2", state="settled", settled_at=told.NOON)
    preview = rows.started_run(account, kind=SyncRun.Kind.PREVIEW)
    preview.store_plan(_plan())
    preview.finish(message=f"{WORD}: 3 changes planned.", now=told.NOON)
    labs = rows.account(ACME_LABS, of=integration, name=f"{WORD} Labs")
    open_run = rows.started_run(labs)
    told.entry(open_run, f"{WORD}: read.", detail=_detail())
    spare = _spare(integration)
    access = {"username": f"{WORD.lower()}-guest", "ip_address": "203.0.113.7", "user_agent": "Firefox"}
    return Installation(
        integration=integration,
        account=account,
        open_run=open_run,
        preview=preview,
        rows={
            "connector_account": Account.objects.get(pk=account.pk),
            "connector_driftreport": _drift(integration, account),
            "connector_fieldmapping": integration.mappings.create(
                pair="account", source="Name", target=f"{WORD}__c", position=99
            ),
            "connector_integration": integration,
            "connector_logentry": line,
            "connector_recordlink": told.link(account),
            "connector_salesforceconnection": integration.salesforce,
            "connector_syncrun": closed,
            "connector_writeintent": left,
            "connector_zuoraconnection": integration.zuora,
            "auth_group": Group.objects.create(name=f"{WORD} crew"),
            "auth_user": User.objects.create_user(f"{WORD.lower()}-user", password=SECRET),
            "axes_accessfailurelog": AccessFailureLog.objects.create(**access),
            "axes_accesslog": AccessLog.objects.create(**access),
        },
        spare=spare,
    )


def _spare(integration: Integration) -> dict[str, Model]:
    """Connections in no integration, and an integration without accounts: these can be deleted."""
    salesforce = rows.salesforce_connection(
        name=f"{WORD} org",
        org_id="00D000000000001AAA",
        unconfirmed_org_id="00D000000000002AAA",
        **{field: f"{SECRET}-{field}" for field in ("consumer_secret", "password", "security_token")},
        private_key=f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----",
        login=SalesforceConnection.Login.JWT_BEARER,
        username="ops@acme.example",
    )
    zuora = rows.zuora_connection(name=f"{WORD} tenant", client_secret=f"{SECRET}-client_secret")
    other = rows.zuora_connection(name=f"{WORD} other tenant", client_secret=f"{SECRET}-other")
    alone = Integration.objects.create(
        name=f"{WORD} spare", salesforce=integration.salesforce, zuora=other, is_active=False
    )
    return {
        "connector_driftreport": rows.drift_report(alone, status="running", finished_at=None),
        "connector_salesforceconnection": salesforce,
        "connector_zuoraconnection": zuora,
        "connector_integration": alone,
    }


def _drift(integration: Integration, account: Account) -> Model:
    report = rows.drift_report(integration, total=1, in_step=0)
    rows.drift_finding(report, account)
    return report


def _detail() -> dict[str, Any]:
    return {
        "decision": f"{WORD} is new: create it",
        "changes": [told.change()],
        "sent": {"name": WORD},
        "system": "Zuora",
        "status": 400,
        "code": "53100020",
        "reasons": [f"{WORD} is refused"],
        "effects": [told.effect()],
    }


def _plan() -> dict[str, Any]:
    order = told.operation(
        noun="order",
        key="00000101",
        kind="amendment",
        title=f"Order 00000101 of {WORD}",
        money=[told.money()],
        sums=told.sums(),
        effects=[told.effect()],
    )
    update = told.operation("update", noun="contact", changes=[told.change()])
    stopped = told.operation(stopped_by=f"{WORD} has no billing state")
    return told.plan(order, update, stopped, problems=(told.problem(f"{WORD} has no billing state."),))
