"""Exported lists: complete, filtered as they are seen, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from connector.admin.exports import safe_cell
from connector.models import Account, LogEntry
from tests.admin import rows as told
from tests.admin.pages import Page
from tests.cast import ACME_LABS
from tests.models import rows

HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\tx",
    "  =1",
    "\x00=1",
    "\u200b=1",
    "\ufeff=1",
    "\xa0-1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20A1",
    '"=1',
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_spreadsheet_would_run_becomes_text(text: str) -> None:
    assert str(safe_cell(text)).startswith("'")


@pytest.mark.parametrize("text", ["a;=1", "a; =1", 'a;"=1', "a\n+1", "a\r\n@A1", "a\t-1"])
def test_a_formula_behind_another_separator_becomes_text(text: str) -> None:
    assert "'" in str(safe_cell(text))


@pytest.mark.parametrize("text", ["", "Acme", "a=1", "Müller & Söhne", "a, -5 %", "1-2", "Ω"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


@pytest.mark.parametrize("number", [-5, 0, 1.5, Decimal("-19.90")])
def test_numbers_stay_numbers(number: Any) -> None:
    assert safe_cell(number) == number


def _read(client: Client, address: str, **query: str) -> list[list[str]]:
    response: Any = client.get(address, query)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment")
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.django_db
def test_accounts_go_out_with_who_acts_and_without_formulas(viewer: Client) -> None:
    account = rows.account(name='=HYPERLINK("http://evil.example")')
    rows.account(ACME_LABS, of=account.integration, name="Acme Labs")
    rows.started_run(account).fail(message="+No billing state.", who_acts="The owner", now=told.NOON)
    failed = {"last_outcome__exact": Account.Outcome.FAILED.value}

    address = reverse("admin:connector_account_export")
    assert len(_read(viewer, address)) == 3
    (header, row) = _read(viewer, address, **failed)

    assert header[0] == "Account"
    assert row[0] == '\'=HYPERLINK("http://evil.example")'
    assert row[4:7] == ["Failed", "'+No billing state.", "The owner"]


@pytest.mark.django_db
def test_log_entries_of_one_run_go_out(viewer: Client) -> None:
    run = rows.started_run()
    entry = told.entry(run, "@evil")
    LogEntry.objects.filter(pk=entry.pk).update(
        who_acts="=The owner", salesforce_id=ACME_LABS, zuora_id="8a1"
    )
    other = rows.started_run(rows.account(ACME_LABS, of=run.account.integration))
    told.entry(other, "Elsewhere.")

    address = reverse("admin:connector_logentry_export")
    found = _read(viewer, address, run__id__exact=str(run.pk))

    assert [row[7] for row in found] == ["Message", "'@evil"]
    assert found[0][8:11] == ["Who acts", "Salesforce id of the record", "Zuora id"]
    assert found[1][8:11] == ["'=The owner", ACME_LABS, "8a1"]


@pytest.mark.django_db
@pytest.mark.parametrize("model", ["account", "logentry"])
def test_a_list_links_to_its_export_as_it_is_filtered(viewer: Client, model: str) -> None:
    page = Page(viewer.get(reverse(f"admin:connector_{model}_changelist"), {"q": "acme"}))

    assert f"{reverse(f'admin:connector_{model}_export')}?q=acme" in page.addresses


@pytest.mark.django_db
@pytest.mark.parametrize("model", ["account", "logentry"])
def test_only_those_who_may_read_a_list_export_it(client: Client, model: str) -> None:
    address = reverse(f"admin:connector_{model}_export")
    assert client.get(address).status_code == 302
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert client.get(address).status_code == 403
