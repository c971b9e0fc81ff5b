"""The engine's keepers in rows: what a long wait tells of its run, and what an overtaken attempt may not store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from connector.domain.operations import Key, Noun
from connector.domain.snapshot import Snapshot, ZuoraState
from connector.domain.sought import Sought
from connector.domain.to_check import CHECK, lines
from connector.jobs import ending
from connector.jobs.keepers import RowIntents, RowJournal, RowLinks
from connector.models import Account, Integration, RecordLink, RunSuperseded, SyncRun, WriteIntent
from connector.sync.journal import Entry, Step
from tests.cast import ACME_CORP, ACME_HOLDING, ACME_LABS
from tests.models import rows

pytestmark = pytest.mark.django_db


def test_a_sign_of_life_writes_no_line() -> None:
    run = rows.started_run()
    before = datetime.now(UTC)

    RowJournal(run).beat()

    run.refresh_from_db()
    assert run.heartbeat_at is not None
    assert run.heartbeat_at >= before
    assert not run.entries.exists()


@pytest.mark.parametrize("fields", [{}, {"action": CHECK}], ids=["a sync's", "what a preview tells"])
def test_a_line_that_no_account_keeps_costs_a_sign_of_life_and_an_insert(fields: dict[str, str]) -> None:
    """Each statement more is a round trip, a hundred times a sync."""
    journal = RowJournal(rows.started_run(kind="preview" if fields else "sync"))

    with CaptureQueriesContext(connection) as seen:
        journal.write(Entry(Step.APPLY, "Unchanged.", **fields))

    assert [query["sql"].split()[0] for query in seen] == ["UPDATE", "INSERT"]


def test_a_sign_of_life_of_an_overtaken_attempt_stops_it() -> None:
    run = rows.started_run()
    SyncRun.objects.get(pk=run.pk).start(now=rows.NOW)

    with pytest.raises(RunSuperseded):
        RowJournal(run).beat()


KEY = Key(Noun.ACCOUNT, ACME_CORP)
SEEN, KNOWN = {"id": "8a-old"}, {"id": "8a-new"}


@pytest.mark.parametrize(
    "write",
    [
        lambda links: links.put(KEY, SEEN),
        lambda links: links.forget(KEY, KNOWN),
        lambda links: links.confirm([KEY]),
    ],
    ids=["put", "forget", "confirm"],
)
def test_an_overtaken_attempt_moves_no_link(write: Callable[[RowLinks], None]) -> None:
    run = rows.started_run()
    links = RowLinks(run)
    links.put(KEY, KNOWN)
    SyncRun.objects.get(pk=run.pk).start(now=rows.NOW)

    with pytest.raises(RunSuperseded):
        write(links)

    assert links.get(KEY) == KNOWN


def test_the_attempt_that_is_on_moves_links() -> None:
    links = RowLinks(rows.started_run())
    links.put(KEY, SEEN)
    links.put(KEY, KNOWN)
    assert links.get(KEY) == KNOWN
    links.forget(KEY, SEEN)
    assert links.get(KEY) == KNOWN
    links.forget(KEY, KNOWN)
    assert links.get(KEY) is None


def test_what_an_earlier_attempt_told_to_look_at_is_told_by_the_last() -> None:
    run = rows.started_run()
    for action, message in ((CHECK, "Order 1."), ("created", "Order 2."), (CHECK, "Order 3.")):
        RowJournal(run).write(Entry(Step.APPLY, message, action=action, record=message))
    later = SyncRun.objects.get(pk=run.pk)
    later.start(now=rows.NOW)
    journal = RowJournal(later)
    journal.write(Entry(Step.APPLY, "Order 1.", action=CHECK, record="Order 1."))

    assert journal.to_check() == ("Order 1.", "Order 3.")


ORDER = Key(Noun.ORDER, "00000101")


CONTACTS = {"8a-of-holding": ACME_HOLDING, "8a-of-corp": ACME_CORP}


def _contacts_of(integration: Integration) -> dict[str, Account | None]:
    links = RecordLink.objects.filter(integration=integration, noun="contact").order_by("key")
    return {link.zuora_id: link.account for link in links}


def _sees_both(account: Account) -> RowLinks:
    """As a sync that has read both accounts' contacts in Zuora, and what is remembered of them."""
    accounts = {holder: ({"id": f"8a-{holder}"},) for holder in CONTACTS.values()}
    held = {f"8a-{holder}": ({"id": contact},) for contact, holder in CONTACTS.items()}
    links = RowLinks(rows.started_run(account))
    links.learn(Snapshot({}, ZuoraState(accounts=accounts, contacts=held)))
    links.get_all([Key(Noun.CONTACT, contact) for contact in CONTACTS])
    return links


def test_a_contact_found_in_zuora_shows_under_the_account_that_holds_it() -> None:
    corp = rows.account()
    holding = rows.account(ACME_HOLDING, of=corp.integration)
    links = _sees_both(corp)
    for contact in CONTACTS:
        links.put(Key(Noun.CONTACT, contact), {"id": contact})

    assert _contacts_of(corp.integration) == {"8a-of-corp": corp, "8a-of-holding": holding}


def test_contacts_of_a_parent_that_was_taken_off_the_list_wait_for_it() -> None:
    """A child's sync reads them as well."""
    corp = rows.account()
    for contact in CONTACTS:
        RecordLink.objects.remember(corp.integration, noun="contact", key=contact, attributes={"id": contact})

    _sees_both(corp).confirm([])
    assert _contacts_of(corp.integration) == {"8a-of-corp": corp, "8a-of-holding": None}

    holding = rows.account(ACME_HOLDING, of=corp.integration)
    _sees_both(holding).confirm([])
    assert _contacts_of(corp.integration) == {"8a-of-corp": corp, "8a-of-holding": holding}


def test_a_parent_that_came_onto_the_list_takes_its_contacts_from_the_child_that_made_them() -> None:
    corp = rows.account()
    for contact in CONTACTS:
        RecordLink.objects.remember(
            corp.integration, noun="contact", key=contact, attributes={"id": contact}, account=corp
        )
    holding = rows.account(ACME_HOLDING, of=corp.integration)

    _sees_both(holding).confirm([])

    assert _contacts_of(corp.integration) == {"8a-of-corp": corp, "8a-of-holding": holding}


def test_however_many_links_are_taken_in_it_is_one_update() -> None:
    corp = rows.account()
    keys = [Key(Noun.ORDER, f"0000010{number}") for number in range(5)]
    for key in keys:
        RecordLink.objects.remember(
            corp.integration, noun=key.noun, key=key.value, attributes={"id": "8a0", "at": key.value}
        )
    links = RowLinks(rows.started_run(corp))
    links.get_all(keys)

    with CaptureQueriesContext(connection) as seen:
        links.confirm([])

    assert corp.links.count() == len(keys)
    writes = [query for query in seen if query["sql"].startswith('UPDATE "connector_recordlink"')]
    assert len(writes) == 2  # the first is of the account's own


@pytest.mark.postgres(only=True)
@pytest.mark.django_db(transaction=True)
def test_a_link_that_another_run_has_just_now_is_not_waited_for() -> None:
    """That run may wait for one that this run has."""
    corp = rows.account()
    for contact in CONTACTS:
        RecordLink.objects.remember(corp.integration, noun="contact", key=contact, attributes={"id": contact})
    rows.account(ACME_HOLDING, of=corp.integration)
    links = _sees_both(corp)

    def confirm() -> None:
        try:
            links.confirm([])
        finally:
            connection.close()

    with transaction.atomic():
        held = RecordLink.objects.select_for_update().get(key="8a-of-corp")
        thread = Thread(target=confirm)
        thread.start()
        thread.join(timeout=10)
        is_waiting = thread.is_alive()
    thread.join(timeout=10)

    assert not is_waiting
    held.refresh_from_db()
    assert held.account is None
    assert RecordLink.objects.get(key="8a-of-holding").account is not None


def _left(*, hours: float = 25, is_running: bool = False, **fields: Any) -> tuple[WriteIntent, RowIntents]:
    """What a run that ended, or still runs, left of an order; and the intents of the next run, of another account."""
    run = rows.started_run()
    at = datetime.now(UTC) - timedelta(hours=hours)
    values = {"noun": "order", "key": ORDER.value, "state": "unknown", "key_issued_at": at, **fields}
    intent = rows.write_intent(run, **values)
    if not is_running:
        run.fail(message="", who_acts="", now=rows.NOW)
    integration = run.account.integration
    other = rows.account(ACME_LABS, of=integration)
    return intent, RowIntents(rows.started_run(other))


@pytest.mark.parametrize(
    ("fields", "digest"),
    [
        ({}, "d1"),
        ({"was_changed": True}, ""),
        ({"sent_at": None}, None),
        ({"state": "settled"}, None),
        ({"is_running": True}, None),
    ],
)
def test_what_was_sent_without_an_answer_is_told_with_what_was_sent(
    fields: dict[str, Any], digest: str | None
) -> None:
    _, intents = _left(**fields)

    assert intents.unanswered([KEY, ORDER]) == ({} if digest is None else {ORDER: digest})


@pytest.mark.parametrize(
    ("fields", "is_closed"),
    [
        ({}, True),
        ({"hours": 23}, False),
        ({"hours": 24.1}, False),
        ({"job_id": "0123456789abcdef"}, False),
        ({"is_running": True}, False),
        ({"is_asynchronous": True, "sent_at": datetime.now(UTC)}, False),
    ],
    ids=[
        "over",
        "its key lives",
        "over only since it was asked for",
        "a job would be asked",
        "another run is at it",
        "a job may be at it",
    ],
)
def test_what_is_absent_is_closed_only_where_nothing_can_come_of_it(
    fields: dict[str, Any], is_closed: bool
) -> None:
    intent, intents = _left(**fields)

    assert intents.close_absent(ORDER) is is_closed
    intent.refresh_from_db()
    assert (intent.state, bool(intent.settled_at)) == (("failed", True) if is_closed else ("unknown", False))


def _own(
    *, noted: str = ACME_CORP, is_removed: bool = False, **fields: Any
) -> tuple[WriteIntent, RowIntents]:
    """What a run left of an order, and the intents of the next run of its account, which may have been removed and added anew."""
    intent, _ = _left(sought={"title": "Order 101", "account_id": noted}, **fields)
    account = rows.account("001000000000009AAA", of=intent.integration)
    if is_removed:
        Account.objects.filter(salesforce_id=ACME_CORP).delete()
        account = rows.account(of=intent.integration)
    else:
        WriteIntent.objects.update(account=account)
    return intent, RowIntents(rows.started_run(account))


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("fields", "is_told"),
    [
        ({}, True),
        ({"is_removed": True}, True),
        ({"is_removed": True, "noted": ACME_LABS}, False),
        ({"state": "failed"}, False),
    ],
    ids=["its account's", "its account was added anew", "another account's", "closed"],
)
def test_an_account_is_told_of_its_unanswered_orders(fields: dict[str, Any], is_told: bool) -> None:
    _, intents = _own(hours=1, job_id="0123456789abcdef", **fields)

    told = intents.unanswered_orders()

    assert list(told) == ([ORDER] if is_told else [])
    for each in told.values():
        assert (each.sought.title, each.has_job) == ("Order 101", True)
        assert each.held_until is not None
        assert each.sent_at is not None
        assert each.held_until - each.sent_at == pytest.approx(timedelta(days=1), abs=timedelta(minutes=1))


def test_what_is_claimed_notes_its_account() -> None:
    run = rows.started_run()

    RowIntents(run).claim(ORDER, "d1", sought=Sought(ORDER, "Order 101"))

    assert WriteIntent.objects.get().record.account_id == run.account.salesforce_id


@pytest.mark.parametrize("is_removed", [False, True])
def test_that_an_order_vanished_is_kept_with_its_moment_until_it_is_shown_again(is_removed: bool) -> None:
    intent, intents = _own(is_removed=is_removed)

    intents.note_vanished([ORDER])
    intent.refresh_from_db()
    first = intent.vanished_at
    intents.note_vanished([ORDER])
    intent.refresh_from_db()

    assert first is not None
    assert (intent.vanished_at, intent.account) == (first, intents.run.account)

    intents.note_vanished([])
    intent.refresh_from_db()
    assert intent.vanished_at is None


def test_what_another_run_has_taken_over_has_not_vanished() -> None:
    intent, intents = _own()
    other = rows.started_run(rows.account("001000000000008AAA", of=intent.integration))
    RowIntents(other).claim(ORDER, "d1")

    intents.note_vanished([ORDER])

    intent.refresh_from_db()
    assert intent.vanished_at is None


def test_what_is_taken_over_has_not_vanished() -> None:
    intent, intents = _own()
    intents.note_vanished([ORDER])

    intents.claim(ORDER, "d1")

    intent.refresh_from_db()
    assert intent.vanished_at is None


def test_an_overtaken_attempt_notes_nothing() -> None:
    _, intents = _own()
    SyncRun.objects.get(pk=intents.run.pk).start(now=rows.NOW)

    with pytest.raises(RunSuperseded):
        intents.note_vanished([ORDER])


def test_what_a_cancelled_run_told_somebody_to_look_at_its_account_tells() -> None:
    run = rows.started_run()
    journal = RowJournal(run)
    for told in ("Zuora does not show it.", "Zuora has it: compare the two."):
        journal.write(Entry(Step.APPLY, told, noun=Noun.ORDER, record="Order 00000101", action=CHECK))

    ending.cancel(run, journal)

    run.refresh_from_db()
    assert run.status == SyncRun.Status.CANCELLED
    assert run.message.startswith("Cancelled: ")
    account = Account.objects.get()
    assert [each.message for each in lines(account.to_check)] == ["Zuora has it: compare the two."]
    reminder = "Still to be looked at: 1 thing, on the account's page."
    assert (account.last_outcome, account.last_message) == ("partial", f"{reminder} {run.message}")
