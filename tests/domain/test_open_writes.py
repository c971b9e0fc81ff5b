"""What happens next with an open write: a sentence for every state."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from connector.domain.open_writes import Holder, OpenWrite, age_in_words, inherit, next_step

YOUNG, OLD = timedelta(hours=2), timedelta(hours=24)

NOBODY = "The next sync of Acme looks it up in Zuora and uses what is there. "
TABLE = [
    (
        {},
        NOBODY
        + "Only if there is nothing, it is sent: under the same key, which makes nothing twice (for 22 hours more), or under "
        "a new one if it was changed in Salesforce since.",
    ),
    ({"sent_age": None}, "Nothing was sent yet. The next sync of Acme sends it."),
    (
        {"sent_age": timedelta(minutes=3)},
        NOBODY
        + "Only if there is nothing, it is sent: under the same key, which makes nothing twice (for 22 hours more), or under "
        "a new one if it was changed in Salesforce since, but not within the next 7 minutes.",
    ),
    (
        {"is_answered": True, "sent_age": timedelta(minutes=3)},
        NOBODY
        + "Zuora answered with a failure, which it repeats under the same key: only if there is nothing, it is sent under a new "
        "one, but not within the next 7 minutes.",
    ),
    (
        {"key_age": OLD},
        NOBODY
        + "Only if there is nothing, it is sent as it is now, under a new key: the old one is past the 24 hours for which "
        "Zuora repeats its answer.",
    ),
    (
        {"is_asynchronous": True},
        "It was sent to be created in the background. "
        + NOBODY
        + "If there is nothing, it is sent again under the same key, which "
        "makes nothing twice; if it was changed in Salesforce since, it is held back for 22 hours more.",
    ),
    (
        {"is_asynchronous": True, "key_age": OLD, "sent_age": OLD},
        NOBODY
        + "Only if there is nothing, it is sent as it is now, under a new key: the old one is past the 24 hours for which "
        "Zuora repeats its answer.",
    ),
    (
        {"is_asynchronous": True, "job_id": "job-7"},
        "Zuora creates it in the background. The next sync of Acme asks for its job (job-7) and uses what that made. It is sent "
        "anew only where Zuora says that this job failed.",
    ),
    (
        {"is_asynchronous": True, "job_id": "job-7", "key_age": OLD, "sent_age": OLD},
        "Zuora creates it in the background. The next sync of Acme asks for its job (job-7) and uses what that made. It is sent "
        "anew only where Zuora says that this job failed, or does not know it any more.",
    ),
]


@pytest.mark.parametrize("job_id", ["", "job-7"])
def test_of_an_order_that_salesforce_does_not_show_nothing_is_promised_to_be_sent(job_id: str) -> None:
    write = OpenWrite(
        Holder.NOBODY, YOUNG, account="Acme", sent_age=YOUNG, job_id=job_id, is_guarded=True, is_vanished=True
    )
    told = next_step(write)
    assert "so nothing of it is sent. The next sync of Acme looks it up in Zuora and tells what to do" in told
    assert ("“Resolve by looking up” asks for its job (job-7)." in told) is bool(job_id)
    assert "key" not in told


@pytest.mark.parametrize(
    ("fields", "held"),
    [
        ({"sent_age": None}, timedelta(0)),
        ({"sent_age": timedelta(minutes=2)}, timedelta(minutes=3)),
        ({"sent_age": timedelta(minutes=5)}, timedelta(0)),
        ({"is_asynchronous": True}, timedelta(hours=22)),
        ({"job_id": "job-7"}, timedelta(hours=22)),
        ({"job_id": "job-7", "sent_age": OLD}, timedelta(0)),
    ],
)
def test_what_a_look_up_does_not_show_may_come_while_nothing_else_is_sent_for_it(
    fields: dict[str, Any], held: timedelta
) -> None:
    values = {"sent_age": YOUNG, "is_guarded": True, **fields}
    assert OpenWrite(Holder.NOBODY, YOUNG, **values).held == held


MINUTES = timedelta(minutes=1)


@pytest.mark.parametrize("job_id", ["", "job-7"])
def test_a_job_is_reckoned_with_for_a_day_after_the_last_request_and_not_after_the_first(job_id: str) -> None:
    repeated = OpenWrite(
        Holder.NOBODY,
        OLD + MINUTES,
        is_asynchronous=True,
        job_id=job_id,
        sent_age=3 * MINUTES,
        is_guarded=True,
    )
    assert not repeated.is_over
    heritage = inherit(repeated, differs=False)
    assert (heritage.gets_new_key, heritage.is_expired, heritage.held) == (False, False, OLD - 3 * MINUTES)
    late = replace(repeated, sent_age=OLD)
    assert late.is_over
    assert inherit(late, differs=False).gets_new_key is not bool(job_id)


def test_what_never_left_is_over_at_once() -> None:
    assert OpenWrite(Holder.NOBODY, YOUNG).is_over
    assert not OpenWrite(Holder.NOBODY, YOUNG, sent_age=YOUNG).is_over
    assert OpenWrite(Holder.NOBODY, OLD, sent_age=YOUNG).is_over
    assert not OpenWrite(Holder.NOBODY, OLD, sent_age=MINUTES).is_over


@pytest.mark.parametrize(("fields", "sentence"), TABLE)
def test_a_write_that_nobody_works_on(fields: dict[str, object], sentence: str) -> None:
    assert (
        next_step(
            OpenWrite(
                **{"holder": Holder.NOBODY, "key_age": YOUNG, "sent_age": YOUNG, "account": "Acme", **fields}
            )
        )
        == sentence
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("holder", "account", "is_shared", "who"),
    [
        (
            Holder.WORKER,
            "Acme",
            False,
            "The run of Acme is working on it. Should that end without an answer, its next attempt looks",
        ),
        (Holder.QUEUE, "Acme", False, "The run of Acme waits to go on. Its next attempt looks"),
        (Holder.NOBODY, "", False, "The next sync of its account looks"),
        (Holder.NOBODY, "Acme", True, "The next sync that needs it looks"),
    ],
)
def test_who_is_next(holder: Holder, account: str, is_shared: bool, who: str) -> None:
    write = OpenWrite(holder=holder, key_age=YOUNG, sent_age=YOUNG, account=account, is_shared=is_shared)
    assert next_step(write).startswith(who)


def test_no_sentence_promises_the_same_key_beyond_its_life() -> None:
    for holder, is_asynchronous, job_id in product(Holder, (True, False), ("", "job-7")):
        write = OpenWrite(
            holder=holder, key_age=OLD, sent_age=OLD, is_asynchronous=is_asynchronous, job_id=job_id
        )
        assert "same key" not in next_step(write)


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=-5), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(seconds=60), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=47), "1 day"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_an_age_in_words(age: timedelta, words: str) -> None:
    assert age_in_words(age) == words
