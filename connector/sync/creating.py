"""Creating one record in Zuora, never twice: an intent is committed before the call and settled with the link after it.

    claim the intent -> [look up, where an earlier run left it open] -> POST with its idempotency key -> settle

A definite refusal closes the intent (Zuora keeps a failure for 24 hours under its key, so the next try gets a new one); where
an earlier attempt may have made the record, it is looked up before.
A passing refusal (lock, limit) is repeated with a new key, which is stored before anything else: a run that inherited the old
one would only hear the refusal again. No readable answer means "unknown": the record is looked up and, only if absent, sent
again under the same key, whose stored answer Zuora replays; until that is resolved the key stays. Where that answer is a
failure, or the record was changed in Salesforce since, the key is of no use: a look-up that finds nothing is believed once the
last request is so old that what it made is sure to be found.

An asynchronous order becomes a job: its id is kept on the intent before it is polled, and a later run polls that job. Such an
order cannot be found by its number before its job has ended, so while its key lives nothing else is sent for it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from connector.clients.zuora.errors import is_kept_under_key
from connector.domain import JSON
from connector.domain.open_writes import DOUBT_LIFE, age_in_words
from connector.domain.operations import Operation
from connector.domain.sought import sought
from connector.errors import ConnectorError, RemotePaused, RemoteRejected, RemoteUnavailable
from connector.sync import wording
from connector.sync.found_orders import Made, adopted
from connector.sync.journal import Entry, Halted, Intent, IntentBusy, Step
from connector.sync.order_jobs import JobFailed, JobLost, Patience, StillAtIt, follow
from connector.sync.rendering import digest
from connector.sync.sending import FIND, SEND, Yield, find_by_number
from connector.sync.services import Services

ATTEMPTS = 3
PAUSE = 1.0
"""Seconds before a create is looked up or repeated; a stated Retry-After that is longer counts instead."""
PATIENCE = 30.0
"""A longer Retry-After is left to the job, which waits without holding a worker."""
BUSY_LOOKS = 40
BUSY_PAUSE = 0.5
BUSY_RETRY = 15.0
"""Seconds until a run that found another one at work on a record looks again."""


class HeldElsewhere(RemotePaused, StillAtIt):
    """Another run is creating the record: this one waits, which is no failed try."""


def create(services: Services, operation: Operation, payload: JSON, *, patience: Patience) -> Made:
    """Create the record of `operation` (references resolved) and return what is now known of it. `patience` is what the
    run has left for asynchronous orders.

    Raises RemoteRejected, RecordError, ConfigError (nothing was created) or RemoteUnavailable (try again later).
    """
    intent = _claim(services, operation, payload)
    if isinstance(intent, Intent) and intent.job_id:
        intent = _resume(services, operation, payload, intent, patience)
    if isinstance(intent, Made):
        return intent
    if intent.inherited and (found := _look_up(services, operation, payload, intent)):
        return _adopt(services, operation, intent, found)
    if intent.held_s:
        raise _held_back(services, operation, intent)
    return _send(services, operation, payload, intent, patience)


def _send(
    services: Services, operation: Operation, payload: JSON, intent: Intent, patience: Patience
) -> Made:
    in_doubt = intent.inherited
    for attempt in range(1, ATTEMPTS + 1):
        try:
            sent = _sent(services, operation, payload, intent)
        except RemoteUnavailable as error:
            # Doubt about an earlier attempt is not lifted by another that did not come through: a lock, a limit or a dead
            # line says nothing of what Zuora made of the first. A second key would be a second record.
            in_doubt = in_doubt or error.outcome_unknown
            if attempt == ATTEMPTS or (error.retry_after or 0) > PATIENCE:
                _give_up(services, operation, intent, error, in_doubt=in_doubt)
                raise
            if not in_doubt:
                intent = services.intents.renew(intent)
            services.wait(max(error.retry_after or 0, PAUSE * attempt))
            services.journal.beat()
            if isinstance(error, RemotePaused) and not in_doubt:
                continue
            if found := _look_up(services, operation, payload, intent, in_doubt=in_doubt):
                return _adopt(services, operation, intent, found)
        except ConnectorError as error:
            if found := _look_behind(services, operation, payload, intent, error, in_doubt=in_doubt):
                return _adopt(services, operation, intent, found)
            _give_up(services, operation, intent, error, in_doubt=in_doubt and not _is_zuoras_word(error))
            raise
        else:
            if isinstance(sent, str):
                own = replace(services.intents.keep_job(intent, sent), inherited=False, differs=False)
                return _follow(services, operation, own, patience)
            services.intents.settle(intent, sent)
            return Made(sent)
    raise AssertionError("the last attempt returns or raises")


def _sent(services: Services, operation: Operation, payload: JSON, intent: Intent) -> Yield | str:
    """As SEND. What stops it at the gate stops it before it leaves: a pause, a worker that is asked to stop, a switch."""
    services.intents.sending(intent)
    try:
        return SEND[operation.key.noun](services, operation, payload, intent.idempotency_key)
    except (RemotePaused, Halted):
        services.intents.not_sent(intent)
        raise


def _look_behind(
    services: Services,
    operation: Operation,
    payload: JSON,
    intent: Intent,
    error: ConnectorError,
    *,
    in_doubt: bool,
) -> Yield:
    """What Zuora holds although it refused: the very attempt whose answer is missing may have made it, and taken our number.

    Which refusal means a taken number is not documented, so every one of an account with a number of ours is looked behind.
    """
    number = sought(operation, payload).account_number
    if not _is_zuoras_word(error) or not (in_doubt or number):
        return {}
    try:
        found = _look_up(services, operation, payload, intent, in_doubt=in_doubt)
    except RemoteUnavailable as unavailable:
        if not in_doubt:
            unavailable.message = (
                f"{error.message} Whether Zuora has it already could not be looked up: {unavailable.message}"
            )
            unavailable.args = (unavailable.message,)
        raise
    if number and not found:
        advice = f"Should Zuora mean its number: {number} is our own. It must be free, and not begin with the prefix of Zuora's numbers."
        error.message = f"{error.message} {advice}"
        error.args = (error.message,)
    return found


def _claim(services: Services, operation: Operation, payload: JSON) -> Intent | Made:
    """The intent, or what another run made of the same record since it was planned."""
    for _ in range(BUSY_LOOKS):
        try:
            intent = services.intents.claim(
                operation.key,
                digest(payload),
                is_asynchronous=operation.is_asynchronous,
                sought=sought(operation, payload),
            )
        except IntentBusy:
            services.wait(BUSY_PAUSE)
            services.journal.beat()
            continue
        if link := services.links.get(operation.key):
            # Another run has settled since this one planned; it stored the link before it let go of the intent.
            made = adopted(services, operation, {operation.key: dict(link)}, wording.BY_ANOTHER_RUN, intent)
            services.intents.settle(intent, made.known)
            return made
        return intent
    raise HeldElsewhere(
        "another run is creating it.",
        system="Zuora",
        code="held",
        record=operation.salesforce_id,
        retry_after=BUSY_RETRY,
    )


def _is_zuoras_word(error: ConnectorError) -> bool:
    """Only Zuora's own numbered refusal of this very request says that nothing came of its idempotency key; a login that
    fails or a redirect does not."""
    return isinstance(error, RemoteRejected) and error.system == "Zuora" and bool(error.code)


def _give_up(
    services: Services, operation: Operation, intent: Intent, error: ConnectorError, *, in_doubt: bool
) -> None:
    if not in_doubt:
        services.intents.fail(intent, str(error))
        return
    is_answered = isinstance(error, RemoteUnavailable) and is_kept_under_key(error)
    is_answered &= (
        not operation.is_asynchronous
    )  # its job may be at work for longer than any look-up can tell
    services.intents.leave_unknown(intent, str(error), is_answered=is_answered)
    if is_answered and isinstance(error, RemoteUnavailable):
        error.retry_after = max(error.retry_after or 0.0, DOUBT_LIFE.total_seconds())


def _look_up(
    services: Services, operation: Operation, payload: JSON, intent: Intent, *, in_doubt: bool = True
) -> Yield:
    """What Zuora holds under the natural key, or under the account number an earlier request gave; empty where nothing. An intent
    in doubt stays open if this fails, too."""
    wanted = sought(operation, payload)
    try:
        if found := FIND[operation.key.noun](services.zuora, wanted):
            return found
        if intent.earlier_number and intent.earlier_number != wanted.account_number:
            return find_by_number(services.zuora, replace(wanted, account_number=intent.earlier_number))
        return {}
    except ConnectorError as error:
        if in_doubt:
            services.intents.leave_unknown(intent, str(error))
        else:
            services.intents.fail(intent, str(error))
        raise


def _adopt(services: Services, operation: Operation, intent: Intent, found: Yield) -> Made:
    how = wording.found(operation, found, differs=intent.differs)
    made = adopted(services, operation, found, how, intent)
    services.intents.settle(intent, found)
    return made


def _held_back(services: Services, operation: Operation, intent: Intent) -> StillAtIt:
    """Zuora may be at another version of this record. Its key cannot be repeated with these values, and a new key could
    make a second one: only time tells."""
    is_long = intent.held_s > DOUBT_LIFE.total_seconds()
    if is_long:
        told = (
            "an earlier run sent it to be created in the background, and whether Zuora is still at that is not known; it was "
            "changed in Salesforce since. It is looked up with every run and used once Zuora shows it. Where Zuora never does, "
            "it is sent as it is now 24 hours after it was first sent, and not before, so that no second order is made."
        )
    else:
        left = age_in_words(timedelta(seconds=intent.held_s))
        told = (
            "what an earlier run sent was not answered, or with a failure, and cannot be repeated as it was. Zuora does not show it, and "
            f"may still be at it: in {left} it is looked up again, and sent as it is now if it is not there."
        )
    wait = None if is_long else intent.held_s
    error = StillAtIt(told, system="Zuora", record=operation.salesforce_id, retry_after=wait)
    error.held_s = intent.held_s
    services.intents.leave_unknown(intent, str(error))
    return error


def _follow(services: Services, operation: Operation, intent: Intent, patience: Patience) -> Made:
    """Wait for the job of `intent`. However this ends but for a definite failure, the intent stays open with its job."""
    try:
        link = follow(services, operation, intent.job_id, patience)
    except JobFailed as error:
        services.intents.fail(intent, str(error))
        raise
    except ConnectorError as error:
        services.intents.leave_unknown(intent, str(error))
        raise
    made = Made({operation.key: link})
    if intent.inherited:
        made = adopted(services, operation, made.known, wording.BY_ITS_JOB, intent)
    services.intents.settle(intent, made.known)
    return made


def _resume(
    services: Services, operation: Operation, payload: JSON, intent: Intent, patience: Patience
) -> Intent | Made:
    """What came of the job an earlier run left behind; where nothing ever will, an intent to send what is wanted now."""
    try:
        return _follow(services, operation, intent, patience)
    except JobFailed as error:
        told: RemoteRejected = error
    except JobLost as error:
        if not intent.is_expired:
            raise
        services.intents.fail(intent, str(error))
        told = error
    services.journal.write(
        Entry(
            Step.APPLY,
            f"{operation.title} is sent anew. Of the job an earlier run had started came nothing: {told.message}",
            noun=operation.key.noun,
            record=operation.title,
            salesforce_id=operation.salesforce_id,
        )
    )
    return _claim(services, operation, payload)
