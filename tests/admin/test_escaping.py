"""Whatever a record is called and whatever a remote says: it is shown as text, and does nothing."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from connector.models import Account, SyncRun
from tests.admin import rows as told
from tests.admin.pages import Page
from tests.models import rows

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert('boom')</script>"
IMAGE = '"><img src=x onerror=alert("boom")>'
ADDRESS = "javascript:alert('boom')"
TEMPLATE = "{{ request.user }}{% debug %}${boom}"
ATTRIBUTE = "' x-data='boom' x-init='boom'"
EVIL = [" ".join((SCRIPT, IMAGE, TEMPLATE, ATTRIBUTE)), ADDRESS]


@pytest.fixture(params=EVIL)
def evil(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def run(evil: str) -> SyncRun:
    """An account of that name, with a story in which everything else is called so, too."""
    integration = rows.integration(name=evil[:90])
    account = rows.account(
        of=integration,
        name=evil,
        last_outcome=Account.Outcome.FAILED,
        last_message=evil,
        zuora_account_number=evil[:60],
    )
    told.link(account, key=evil, attributes={"id": evil, "accountNumber": evil})
    run = rows.started_run(account)
    rows.write_intent(run, key=evil, reason=evil)
    detail = {
        "decision": evil,
        "changes": [told.change(evil, evil, evil)],
        "sent": {evil: evil},
        "system": evil,
        "reasons": [evil],
        "operations": [evil],
        evil: evil,
    }
    told.entry(run, evil, level="error", who_acts=evil, record=evil, noun="account", detail=detail)
    operation = told.operation(
        evil,
        noun=evil,
        title=evil,
        decision=evil,
        stopped_by=evil,
        changes=[told.change(evil, evil, evil)],
        payload={evil: evil},
        money=[told.money(evil, zuora_total=evil)],
        sums={**told.sums(zuora=evil, order=evil, note=evil), "currency": evil},
    )
    run.store_plan(told.plan(operation, problems=(told.problem(evil, who_acts=evil),)))
    run.fail(message=evil, who_acts=evil, now=told.NOON)
    return run


def _pages(run: SyncRun) -> list[str]:
    account, entry = run.account, run.entries.get()
    integration = account.integration
    lists = ("account", "syncrun", "logentry", "recordlink", "writeintent", "integration", "fieldmapping")
    return [
        reverse("admin:index"),
        *(reverse(f"admin:connector_{model}_changelist") for model in lists),
        reverse("admin:connector_account_change", args=[account.pk]),
        reverse("admin:connector_account_delete", args=[account.pk]),
        reverse("admin:connector_account_history", args=[account.pk]),
        reverse("admin:connector_account_add"),
        reverse("admin:connector_syncrun_change", args=[run.pk]),
        reverse("admin:connector_syncrun_live", args=[run.pk]),
        reverse("admin:connector_logentry_change", args=[entry.pk]),
        reverse("admin:connector_recordlink_change", args=[account.links.get().pk]),
        reverse("admin:connector_writeintent_change", args=[run.intents.get().pk]),
        reverse("admin:connector_integration_change", args=[integration.pk]),
        reverse("admin:connector_salesforceconnection_change", args=[integration.salesforce_id]),
    ]


def test_a_name_is_text_on_every_page(superuser: Client, run: SyncRun, evil: str) -> None:
    for address in _pages(run):
        response = superuser.get(address)
        assert response.status_code == 200, address
        page = Page(response)
        assert "boom')</script>" not in page.html, address
        assert not page.tags["img"], address
        acting = [each for each in page.attributes if each[1].startswith(("on", "x-", "hx-", "@", ":"))]
        assert not [each for each in acting if "boom" in each[2]], address
        assert not [link for link in page.addresses if link.strip().lower().startswith("javascript:")], (
            address
        )


def test_a_name_is_still_readable(superuser: Client, run: SyncRun, evil: str) -> None:
    for address in (
        reverse("admin:connector_account_changelist"),
        reverse("admin:connector_account_change", args=[run.account.pk]),
        reverse("admin:connector_syncrun_change", args=[run.pk]),
    ):
        assert " ".join(evil.split()) in Page(superuser.get(address)).text, address


def test_a_message_after_saving_is_text(superuser: Client, run: SyncRun, evil: str) -> None:
    address = reverse("admin:connector_account_change", args=[run.account.pk])

    html = superuser.post(address, {"chosen_zuora_id": evil[:60]}, follow=True).content.decode()

    assert "boom')</script>" not in html
    assert "<img src=x" not in html


def test_no_page_has_a_script_of_its_own(superuser: Client) -> None:
    run = rows.started_run()
    told.entry(run)

    for address in (
        reverse("admin:index"),
        reverse("admin:connector_account_changelist"),
        reverse("admin:connector_account_change", args=[run.account.pk]),
        reverse("admin:connector_account_add"),
        reverse("admin:connector_syncrun_change", args=[run.pk]),
        reverse("admin:connector_salesforceconnection_add"),
    ):
        response = superuser.get(address)
        html = response.content.decode()
        assert "script-src 'self' 'unsafe-eval'" in response.headers["Content-Security-Policy"]
        assert not re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", html), address
        assert not re.findall(r"\son(?:click|error|load|submit)\s*=", html), address
        assert '"allowEval": false' in html
        assert '"includeIndicatorStyles": false' in html
