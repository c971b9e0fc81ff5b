"""Logs, links and open writes: read, searched, filtered."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry as History
from django.test import Client
from django.urls import reverse

from connector.models import RecordLink, SyncRun
from tests.admin import rows as told
from tests.admin.pages import Page, messages
from tests.cast import ACME_LABS
from tests.models import rows

pytestmark = pytest.mark.django_db

LOG = reverse("admin:index") + "connector/logentry/"
WRITES = reverse("admin:index") + "connector/writeintent/"
LINKS = reverse("admin:index") + "connector/recordlink/"


@pytest.fixture
def run() -> SyncRun:
    run = rows.started_run()
    told.entry(run, "Read Acme Corp.", noun="account")
    told.entry(run, "Order 00000101 refused.", step="apply", level="error", noun="order", zuora_id="8ac0b")
    other = rows.started_run(rows.account(ACME_LABS, of=run.account.integration, name="Acme Labs"))
    told.entry(other, "Read Acme Labs.", noun="account")
    return run


def _found(client: Client, query: str) -> list[str]:
    response = client.get(f"{LOG}?{query}")
    assert response.status_code == 200
    return sorted(entry.message for entry in response.context["cl"].result_list)


def test_the_log_is_searched_and_filtered(viewer: Client, run: SyncRun) -> None:
    refused, acme, labs = "Order 00000101 refused.", "Read Acme Corp.", "Read Acme Labs."

    assert _found(viewer, "") == [refused, acme, labs]
    assert _found(viewer, "level__exact=error") == [refused]
    assert _found(viewer, "step__exact=gather") == [acme, labs]
    assert _found(viewer, "noun=order") == [refused]
    assert _found(viewer, "q=refused") == [refused]
    assert _found(viewer, "q=8ac0b") == [refused]
    assert _found(viewer, "q=Labs") == [labs]
    assert _found(viewer, "at__gte=2026-03-02+12:00:02%2B00:00") == [refused]


def test_the_pages_of_an_account_and_a_run_lead_to_their_own_lines(viewer: Client, run: SyncRun) -> None:
    assert _found(viewer, f"account__id__exact={run.account_id}") == [
        "Order 00000101 refused.",
        "Read Acme Corp.",
    ]
    assert _found(viewer, f"run__id__exact={run.pk}") == ["Order 00000101 refused.", "Read Acme Corp."]


def test_one_line_shows_its_details(viewer: Client) -> None:
    run = rows.started_run()
    line = told.entry(
        run, "Account created.", step="apply", detail={"sent": {"name": "Acme Corp"}, "decision": "Create it"}
    )

    page = Page(viewer.get(reverse("admin:connector_logentry_change", args=[line.pk])))

    for shown in ("Account created.", "Create it", '"name": "Acme Corp"', "Write"):
        assert shown in page.text
    assert reverse("admin:connector_syncrun_change", args=[run.pk]) in page.addresses


def test_records_in_zuora_are_found_by_key_and_account(viewer: Client, run: SyncRun) -> None:
    told.link(run.account, "order", key="00000101", attributes={"id": "8ac0b"})
    told.link(
        run.account,
        "product",
        key="PROD",
        attributes={"id": "8ac0c"},
    )

    def found(query: str) -> list[str]:
        response = viewer.get(f"{LINKS}?{query}")
        return sorted(link.key for link in response.context["cl"].result_list)

    assert found("") == ["00000101", "PROD"]
    assert found("q=0000010") == ["00000101"]
    assert found("q=Acme+Corp") == ["00000101", "PROD"]
    assert found("noun__exact=product") == ["PROD"]


def test_a_record_that_accounts_share_says_so(viewer: Client, run: SyncRun) -> None:
    link = told.link(run.account, "product", key="PROD")
    link.account = None
    link.save()

    assert "Shared by all" in Page(viewer.get(LINKS)).text


def test_an_empty_list_says_so_and_a_search_without_result_offers_all(viewer: Client, run: SyncRun) -> None:
    assert "Nothing here yet" in Page(viewer.get(LINKS)).text
    assert "Nothing found" in Page(viewer.get(f"{LOG}?q=nowhere")).text


def test_a_link_to_what_was_deleted_in_zuora_is_removed(administrator: Client) -> None:
    account = rows.account(zuora_id="8ac0a", zuora_account_number="A00000001")
    link = told.link(account)
    address = reverse("admin:connector_recordlink_delete", args=[link.pk])
    assert (
        "Delete" in Page(administrator.get(reverse("admin:connector_recordlink_change", args=[link.pk]))).text
    )

    response = administrator.post(address, {"post": "yes"}, follow=True)

    assert messages(response)[0].startswith("Deleted “Account")
    assert not RecordLink.objects.exists()
    account.refresh_from_db()
    assert (account.zuora_id, account.zuora_account_number) == ("", "")


def test_removing_a_link_says_what_it_means_and_is_kept_in_the_history(administrator: Client) -> None:
    link = told.link(rows.account(), "order", key="00000101")
    address = reverse("admin:connector_recordlink_delete", args=[link.pk])

    text = Page(administrator.get(address)).text
    assert "Nothing is changed in Zuora." in text
    assert "an order that was deleted there is sent again" in text
    assert RecordLink.objects.exists()

    administrator.post(address, {"post": "yes"})
    kept = History.objects.get()
    assert (kept.user.get_username(), kept.object_id, kept.is_deletion()) == ("anna", str(link.pk), True)
    assert "Order 00000101 → 8ac0" in kept.object_repr


@pytest.mark.parametrize("who", ["viewer", "operator"])
def test_only_administrators_remove_links(request: pytest.FixtureRequest, who: str) -> None:
    client: Client = request.getfixturevalue(who)
    link = told.link(rows.account())

    response = client.post(reverse("admin:connector_recordlink_delete", args=[link.pk]), {"post": "yes"})

    assert response.status_code == 403
    assert RecordLink.objects.exists()


@pytest.mark.postgres
@pytest.mark.parametrize(
    "address",
    [
        f"{LOG}?noun=%00",
        f"{LOG}?q=%00",
        f"{LOG}?account__id__exact=x",
        f"{LOG}?run__id__exact=x",
        f"{WRITES}?state=%00",
        f"{LINKS}?noun__exact=%00",
        f"{LOG.replace('logentry', 'account')}?last_outcome__exact=%00",
        f"{LOG.replace('logentry', 'syncrun')}?status__exact=%00",
    ],
)
def test_strange_questions_are_no_errors(viewer: Client, run: SyncRun, address: str) -> None:
    response = viewer.get(address, follow=True)

    assert response.status_code == 200
