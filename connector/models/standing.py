"""How an account stands once a sync of it has ended.

It shows the outcome of the last sync, but is not green while something that a run told somebody to look at himself waits: the
next sync, perhaps one by night, finds everything in step, and a customer may be billed wrongly all the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from connector.domain import to_check
from connector.domain.to_check import LOOKED_AT, Told
from connector.models.accounts import Account
from connector.models.run_states import CARRIED_OUT, OUTCOMES, RunKind, RunStatus

if TYPE_CHECKING:
    from connector.models.runs import SyncRun

_PRESS_RESYNC = "Press Resync, which says how the account stands."


def keep(account_id: int, told: Told, *, at: datetime) -> None:
    """What a run tells somebody to look at, within the transaction that logs it. The account has it at once and not when the run
    ends: what somebody looks at while it goes on does not come back."""
    row = Account.objects.select_for_update().filter(pk=account_id)
    for kept in row.values_list("to_check", flat=True):
        row.update(to_check=to_check.added(kept, told, at=at))


def show(account_id: int, told: Told, *, at: datetime) -> None:
    """As `keep`, of what no run tells: within the transaction of what it is about, and the account is not green from now on."""
    row = Account.objects.select_for_update().filter(pk=account_id).first()
    if row is not None:
        row.to_check = to_check.added(row.to_check, told, at=at)
        _store(row)


def after(run: SyncRun) -> dict[str, Any]:
    """What the row of its account shows when a sync has ended so; the row is locked until the transaction ends."""
    row = Account.objects.select_for_update().filter(pk=run.account_id)
    kept = row.values_list("to_check", flat=True).get()
    outcome = OUTCOMES.get(RunStatus(run.status)) or _outcome(run.account)
    return _shown(outcome, _message(run, kept), kept)


def looked_at(account: Account, seen: str) -> Told | None:
    """Somebody says that he has looked at what the page showed him under that digest: it is taken off, and all else stays. What was
    taken off; None, and nothing done, where the account does not hold it, or a run told it anew since."""
    with transaction.atomic():
        row = Account.objects.select_for_update().filter(pk=account.pk).first()
        looked, left = to_check.parted(row.to_check if row else "", seen)
        if row is None or looked is None:
            return None
        row.to_check = left
        _store(row)
    return looked


def _store(row: Account) -> None:
    """What it keeps by now, and how it stands with that."""
    if row.last_outcome != Account.Outcome.RUNNING:  # else the run says it when it ends
        run = row.shown_run()
        message = _message(run, row.to_check) if run else row.last_message
        for field, value in _shown(_outcome(row), message, row.to_check).items():
            setattr(row, field, value)
    row.save(update_fields=("to_check", "last_outcome", "last_message"))


def _shown(outcome: Account.Outcome, message: str, kept: str) -> dict[str, Any]:
    """What was not carried out or was only in part says so itself."""
    if kept and outcome not in Account.FAILURES:
        outcome, message = Account.Outcome.PARTIAL, f"{to_check.reminder(kept)} {message}".rstrip()
    return {"last_outcome": outcome, "last_message": message}


def _outcome(account: Account) -> Account.Outcome:
    """Of the last sync that was carried out: what a cancelled one leaves standing."""
    ended = account.runs.filter(kind=RunKind.SYNC, status__in=CARRIED_OUT).order_by("-finished_at")
    status = ended.values_list("status", flat=True).first()
    return OUTCOMES[RunStatus(status)] if status else Account.Outcome.NEVER


def _message(run: SyncRun, kept: str) -> str:
    """The run's, without asking for what has been done by now."""
    told = run.told()
    keys = {each.key for each in to_check.lines(kept)}
    if run.status == RunStatus.SUCCEEDED or all(each.key in keys for each in told):
        return run.message
    if not to_check.is_all(run.message, [each.message for each in told]):
        return run.message if kept else f"{run.message} {LOOKED_AT}"
    return to_check.reminder(kept) or f"{LOOKED_AT} {_PRESS_RESYNC}"
