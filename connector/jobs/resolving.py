"""*Resolve by looking up*: what came of creates whose end is open, asked of Zuora while somebody waits. Reads only.

    found                    settled with its link; what is to be looked at of an order its account keeps
    an order not carried out stays open: that its sync is told of it again
    absent, key is alive     stays open: Zuora may still show it, and a sync repeats it safely
    absent, nothing can come closed as failed, also where nothing was sent; the next sync creates the record
    cannot be told           stays open, with the reason

Short timeouts, no retries; where Zuora does not answer, it is not asked about the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connector.clients.zuora import ZuoraClient
from connector.domain import JSON, order_standing
from connector.domain.operations import Noun
from connector.domain.orders import order_link
from connector.domain.personal import Mask
from connector.domain.values import cleaned
from connector.errors import ConnectorError, RemoteUnavailable
from connector.jobs.asking import impatient
from connector.jobs.shared_tokens import SharedTokens
from connector.models import Integration, IntentHeld, RunSuperseded, WriteIntent
from connector.sync.sending import FIND, Yield

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST = 20
"""How many are looked up at a time: somebody waits."""
_STATE = WriteIntent.State


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a look-up came to; `sentence` names the record and says what is next. `is_asked` is false where nothing was changed."""

    intent: WriteIntent
    sentence: str
    is_closed: bool = False
    is_asked: bool = True


@dataclass(frozen=True, slots=True)
class _Outcome:
    state: str
    sentence: str
    found: Yield | None = None
    is_to_check: bool = False
    """Somebody shall look at it himself, and no sync tells it."""


def resolve(intents: Iterable[WriteIntent], *, by: User) -> list[Resolution]:
    """One answer for each of the first MOST intents. Never raises for what a remote says."""
    chosen = list(intents)[:MOST]
    return [
        told
        for integration in dict.fromkeys(each.integration for each in chosen)
        for told in _of(integration, [each for each in chosen if each.integration == integration], by=by)
    ]


def _of(integration: Integration, intents: list[WriteIntent], *, by: User) -> list[Resolution]:
    tenant = integration.zuora
    told: list[Resolution] = []
    try:
        with ZuoraClient(tenant.credentials(), impatient(), SharedTokens(tenant)) as zuora:
            for intent in intents:
                told.append(_resolved(zuora, intent, by=by))
    except ConnectorError as error:  # nothing of the rest could be asked either
        rest = intents[len(told) :]
        told += [Resolution(each, f"{each.record.title}: {error.message}", is_asked=False) for each in rest]
    return told


def _resolved(zuora: ZuoraClient, intent: WriteIntent, *, by: User) -> Resolution:
    """Raises RemoteUnavailable: what came of the intent is as unknown as before."""
    title = intent.record.title
    try:
        intent.hold_for_look_up()
        outcome = _looked_up(zuora, intent)
        plain = {(str(key.noun), key.value): link for key, link in (outcome.found or {}).items()}
        sentence = _shown(intent.integration, outcome.sentence)
        to_check = f"{title}: {sentence}" if outcome.is_to_check else ""
        intent.resolve(outcome.state, sentence, by=by, links=plain, to_check=to_check, now=datetime.now(UTC))
    except (IntentHeld, RunSuperseded) as held:
        return Resolution(intent, f"{title}: {held}", is_asked=False)
    return Resolution(intent, f"{title}: {sentence}", is_closed=outcome.state != _STATE.UNKNOWN)


def _looked_up(zuora: ZuoraClient, intent: WriteIntent) -> _Outcome:
    sought = intent.record
    if sought.key.noun is Noun.CONTACT and not sought.zuora_account_id:
        return _Outcome(
            _STATE.UNKNOWN, "Whose contact it is was not noted: sync its account, which looks it up."
        )
    try:
        if intent.job_id and (told := _of_job(zuora, intent)) is not None:
            return told
        found = FIND[sought.key.noun](zuora, sought)
    except RemoteUnavailable:
        raise
    except ConnectorError as error:
        return _Outcome(_STATE.UNKNOWN, f"Looked up, and not settled: {error.message}")
    if found:
        return _came(f"Found in Zuora ({_named(found, intent)})", found, intent)
    return _absent(intent)


def _of_job(zuora: ZuoraClient, intent: WriteIntent) -> _Outcome | None:
    """None where Zuora does not know the job any more: the order itself is to be looked up."""
    job = zuora.get_job(intent.job_id)
    if job is None:
        return None
    if job["status"] == "Failed":
        said = cleaned(str(job.get("errors") or ""), multiline=False).rstrip(". ") or "no reason given"
        return _Outcome(_STATE.FAILED, f"Zuora's job {intent.job_id} failed, nothing was created: {said}.")
    if job["status"] == "Completed":
        if found := _made(zuora, intent, job.get("result") or {}):
            return _came(f"Zuora's job {intent.job_id} has created it", found, intent)
        return _Outcome(
            _STATE.UNKNOWN,
            f"Zuora says that its job {intent.job_id} has created it, and shows no such order yet. Look again later.",
        )
    return _Outcome(_STATE.UNKNOWN, f"Zuora is still creating it (job {intent.job_id}). Look again later.")


def _made(zuora: ZuoraClient, intent: WriteIntent, made: JSON) -> Yield:
    """Where the job left it short of its end, what has come of it since."""
    is_done = bool(made.get("orderNumber")) and order_standing.is_carried_out(made)
    return {intent.record.key: order_link(made)} if is_done else FIND[Noun.ORDER](zuora, intent.record)


def _came(how: str, found: Yield, intent: WriteIntent) -> _Outcome:
    """Every sync compares accounts and contacts; orders none does once they are settled."""
    if intent.noun != Noun.ORDER:
        return _Outcome(_STATE.SETTLED, f"{how}; it is used.", found)
    link = found[intent.record.key]
    status = link.get("status") or "unknown"
    if order_standing.is_withdrawn(link):
        return _Outcome(_STATE.SETTLED, f"{how}, with the status {status}: nothing is billed by it.", found)
    if not order_standing.is_carried_out(link):
        return _Outcome(
            _STATE.UNKNOWN, f"{how}, with the status {status}: {_not_carried_out(status, intent)}"
        )
    if intent.vanished_at is None:
        told = f"{how} ({status}); it is used. It is not compared with Salesforce: compare the two."
    else:
        told = (
            f"{how} ({status}), and bills it, or will. Salesforce did not show it any more: take it back in Zuora if it is not wanted, "
            "for no sync tells of it from now on. Do not cancel subscriptions that other orders opened: take its change back there "
            "(quantity, price, term or end)."
        )
    return _Outcome(_STATE.SETTLED, told, found, is_to_check=True)


def _not_carried_out(status: str, intent: WriteIntent) -> str:
    """It stays open also where nobody knows yet that Salesforce does not show it: a sync that has it in its plan settles it."""
    if intent.vanished_at is None:
        return "it is not carried out. It stays open: sync its account, which says what to do."
    return f"{order_standing.advice_unshown(status)} It stays open, and every sync tells how it stands."


def _absent(intent: WriteIntent) -> _Outcome:
    write = intent.as_open(now=datetime.now(UTC))
    if write.is_over:
        then = (
            "Nothing came of it."
            if write.is_vanished
            else "The next sync creates it, where it is still to be carried."
        )
        return _Outcome(_STATE.FAILED, f"Zuora does not have it. {then}")
    then = (
        "Every sync looks it up again, and sends nothing."
        if write.is_vanished
        else "The next sync looks it up again before it sends anything."
    )
    return _Outcome(
        _STATE.UNKNOWN,
        f"Zuora does not show it yet. It stays open: what was sent may still appear. {then}",
    )


def _named(found: Yield, intent: WriteIntent) -> str:
    link = found[intent.record.key]
    return link.get("accountNumber") or link.get("orderNumber") or link["id"]


def _shown(integration: Integration, sentence: str) -> str:
    """Zuora may repeat in a refusal what it was sent."""
    return Mask().text(sentence) if integration.hide_personal_data else sentence
