"""Write intents: one live per record, taken over from the dead, never from the living."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from connector.models import (
    Account,
    IntentHeld,
    RecordLink,
    RunAlreadyOpen,
    RunSuperseded,
    SyncRun,
    WriteIntent,
)
from tests.cast import ACME_CORP, ACME_HOLDING, ACME_LABS
from tests.models import rows
from tests.models.rows import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

BILL_TO = f"{ACME_CORP}:bill_to"


def claimed(run: SyncRun, **given: Any) -> WriteIntent:
    values = {"noun": "account", "key": ACME_HOLDING, "digest": "d1", "now": NOW, **given}
    return WriteIntent.objects.claim(run.account.integration, run=run, **values)


def claim(run: SyncRun, **given: Any) -> WriteIntent:
    """The intent of a create whose request left, and of which nothing more is known."""
    intent = claimed(run, **given)
    intent.sending(now=given.get("now", NOW))
    return intent


def sibling_of(run: SyncRun, salesforce_id: str = ACME_LABS) -> SyncRun:
    return rows.started_run(rows.account(salesforce_id, of=run.account.integration, name="Acme Labs"))


def next_attempt(run: SyncRun) -> SyncRun:
    later = SyncRun.objects.get(pk=run.pk)
    later.start(now=NOW)
    return later


def test_a_claim_is_stored_before_anything_is_sent() -> None:
    run = rows.started_run()
    intent = claim(run)
    stored = WriteIntent.objects.get()
    assert (stored.noun, stored.key, stored.state, stored.run) == ("account", ACME_HOLDING, "open", run)
    assert (stored.payload_digest, stored.attempts, stored.opened_at) == ("d1", 1, NOW)
    assert len(stored.idempotency_key) == 32
    assert (intent.idempotency_key, intent.inherited) == (stored.idempotency_key, False)


def test_a_claim_looks_for_no_other_before_it_is_refused() -> None:
    run = rows.started_run()

    with CaptureQueriesContext(connection) as seen:
        claimed(run)

    intents = [query["sql"].split()[0] for query in seen if '"connector_writeintent"' in query["sql"]]
    assert intents == ["INSERT"]


def test_what_is_closed_while_it_is_claimed_is_looked_at_again() -> None:
    run = rows.started_run()
    claim(run)

    def close(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and '"connector_writeintent"' in sql:
            WriteIntent.objects.update(state="settled")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(close), pytest.raises(IntentHeld, match="a moment ago"):
        claimed(next_attempt(run))


def test_a_live_run_keeps_what_it_holds() -> None:
    run = rows.started_run()
    held = claim(run)
    with pytest.raises(IntentHeld, match="is being created by the run of Acme Corp"):
        claim(sibling_of(run))
    held.leave_unknown("Zuora did not answer.")
    with pytest.raises(IntentHeld):
        claim(SyncRun.objects.get(account__salesforce_id=ACME_LABS))
    assert WriteIntent.objects.get().run == run


def test_other_records_and_integrations_are_free() -> None:
    run = rows.started_run()
    claim(run)
    other = rows.started_run(rows.account(of=rows.integration(name="Other")))
    for intent in (claim(run, key=ACME_LABS), claim(run, noun="contact"), claim(other)):
        assert not intent.inherited


@pytest.mark.parametrize("close", ["fail", "finish"])
@pytest.mark.parametrize("left", ["open", "unknown"])
def test_what_a_closed_run_left_is_taken_over_with_its_key(close: str, left: str) -> None:
    run = rows.started_run()
    first = claim(run)
    if left == "unknown":
        first.leave_unknown("Zuora did not answer.")
    if close == "fail":
        run.fail(message="", who_acts="", now=NOW)
    else:
        run.finish(message="", now=NOW)
    sibling = sibling_of(run)
    taken = claim(sibling, now=NOW + timedelta(hours=23))
    assert taken.inherited
    assert (taken.pk, taken.idempotency_key, taken.run) == (first.pk, first.idempotency_key, sibling)
    assert (taken.state, taken.attempts, taken.key_issued_at) == ("open", 2, NOW)


def test_the_next_attempt_of_a_run_takes_over_its_own() -> None:
    run = rows.started_run()
    first = claim(run)
    taken = claim(next_attempt(run))
    assert (taken.inherited, taken.idempotency_key) == (True, first.idempotency_key)


def test_what_the_deleted_run_of_a_deleted_account_left_is_taken_over() -> None:
    run = rows.started_run()
    first = claim(run)
    sibling = sibling_of(run)
    run.account.delete()
    assert claim(sibling).idempotency_key == first.idempotency_key


@pytest.mark.parametrize(
    ("digest", "age", "keeps", "held_s"),
    [
        ("d1", timedelta(hours=23, minutes=59), True, 0),
        ("d1", timedelta(hours=24), False, 0),
        ("d2", timedelta(minutes=9), True, 60),
        ("d2", timedelta(minutes=10), False, 0),
    ],
)
def test_a_key_is_kept_for_the_same_payload_within_24_hours_and_for_another_until_the_first_is_over(
    digest: str, age: timedelta, keeps: bool, held_s: float
) -> None:
    run = rows.started_run()
    first = claim(run)
    taken = claimed(next_attempt(run), digest=digest, now=NOW + age)
    assert taken.inherited
    assert (taken.idempotency_key == first.idempotency_key) is keeps
    assert taken.key_issued_at == (NOW if keeps else NOW + age)
    assert taken.payload_digest == ("d1" if held_s else digest)
    assert (taken.differs, taken.held_s) == (digest == "d2", held_s)


def test_the_time_counts_from_the_last_request_and_not_from_the_first() -> None:
    run = rows.started_run()
    first = claim(run)
    again = claim(next_attempt(run), now=NOW + timedelta(minutes=12))
    assert again.idempotency_key == first.idempotency_key
    changed = claimed(next_attempt(run), digest="d2", now=NOW + timedelta(minutes=12, seconds=15))
    assert (changed.idempotency_key, changed.held_s) == (first.idempotency_key, 585)


def test_a_key_that_ran_out_just_after_it_was_used_is_not_followed_by_another_at_once() -> None:
    run = rows.started_run()
    first = claim(run)
    claim(next_attempt(run), now=NOW + timedelta(hours=23, minutes=59))
    taken = claimed(next_attempt(run), now=NOW + timedelta(hours=24))
    assert (taken.idempotency_key, taken.held_s) == (first.idempotency_key, 540)
    taken = claimed(next_attempt(run), now=NOW + timedelta(hours=24, minutes=9))
    assert taken.idempotency_key != first.idempotency_key
    assert taken.inherited


@pytest.mark.parametrize("how", ["never sent", "held at the gate"])
def test_what_never_left_is_nobodys_doubt(how: str) -> None:
    run = rows.started_run()
    first = claimed(run)
    if how == "held at the gate":
        first.sending(now=NOW)
        first.not_sent()
    taken = claimed(next_attempt(run), digest="d2", now=NOW + timedelta(seconds=1))
    assert (taken.inherited, taken.differs, taken.held_s) == (False, False, 0)
    assert taken.payload_digest == "d2"
    assert taken.run is not None
    taken.run.finish(status="cancelled", message="Switched off.", now=NOW)
    assert WriteIntent.objects.doubt_orphans(now=NOW) == 1
    taken.refresh_from_db()
    assert (taken.state, taken.reason) == (
        "failed",
        "The run that was to send it ended before. Nothing was sent.",
    )


def test_a_refusal_that_is_definite_leaves_no_doubt() -> None:
    run = rows.started_run()
    first = claim(run)
    first.renew(now=NOW)
    taken = claimed(next_attempt(run), digest="d2", now=NOW + timedelta(seconds=1))
    assert (taken.inherited, taken.held_s) == (False, 0)


@pytest.mark.parametrize("seconds", [299, 300])
@pytest.mark.parametrize(
    "given",
    [{"noun": "order", "key": "00000101"}, {"sought": {"account_number": "SF-1"}}],
    ids=["order", "account"],
)
def test_what_is_found_by_a_number_of_ours_is_sent_changed_once_the_first_is_over(
    given: dict[str, Any], seconds: int
) -> None:
    run = rows.started_run()
    first = claim(run, **given)
    taken = claimed(next_attempt(run), digest="d2", now=NOW + timedelta(seconds=seconds), **given)
    assert (taken.idempotency_key == first.idempotency_key) is (seconds < 300)
    assert (taken.inherited, taken.differs, taken.held_s) == (True, True, 300 - seconds)


@pytest.mark.parametrize(("before", "after"), [("N1", "N2"), ("", "N2"), ("N1", "")])
def test_another_number_guards_nothing_and_the_first_is_remembered(before: str, after: str) -> None:
    run = rows.started_run()
    first = claim(run, sought={"account_number": before})
    for minutes in (3, 4):  # what is wanted since must not be taken for what was sent
        taken = claimed(
            next_attempt(run),
            digest="d2",
            sought={"account_number": after},
            now=NOW + timedelta(minutes=minutes),
        )
        assert taken.idempotency_key == first.idempotency_key
        assert (taken.held_s, taken.earlier_number) == (600 - 60 * minutes, before)


def test_that_it_was_changed_in_between_is_not_forgotten() -> None:
    run = rows.started_run()
    claim(run)
    changed = claimed(next_attempt(run), digest="d2", now=NOW + timedelta(minutes=11))
    changed.sending(now=NOW + timedelta(minutes=11))
    taken = claimed(next_attempt(run), digest="d2", now=NOW + timedelta(minutes=12))
    assert taken.differs


@pytest.mark.parametrize(("minutes", "keeps"), [(9, True), (10, False)])
def test_a_failure_that_zuora_repeats_under_a_key_is_waited_for_no_longer_than_a_search_may_lag(
    minutes: int, keeps: bool
) -> None:
    run = rows.started_run()
    first = claim(run)
    first.leave_unknown("Zuora failed inside.", answered_at=NOW)
    taken = claimed(next_attempt(run), now=NOW + timedelta(minutes=minutes))
    assert (taken.idempotency_key == first.idempotency_key) is keeps
    assert taken.held_s == (60 if keeps else 0)
    assert (taken.answered_at is not None) is keeps


def test_what_a_waiting_run_left_is_taken_over_by_a_sibling_and_given_back() -> None:
    run = rows.started_run()
    first = claim(run)
    first.leave_unknown("Zuora did not answer.")
    run.retry_later(message="Zuora did not answer.", now=NOW)
    sibling = sibling_of(run)
    taken = claim(sibling)
    assert (taken.inherited, taken.idempotency_key) == (True, first.idempotency_key)
    run.start(now=NOW)
    with pytest.raises(IntentHeld):
        claim(run)
    with pytest.raises(RunSuperseded):
        first.fail("late", now=NOW)
    taken.leave_unknown("Zuora did not answer.")
    sibling.retry_later(message="Zuora did not answer.", now=NOW)
    assert claim(run).idempotency_key == first.idempotency_key


ASYNC = {"noun": "order", "key": "00000101", "is_asynchronous": True}


def left_behind(*, job_id: str = "") -> tuple[SyncRun, WriteIntent]:
    """An asynchronous order's intent as a run that died left it, and the next attempt of the run."""
    run = rows.started_run()
    left = claim(run, **ASYNC)
    if job_id:
        left.keep_job(job_id)
    return next_attempt(run), left


def test_a_job_is_stored_at_once() -> None:
    left_behind(job_id="job-7")
    stored = WriteIntent.objects.get()
    assert (stored.is_asynchronous, stored.job_id, stored.state) == (True, "job-7", "open")


@pytest.mark.parametrize(
    ("digest", "age", "differs", "is_expired"),
    [
        ("d1", timedelta(hours=1), False, False),
        ("d2", timedelta(hours=1), True, False),
        ("d1", timedelta(hours=24), False, True),
        ("d2", timedelta(hours=24), True, True),
    ],
)
def test_a_job_is_taken_over_with_key_and_payload_however_old(
    digest: str, age: timedelta, differs: bool, is_expired: bool
) -> None:
    run, left = left_behind(job_id="job-7")
    taken = claim(run, **ASYNC, digest=digest, now=NOW + age)
    assert (taken.inherited, taken.job_id, taken.idempotency_key) == (True, "job-7", left.idempotency_key)
    assert (taken.payload_digest, taken.key_issued_at) == ("d1", NOW)
    assert (taken.differs, taken.is_expired) == (differs, is_expired)


@pytest.mark.parametrize(
    ("changed", "age", "keeps", "differs"),
    [
        ({}, timedelta(hours=1), True, False),
        ({"digest": "d2"}, timedelta(hours=1), True, True),
        ({"is_asynchronous": False}, timedelta(hours=1), True, True),
        ({}, timedelta(hours=24), False, False),
        ({"digest": "d2"}, timedelta(hours=24), False, True),
    ],
)
def test_what_may_have_a_job_nobody_knows_keeps_its_key_while_that_lives(
    changed: dict[str, Any], age: timedelta, keeps: bool, differs: bool
) -> None:
    run, left = left_behind()
    taken = claim(run, **{**ASYNC, **changed}, now=NOW + age)
    assert (taken.idempotency_key == left.idempotency_key) is keeps
    assert (taken.differs, taken.is_expired) == (differs, False)


def test_a_job_that_failed_leaves_nothing_for_the_next_intent() -> None:
    run, left = left_behind(job_id="job-7")
    left.fail("No.", now=NOW)
    assert claim(run, **ASYNC).job_id == ""


def test_a_settled_or_refused_record_starts_anew() -> None:
    run = rows.started_run()
    refused = claim(run)
    refused.fail("Zuora refused the name.\x00", now=NOW)
    assert (refused.state, refused.reason, refused.settled_at) == ("failed", "Zuora refused the name.␀", NOW)
    fresh = claim(run)
    assert not fresh.inherited
    assert fresh.idempotency_key != refused.idempotency_key
    fresh.settle({}, now=NOW)
    assert not claim(run).inherited
    assert WriteIntent.objects.count() == 3


def test_renewing_gives_a_fresh_key() -> None:
    intent = claim(rows.started_run())
    before = intent.idempotency_key
    intent.renew(now=NOW + timedelta(minutes=5))
    stored = WriteIntent.objects.get()
    assert stored.idempotency_key == intent.idempotency_key != before
    assert (stored.key_issued_at, stored.attempts) == (NOW + timedelta(minutes=5), 2)


def test_an_unknown_outcome_stays_live_with_its_reason() -> None:
    run = rows.started_run()
    claim(run).leave_unknown("Zuora did not answer.")
    stored = WriteIntent.objects.get()
    assert (stored.state, stored.reason, stored.settled_at) == ("unknown", "Zuora did not answer.", None)
    again = claim(run)
    assert (again.inherited, again.state) == (True, "open")


def test_settling_closes_and_links_everything_the_create_yielded() -> None:
    run = rows.started_run()
    intent = claim(run, key=ACME_CORP)
    intent.settle(
        {
            ("account", ACME_CORP): {"id": "8a1", "accountNumber": "A00000001"},
            ("contact", BILL_TO): {"id": "8b1"},
            ("product", "SEATS"): {"id": "8d1"},
        },
        now=NOW,
    )
    stored = WriteIntent.objects.get()
    assert (stored.state, stored.settled_at, intent.state) == ("settled", NOW, "settled")
    links = {(link.noun, link.key): (link.zuora_id, link.account) for link in RecordLink.objects.all()}
    assert links == {
        ("account", ACME_CORP): ("8a1", run.account),
        ("contact", BILL_TO): ("8b1", run.account),
        ("product", "SEATS"): ("8d1", None),
    }
    acme = Account.objects.get()
    assert (acme.zuora_id, acme.zuora_account_number) == ("8a1", "A00000001")


def test_a_parent_s_links_are_shown_under_the_parent_where_it_is_known() -> None:
    run = rows.started_run()
    unknown_parent = claim(run)
    unknown_parent.settle({("account", ACME_HOLDING): {"id": "8a0"}}, now=NOW)
    assert RecordLink.objects.get().account == run.account

    labs = rows.account(ACME_LABS, of=run.account.integration, name="Acme Labs")
    claim(run, key=ACME_LABS).settle({("contact", f"{ACME_LABS}:bill_to"): {"id": "8b2"}}, now=NOW)
    assert RecordLink.objects.get(noun="contact").account == labs


@pytest.mark.parametrize("are_known", [False, True])
def test_links_are_stored_in_the_same_order_whoever_stores_them(are_known: bool) -> None:
    """Two runs that store the same ones would each wait for the other."""
    run = rows.started_run()
    keys = [f"contact {number}" for number in range(6)]
    if are_known:
        for key in keys:
            RecordLink.objects.remember(run.account.integration, noun="contact", key=key, attributes={})
    intent = claim(run)

    with CaptureQueriesContext(connection) as seen:
        intent.settle({("contact", key): {"id": f"the {key}"} for key in reversed(keys)}, now=NOW)

    writes = [query["sql"] for query in seen if query["sql"].startswith(("INSERT", "UPDATE"))]
    assert re.findall(r"the (contact \d)", " ".join(writes)) == keys


def test_when_links_cannot_be_stored_the_intent_stays_open() -> None:
    intent = claim(rows.started_run())
    unstorable: Any = {"id": object()}
    with pytest.raises(TypeError):
        intent.settle({("account", ACME_HOLDING): {"id": "8a0"}, ("contact", "x"): unstorable}, now=NOW)
    assert WriteIntent.objects.get().state == "open"
    assert not RecordLink.objects.exists()


def test_an_overtaken_attempt_opens_nothing() -> None:
    orphan = rows.started_run()
    next_attempt(orphan)
    with pytest.raises(RunSuperseded):
        claim(orphan)
    assert not WriteIntent.objects.exists()


def test_a_closed_run_opens_nothing() -> None:
    run = rows.started_run()
    run.finish(message="", now=NOW)
    with pytest.raises(RunSuperseded):
        claim(run)


@pytest.mark.parametrize("write", ["fail", "leave_unknown", "renew"])
def test_an_overtaken_attempt_cannot_close_what_its_successor_sends_under_a_new_key(write: str) -> None:
    run = rows.started_run()
    orphaned = claim(run)
    taken = claim(next_attempt(run), digest="d2")
    writes = {
        "fail": lambda: orphaned.fail("refused", now=NOW),
        "leave_unknown": lambda: orphaned.leave_unknown("no answer"),
        "renew": lambda: orphaned.renew(now=NOW),
    }
    with pytest.raises(RunSuperseded, match="taken over by another attempt"):
        writes[write]()
    stored = WriteIntent.objects.get()
    assert (stored.state, stored.idempotency_key) == ("open", taken.idempotency_key)


def test_an_overtaken_attempt_that_heard_yes_is_believed() -> None:
    run = rows.started_run()
    orphaned = claim(run)
    taken = claim(next_attempt(run), digest="d2")
    orphaned.settle({("account", ACME_HOLDING): {"id": "8a0"}}, now=NOW)
    taken.settle({("account", ACME_HOLDING): {"id": "8a0"}}, now=NOW)
    assert RecordLink.objects.get().zuora_id == "8a0"
    assert WriteIntent.objects.get().state == "settled"


def test_an_intent_names_its_record_and_state() -> None:
    assert str(claim(rows.started_run())) == f"Create account {ACME_HOLDING} (open)"


@pytest.mark.django_db(transaction=True)
def test_of_runs_that_claim_at_the_same_moment_one_gets_it() -> None:
    """Sixteen siblings that all miss their parent: the measured way to sixteen parents."""
    there = rows.integration()
    runs = [
        rows.started_run(rows.account(f"0010000000001{number:02}AAA", of=there)) for number in range(10, 26)
    ]
    barrier = Barrier(len(runs))

    def race(run: SyncRun) -> bool:
        try:
            barrier.wait(timeout=30)
            return not claim(run).inherited
        except IntentHeld:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(runs)) as pool:
        won = list(pool.map(race, runs))
    assert won.count(True) == 1
    assert WriteIntent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_requests_at_the_same_moment_one_opens_a_run() -> None:
    acme = rows.account()
    barrier = Barrier(8)

    def race(_: int) -> bool:
        try:
            barrier.wait(timeout=30)
            SyncRun.objects.request(acme, kind="sync", trigger="admin")
        except RunAlreadyOpen:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(race, range(8))).count(True) == 1


def _left_unknown() -> WriteIntent:
    run = rows.started_run()
    intent = claim(run)
    intent.leave_unknown("Zuora did not answer.")
    run.fail(message="", who_acts="", now=NOW)
    return WriteIntent.objects.get()


def test_a_person_holds_what_nobody_has_and_the_dead_write_no_more() -> None:
    orphan = _left_unknown()
    held = WriteIntent.objects.get()
    held.hold_for_look_up()
    assert (held.state, held.attempts) == ("unknown", 2)
    for write in (orphan.leave_unknown, lambda reason: orphan.fail(reason, now=NOW)):
        with pytest.raises(RunSuperseded):
            write("Late.")
    assert WriteIntent.objects.get().reason == "Zuora did not answer."


@pytest.mark.parametrize("status", ["queued", "running", "retrying"])
def test_a_person_does_not_get_what_an_open_run_has(status: str) -> None:
    intent = _left_unknown()
    SyncRun.objects.update(status=status)
    with pytest.raises(IntentHeld, match="The run of Acme Corp has it"):
        intent.hold_for_look_up()
    assert WriteIntent.objects.get().attempts == 1


def test_a_person_does_not_reopen_what_is_closed() -> None:
    intent = _left_unknown()
    WriteIntent.objects.update(state="settled")
    with pytest.raises(IntentHeld, match="closed already"):
        intent.hold_for_look_up()


def test_what_a_person_found_is_stored_with_its_link_and_their_name() -> None:
    intent = _left_unknown()
    otto = User.objects.create(username="otto")
    intent.hold_for_look_up()
    found = {("account", ACME_HOLDING): {"id": "8ac0"}}
    intent.resolve("settled", "Found.", by=otto, links=found, now=NOW)
    stored = WriteIntent.objects.get()
    assert (stored.state, stored.reason, stored.resolved_by, stored.resolved_at, stored.settled_at) == (
        "settled",
        "Found.",
        otto,
        NOW,
        NOW,
    )
    assert RecordLink.objects.get().attributes == {"id": "8ac0"}


def test_a_run_that_took_it_over_is_not_crossed_and_no_link_is_stored() -> None:
    intent = _left_unknown()
    intent.hold_for_look_up()
    claim(sibling_of(intent.run or rows.started_run()))
    with pytest.raises(RunSuperseded):
        intent.resolve(
            "settled",
            "Found.",
            by=User.objects.create(username="otto"),
            links={("account", "a"): {"id": "b"}},
            to_check="Compare the two.",
            now=NOW,
        )
    assert not RecordLink.objects.exists()
    assert not Account.objects.exclude(to_check="").exists()
    assert WriteIntent.objects.get().state == "open"


def test_an_intent_remembers_its_account_when_its_run_is_gone() -> None:
    run = rows.started_run()
    claim(run, sought={"title": "Account Acme Holding"})
    run.delete()
    stored = WriteIntent.objects.get()
    assert (str(stored.owner), stored.record.title) == ("Acme Corp", "Account Acme Holding")
