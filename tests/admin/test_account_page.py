"""The page of one account: its story, the choice among Zuora accounts, its removal."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from connector.models import Account, LogEntry, RecordLink, SyncRun
from tests.admin import rows as told
from tests.admin.pages import Page, messages
from tests.cast import ACME_CORP, ACME_HOLDING
from tests.models import rows

pytestmark = pytest.mark.django_db


def _page_of(account: Account) -> str:
    return reverse("admin:connector_account_change", args=[account.pk])


@pytest.mark.usefixtures("redis_url")
def test_an_account_that_is_being_synced_leads_to_that_run(operator: Client) -> None:
    account = rows.account()
    run = SyncRun.objects.request(account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)

    response = operator.post(reverse("admin:connector_account_sync", args=[account.pk]), follow=True)

    assert response.redirect_chain[0][0] == reverse("admin:connector_syncrun_change", args=[run.pk])
    assert "is being synced already" in messages(response)[0]
    assert SyncRun.objects.count() == 1


def test_an_integration_that_is_switched_off_says_so(operator: Client) -> None:
    account = rows.account(of=rows.integration(is_active=False))

    response = operator.post(reverse("admin:connector_account_sync", args=[account.pk]), follow=True)

    assert response.redirect_chain[0][0] == _page_of(account)
    assert "is switched off" in messages(response)[0]


def test_the_page_of_an_account_tells_its_story(operator: Client) -> None:
    integration = rows.integration()
    parent = rows.account(ACME_HOLDING, of=integration, name="Acme Holding")
    account = rows.account(
        of=integration,
        parent_salesforce_id=ACME_HOLDING,
        zuora_id="8ac0000000000000000000000000a111",
        zuora_account_number="A00000001",
    )
    told.link(account, attributes={"id": "8ac0a", "accountNumber": "A00000001"})
    told.link(account, "order", key="00000101", attributes={"id": "8ac0b"})
    run = rows.started_run(account)
    told.entry(run, "Read from Salesforce: Acme Corp.")
    run.fail(message="Acme Corp has no billing state.", who_acts="The owner of the record", now=told.NOON)

    page = Page(operator.get(_page_of(account)))

    for shown in (
        "Acme Corp",
        ACME_CORP,
        "A00000001",
        "Acme Holding",
        "The last sync failed",
        "Acme Corp has no billing state.",
        "Who acts: The owner of the record",
        "Read from Salesforce: Acme Corp.",
        "00000101",
        "8ac0b",
    ):
        assert shown in page.text, shown
    assert _page_of(parent) in page.addresses
    assert reverse("admin:connector_syncrun_change", args=[run.pk]) in page.addresses


def test_the_title_names_the_account_once(operator: Client) -> None:
    html = Page(operator.get(_page_of(rows.account()))).html

    title = html[html.index("<title>") : html.index("</title>")]
    assert title.split() == ["<title>", "Acme", "Corp", "·", "Syncadmin"]


def test_a_new_account_has_an_empty_story(operator: Client) -> None:
    text = Page(operator.get(_page_of(rows.account()))).text

    assert "No runs yet." in text
    assert "Never synced" in text


def test_an_account_that_is_being_synced_links_to_its_run(operator: Client) -> None:
    account = rows.account()
    run = rows.started_run(account)

    page = Page(operator.get(_page_of(account)))

    assert "A sync of this account is going on." in page.text
    assert reverse("admin:connector_syncrun_change", args=[run.pk]) in page.addresses


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        ("", {"calm", "careful", "broken"}),
        ("warning", {"careful", "broken"}),
        ("error", {"broken"}),
        ("nonsense", {"calm", "careful", "broken"}),
    ],
)
def test_the_log_is_filtered_by_level(operator: Client, level: str, shown: set[str]) -> None:
    run = rows.started_run()
    for word, each in (("calm", "notice"), ("careful", "warning"), ("broken", "error")):
        told.entry(run, f"It was {word} here.", level=each)

    text = Page(operator.get(f"{_page_of(run.account)}?level={level}")).text

    assert {word for word in ("calm", "careful", "broken") if f"It was {word} here." in text} == shown


def test_the_newest_run_comes_first(operator: Client) -> None:
    account = rows.account()
    older = rows.started_run(account)
    told.entry(older, "First story.")
    older.finish(message="Done.", now=told.NOON)
    told.entry(rows.started_run(account), "Second story.")

    text = Page(operator.get(_page_of(account))).text

    assert text.index("Second story.") < text.index("First story.")


def test_one_of_several_zuora_accounts_is_chosen(operator: Client) -> None:
    account = rows.account()
    chosen = "8ac0000000000000000000000000a112"

    response = operator.post(_page_of(account), {"chosen_zuora_id": f"  {chosen.upper()}  "}, follow=True)

    account.refresh_from_db()
    assert account.chosen_zuora_id == chosen
    assert response.redirect_chain[0][0] == _page_of(account)
    assert "Saved “Acme Corp”." in messages(response)


def test_a_choice_that_is_no_id_is_refused_on_the_page(operator: Client) -> None:
    account = rows.account()

    page = Page(operator.post(_page_of(account), {"chosen_zuora_id": "x" * 65}))

    assert "at most 64 characters" in page.text
    assert ACME_CORP in page.text
    assert {"Preview", "Sync", "Save"} <= set(page.buttons)


@pytest.mark.parametrize("entered", ["A00000001", "8ac0", "z" * 32, ACME_CORP])
def test_an_account_number_is_told_from_an_id(operator: Client, entered: str) -> None:
    account = rows.account()

    text = Page(operator.post(_page_of(account), {"chosen_zuora_id": entered})).text

    assert (
        f"“{entered}” is no Zuora id. An id has 32 hexadecimal characters; an account number is not an id."
        in text
    )
    account.refresh_from_db()
    assert account.chosen_zuora_id == ""


def test_a_choice_is_taken_back(operator: Client) -> None:
    account = rows.account(chosen_zuora_id="8ac0000000000000000000000000a112")

    operator.post(_page_of(account), {"chosen_zuora_id": ""})

    account.refresh_from_db()
    assert account.chosen_zuora_id == ""


def test_nothing_else_of_an_account_is_entered_by_hand(superuser: Client) -> None:
    account = rows.account()

    superuser.post(_page_of(account), {"chosen_zuora_id": "", "zuora_id": "8ac0forged", "name": "Forged"})

    account.refresh_from_db()
    assert (account.zuora_id, account.name) == ("", "Acme Corp")


def test_removing_an_account_keeps_what_is_known_of_its_records(administrator: Client) -> None:
    run = rows.started_run()
    told.entry(run)
    told.link(run.account)
    run.finish(message="Done.", now=told.NOON)
    address = reverse("admin:connector_account_delete", args=[run.account.pk])

    assert administrator.get(address).status_code == 200
    response = administrator.post(address, {"post": "yes"}, follow=True)

    assert messages(response) == ["Deleted “Acme Corp”."]
    assert not Account.objects.exists()
    assert not LogEntry.objects.exists()
    assert RecordLink.objects.get().account is None


def _removal_of(account: Account, client: Client) -> str:
    text = Page(client.get(reverse("admin:connector_account_delete", args=[account.pk]))).text
    assert "Are you sure" in text
    return text


def test_what_is_still_to_be_looked_at_is_told_before_an_account_is_removed(administrator: Client) -> None:
    kept = "Order 00000101: Zuora bills it.\nOrder 00000102: compare the two."

    text = _removal_of(rows.account(to_check=kept), administrator)

    assert "2 things still to be looked at. Nothing tells of them once the account is removed:" in text
    assert "Order 00000101: Zuora bills it." in text
    assert "Order 00000102: compare the two." in text
    assert "open write" not in text


def test_open_writes_are_told_before_an_account_is_removed(administrator: Client) -> None:
    """Those of now and of a version that knew the run alone; none that is closed or another account's."""
    run = rows.started_run()
    other = rows.account(ACME_HOLDING, of=run.account.integration)
    for number, account, state in (
        (101, run.account, "unknown"),
        (102, None, "open"),
        (103, run.account, "settled"),
        (104, other, "unknown"),
    ):
        rows.write_intent(run, noun="order", key=f"00000{number}", account=account, state=state)
    run.finish(status="partial", message="Partly.", now=told.NOON)

    text = _removal_of(run.account, administrator)

    assert "2 open writes, which Zuora may have carried out." in text
    assert "resolve them first under Open writes" in text
    assert [f"Order 00000{number}" in text for number in (101, 102, 103, 104)] == [True, True, False, False]
    assert "to be looked at" not in text


def test_an_account_that_waits_for_nobody_is_removed_without_a_warning(administrator: Client) -> None:
    assert "See to this" not in _removal_of(rows.account(), administrator)


@pytest.mark.parametrize("kind", SyncRun.Kind.values)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_account_with_an_open_run_stays(administrator: Client, method: str, kind: str) -> None:
    run = rows.sync_run(kind=kind)
    address = reverse("admin:connector_account_delete", args=[run.account_id])

    response = getattr(administrator, method)(address, {"post": "yes"}, follow=True)

    assert response.redirect_chain == [(_page_of(run.account), 302)]
    assert messages(response) == [
        "“Acme Corp” has a run that is not over yet. Remove the account when it is."
    ]
    assert SyncRun.objects.get() == run


def test_an_operator_removes_no_account(operator: Client) -> None:
    account = rows.account()

    assert (
        operator.post(
            reverse("admin:connector_account_delete", args=[account.pk]), {"post": "yes"}
        ).status_code
        == 403
    )
    assert Account.objects.exists()
