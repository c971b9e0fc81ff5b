"""*Resolve by looking up*: what came of an open write, asked of Zuora, and stored so that no run is crossed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from connector import jobs
from connector.clients.zuora import CreatedAccount, ZuoraClient
from connector.domain.to_check import CHECK, Told, lines
from connector.jobs.shared_tokens import SharedTokens
from connector.models import Account, LogEntry, RecordLink, RunSuperseded, SyncRun, WriteIntent, network
from tests.cast import ACME_CORP, ACME_LABS, ADA
from tests.models import rows
from tests.services.world import World

PAYLOAD = {
    "name": "Acme Corp",
    "currency": "USD",
    "billCycleDay": 1,
    "autoPay": False,
    "crmId": ACME_CORP,
    "billToContact": {"firstName": "Ada", "lastName": "Lovelace", "country": "US", "state": "CA"},
}


@pytest.fixture
def world(world_in_transaction: World) -> World:
    return world_in_transaction


@pytest.fixture
def by() -> User:
    return User.objects.create_user("otto")


def _left(world: World, *, hours: float = 1, is_open: bool = False, **fields: Any) -> WriteIntent:
    """The intent of a run that ended, or goes on, `hours` after it began."""
    run = rows.started_run(world.account)
    at = datetime.now(UTC) - timedelta(hours=hours)
    values = {"account": world.account, "opened_at": at, "key_issued_at": at, "state": "unknown", **fields}
    intent = rows.write_intent(run, **values)
    if not is_open:
        run.fail(message="", who_acts="", now=at)
    return WriteIntent.objects.get(pk=intent.pk)


def _resolved(intent: WriteIntent, by: User) -> jobs.Resolution:
    (told,) = jobs.resolve([intent], by=by)
    intent.refresh_from_db()
    return told


def _client(world: World) -> ZuoraClient:
    tenant = world.integration.zuora
    return ZuoraClient(tenant.credentials(), network(), SharedTokens(tenant))


def _created(world: World) -> CreatedAccount:
    with _client(world) as zuora:
        return zuora.create_account(PAYLOAD, idempotency_key=uuid4().hex)


def _calls(world: World) -> list[tuple[str, str]]:
    return [
        (call["method"], call["path"]) for call in world.zuora.requests() if call["path"] != "/oauth/token"
    ]


def test_what_zuora_has_is_settled_with_its_link(world: World, by: User) -> None:
    made = _created(world)
    intent = _left(world)

    told = _resolved(intent, by)

    assert (intent.state, intent.resolved_by, told.is_closed) == ("settled", by, True)
    assert intent.reason == f"Found in Zuora ({made.account_number}); it is used."
    assert told.sentence == f"Account {ACME_CORP}: {intent.reason}"
    assert RecordLink.objects.get().attributes["id"] == made.account_id
    assert Account.objects.get().zuora_id == made.account_id


def test_what_is_absent_while_its_key_lives_stays_open(world: World, by: User) -> None:
    intent = _left(world, hours=23)

    told = _resolved(intent, by)

    assert (intent.state, intent.settled_at, told.is_closed) == ("unknown", None, False)
    assert "Zuora does not show it yet. It stays open" in told.sentence
    assert intent.resolved_at is not None
    assert {method for method, _ in _calls(world)} == {"GET"}


def test_what_is_absent_after_its_key_is_closed_and_the_next_sync_creates_it(world: World, by: User) -> None:
    intent = _left(world, hours=25)

    told = _resolved(intent, by)

    assert (intent.state, told.is_closed) == ("failed", True)
    assert told.sentence.endswith(
        "Zuora does not have it. The next sync creates it, where it is still to be carried."
    )
    run = jobs.run_now(world.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)
    assert run.status == SyncRun.Status.SUCCEEDED
    assert len(world.zuora_accounts()) == 1


def test_several_accounts_are_listed_and_a_person_chooses(world: World, by: User) -> None:
    numbers = [_created(world).account_number for _ in range(2)]
    intent = _left(world)

    told = _resolved(intent, by)

    assert intent.state == "unknown"
    assert all(number in told.sentence for number in numbers)
    assert "Choose one on the account's page" in told.sentence


def test_a_contact_is_looked_for_in_its_account(world: World, by: User) -> None:
    made = _created(world)
    payload = {"accountId": made.account_id, "firstName": "Ada", "lastName": "Lovelace", "crmId__c": ADA}
    with _client(world) as zuora:
        contact_id = zuora.create_contact(payload, idempotency_key="k1")
    known = {"title": "Contact Ada Lovelace", "zuora_account_id": made.account_id}
    intent = _left(world, noun="contact", key=ADA, sought=known)

    assert _resolved(intent, by).sentence.startswith("Contact Ada Lovelace: Found in Zuora")
    assert RecordLink.objects.get(noun="contact").attributes == {"id": contact_id}


def test_a_contact_of_which_nothing_was_noted_is_left_to_the_sync(world: World, by: User) -> None:
    intent = _left(world, noun="contact", key=ADA)
    assert "sync its account" in _resolved(intent, by).sentence
    assert (intent.state, _calls(world)) == ("unknown", [])


def test_what_a_living_run_has_is_not_touched(world: World, by: User) -> None:
    intent = _left(world, is_open=True, state="open")

    told = _resolved(intent, by)

    assert (told.is_asked, intent.state, intent.attempts) == (False, "open", 1)
    assert "The run of Acme Corp has it" in told.sentence
    assert _calls(world) == []


def test_an_orphaned_work_horse_writes_nothing_after_a_look_up(world: World, by: User) -> None:
    orphan = _left(world)
    intent = WriteIntent.objects.get()
    _resolved(intent, by)
    with pytest.raises(RunSuperseded):
        orphan.fail("Refused.", now=rows.NOW)
    intent.refresh_from_db()
    assert intent.state == "unknown"


def test_a_sync_that_takes_over_meanwhile_keeps_what_it_has(world: World, by: User) -> None:
    intent = _left(world)
    intent.hold_for_look_up()
    run = rows.started_run(world.account)
    WriteIntent.objects.claim(
        world.integration, run=run, noun="account", key=ACME_CORP, digest="d1", now=datetime.now(UTC)
    )
    with pytest.raises(RunSuperseded):
        intent.resolve("failed", "Absent.", by=by, now=rows.NOW)
    assert WriteIntent.objects.get().state == "open"


def test_a_zuora_that_does_not_answer_is_asked_once(world: World, by: User) -> None:
    world.zuora.fail(action="status", method="GET", path="^/object-query", times=None, status=503)
    intents = [_left(world), _left(world, key=ACME_LABS)]

    told = jobs.resolve(intents, by=by)

    assert [each.is_asked for each in told] == [False, False]
    assert len(_calls(world)) == 1
    assert {each.state for each in WriteIntent.objects.all()} == {"unknown"}


def test_no_more_than_twenty_are_asked_for(world: World, by: User) -> None:
    run = rows.started_run(world.account)
    intents = [
        rows.write_intent(run, noun="contact", key=f"contact {number}", state="unknown")
        for number in range(21)
    ]
    run.fail(message="", who_acts="", now=rows.NOW)
    kept = list(WriteIntent.objects.filter(pk__in=[each.pk for each in intents]))

    assert len(jobs.resolve(kept, by=by)) == jobs.MOST


@pytest.mark.parametrize(
    ("job", "state", "said"),
    [
        ({"status": "Processing"}, "unknown", "Zuora is still creating it (job "),
        (
            {"status": "Failed", "errors": "No such rate plan."},
            "failed",
            "failed, nothing was created: No such rate plan",
        ),
        (None, "unknown", "Zuora does not show it yet"),
    ],
)
def test_a_job_is_asked(world: World, by: User, job: dict[str, Any] | None, state: str, said: str) -> None:
    body = (
        {"success": True, **job}
        if job
        else {"success": False, "reasons": [{"code": 50000040, "message": "Cannot find it."}]}
    )
    world.zuora.fail(
        action="status", method="GET", path="^/v1/async-jobs/", status=200 if job else 404, body=body
    )
    intent = _left(world, noun="order", key="00000101", is_asynchronous=True, job_id="0123456789abcdef")

    told = _resolved(intent, by)

    assert (intent.state, said in told.sentence) == (state, True), told.sentence


@pytest.mark.parametrize("job_id", ["", "0123456789abcdef"])
def test_an_order_that_is_found_is_said_to_be_compared_with_nothing(
    world: World, by: User, job_id: str
) -> None:
    """No sync compares it once it is settled."""
    body: dict[str, Any] = {
        "success": True,
        "status": "Completed",
        "result": {"orderNumber": "00000101", "status": "Completed"},
        "order": {"orderNumber": "00000101", "status": "Completed"},
    }
    path = "^/v1/async-jobs/" if job_id else "^/v1/orders/"
    world.zuora.fail(action="status", method="GET", path=path, status=200, body=body)
    intent = _left(world, noun="order", key="00000101", is_asynchronous=bool(job_id), job_id=job_id)

    told = _resolved(intent, by)

    assert intent.state == "settled"
    assert told.sentence.endswith("it is used. It is not compared with Salesforce: compare the two.")


OPEN, GONE = "unknown", "failed"
JOB = {"job_id": "0123456789abcdef"}
VANISHED = {"vanished_at": datetime.now(UTC)}


@pytest.mark.parametrize(
    ("status", "fields", "state", "said"),
    [
        (
            "Scheduled",
            VANISHED,
            OPEN,
            "with the status Scheduled: Zuora will carry it out by itself and bill it on its date.",
        ),
        (
            "Draft",
            VANISHED | JOB,
            OPEN,
            "with the status Draft: nothing is billed by it yet. Delete the draft",
        ),
        (
            "Scheduled",
            {},
            OPEN,
            "with the status Scheduled: it is not carried out. It stays open: sync its account",
        ),
        ("Cancelled", VANISHED | JOB, "settled", "with the status Cancelled: nothing is billed by it."),
        (
            "Completed",
            VANISHED | JOB,
            "settled",
            "(Completed), and bills it, or will. Salesforce did not show it any more: take it back",
        ),
        ("Pending", {}, "settled", "(Pending); it is used."),
    ],
)
def test_an_order_is_settled_only_where_it_is_carried_out_or_withdrawn(
    world: World, by: User, status: str, fields: dict[str, Any], state: str, said: str
) -> None:
    """What a job made may have gone on since."""
    held = {"orderNumber": "00000101", "status": status}
    job = {"success": True, "status": "Completed", "result": {**held, "status": "Scheduled"}}
    for path, body in (("orders", {"success": True, "order": held}), ("async-jobs", job)):
        world.zuora.fail(action="status", method="GET", path=f"^/v1/{path}/", status=200, body=body)
    intent = _left(world, noun="order", key="00000101", **fields)

    told = _resolved(intent, by)

    assert said in told.sentence
    assert (intent.state, told.is_closed) == (state, state != OPEN)
    assert intent.reason in told.sentence
    kept = [each.message for each in lines(Account.objects.get().to_check)]
    assert kept == ([told.sentence] if status in ("Completed", "Pending") else [])


def _found_completed(world: World) -> None:
    body = {"success": True, "order": {"orderNumber": "00000101", "status": "Completed"}}
    world.zuora.fail(action="status", method="GET", path="^/v1/orders/", status=200, body=body)


def _kept(world: World) -> tuple[Told, ...]:
    world.account.refresh_from_db()
    return lines(world.account.to_check)


REMINDER = "Still to be looked at: 1 thing, on the account's page. Unchanged."


@pytest.mark.parametrize("is_under_way", [False, True])
def test_an_account_is_not_green_while_an_order_that_was_found_is_to_be_looked_at(
    world: World, by: User, is_under_way: bool
) -> None:
    """No sync tells of the order once it is settled."""
    _found_completed(world)
    intent = _left(world, noun="order", key="00000101")
    run = rows.started_run(world.account)
    if not is_under_way:
        run.finish(message="Unchanged.", now=datetime.now(UTC))

    told = _resolved(intent, by)

    (kept,) = _kept(world)
    assert kept.message == told.sentence
    assert kept.key == ("order", "Order 00000101")
    shown = ("running", "") if is_under_way else ("partial", REMINDER)
    assert (world.account.last_outcome, world.account.last_message) == shown
    if is_under_way:
        run.finish(message="Unchanged.", now=datetime.now(UTC))
        world.account.refresh_from_db()
        assert (world.account.last_outcome, world.account.last_message) == ("partial", REMINDER)


def test_what_was_found_of_an_order_stands_for_what_a_sync_told_of_it(world: World, by: User) -> None:
    _found_completed(world)
    intent = _left(world, noun="order", key="00000101", **VANISHED)
    told_by_sync = {"noun": "order", "record": intent.record.title, "message": "Zuora may still make it."}
    LogEntry.objects.write(
        rows.started_run(world.account), sequence=1, at=rows.NOW, step="apply", action=CHECK, **told_by_sync
    )

    told = _resolved(intent, by)

    (kept,) = _kept(world)
    assert (kept.message, kept.first_day) == (told.sentence, rows.NOW.date())


@pytest.mark.parametrize(("noted", "count"), [("", 0), (ACME_LABS, 0), (ACME_CORP, 1)])
def test_of_an_order_whose_account_was_removed_the_one_that_was_added_anew_keeps_it(
    world: World, by: User, noted: str, count: int
) -> None:
    _found_completed(world)
    intent = _left(world, noun="order", key="00000101", account=None)
    WriteIntent.objects.update(run=None, sought={**(intent.sought or {}), "account_id": noted})

    assert _resolved(WriteIntent.objects.get(pk=intent.pk), by).is_closed

    assert len(_kept(world)) == count


@pytest.mark.parametrize(
    ("hours", "state", "said"),
    [
        (1, OPEN, "Every sync looks it up again, and sends nothing."),
        (25, GONE, "Zuora does not have it. Nothing came of it."),
    ],
)
def test_of_an_order_that_salesforce_does_not_show_nothing_is_promised_to_be_sent(
    world: World, by: User, hours: int, state: str, said: str
) -> None:
    intent = _left(world, noun="order", key="00000101", hours=hours, **VANISHED)

    told = _resolved(intent, by)

    assert told.sentence.endswith(said)
    assert intent.state == state
