"""How an account stands once a sync of it has ended.

It shows the outcome of the last sync, but is not green while something that a run told somebody to look at himself waits: the
next sync, perhaps one by night, finds everything in step, and a customer may be billed wrongly all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from connector.domain import to_check
from connector.models.accounts import Account
from connector.models.run_states import CARRIED_OUT, OUTCOMES, RunKind, RunStatus

LOOKED_AT = "What was to be looked at has been."


def after(
    account: Account, status: RunStatus, *, message: str, told: Iterable[str], now: datetime
) -> dict[str, Any]:
    """What the row shows when a sync has ended so and told these things; the row is locked until the transaction ends."""
    row = Account.objects.select_for_update().filter(pk=account.pk)
    kept = to_check.added(row.values_list("to_check", flat=True).get(), told, now=now)
    outcome = OUTCOMES.get(status) or _outcome(account)
    return {"to_check": kept, **_shown(outcome, message, kept)}


def looked_at(account: Account, seen: str) -> str:
    """Somebody says that he has looked at what the page showed him under that digest: it is taken off, and what a run added since
    stays. The lines taken off; empty, and nothing done, where the account does not hold them any more."""
    with transaction.atomic():
        row = Account.objects.select_for_update().filter(pk=account.pk).first()
        looked, left = to_check.parted(row.to_check if row else "", seen)
        if row is None or not looked:
            return ""
        row.to_check = left
        if row.last_outcome != Account.Outcome.RUNNING:  # else the run says it when it ends
            for field, value in _shown(_outcome(row), _message(row, left), left).items():
                setattr(row, field, value)
        row.save(update_fields=("to_check", "last_outcome", "last_message"))
    return looked


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


def _message(account: Account, left: str) -> str:
    """That of the last sync, without asking for what has been done by now."""
    run = account.shown_run()
    if run is None:
        return account.last_message
    told = run.to_check()
    if left or not told:
        return run.message
    if to_check.is_all(run.message, told):
        return f"{LOOKED_AT} The next sync says how the account stands."
    return f"{run.message} {LOOKED_AT}"
