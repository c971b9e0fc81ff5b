"""Starting runs and changing things from a page: POST only, with a permission of its own, one message.

A link can be followed by a prefetching browser or a pasted address; what starts a run or talks to a remote is
therefore always a button that posts. Buttons are hidden from whom they are refused to, and refused all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse

from connector import jobs
from connector.errors import ConfigError
from connector.models import Account, RunAlreadyOpen, SyncRun

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SYNC = "connector.sync_account"
PREVIEW = "connector.preview_account"
BULK_LIMIT = 200

View = Callable[..., HttpResponse]


def posted(permission: str) -> Callable[[View], View]:
    """A view of one row, `view(self, request, row)`, that does nothing but on a POST of somebody who may.

    A login in between comes back by GET: that leads to the row's page, where the button is.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(self: admin.ModelAdmin, request: HttpRequest, object_id: str, **_: Any) -> HttpResponse:
            if request.method == "GET":
                messages.warning(request, "Press the button again; nothing was started.")
                return _page_of(self, object_id)
            if request.method != "POST":
                return HttpResponseNotAllowed(["GET", "POST"])
            if not request.user.has_perm(permission):
                raise PermissionDenied
            row = self.get_object(request, unquote(object_id))
            if row is None:
                raise Http404
            return view(self, request, row)

        return guarded

    return decorate


def start(request: HttpRequest, account: Account, *, kind: str) -> HttpResponse:
    """Queue a run and go to its page, where it can be watched; an account that is being synced leads to that run."""
    try:
        run = _enqueue(request, account, kind)
    except RunAlreadyOpen as busy:
        messages.warning(request, str(busy))
        run = busy.run
    except ConfigError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("admin:connector_account_change", args=[account.pk]))
    return HttpResponseRedirect(run_address(run))


def start_many(request: HttpRequest, accounts: QuerySet[Account], *, kind: str) -> None:
    """Queue a run for each of up to 200 accounts, and sum up in one message."""
    chosen = list(accounts.select_related("integration")[: BULK_LIMIT + 1])
    if refusal := _refusal(chosen):
        messages.error(request, refusal)
        return
    started, busy, refused = 0, 0, []
    for account in chosen:
        try:
            _enqueue(request, account, kind)
            started += 1
        except RunAlreadyOpen:
            busy += 1
        except ConfigError as error:
            refused.append(str(error))
    level = messages.WARNING if busy or refused else messages.SUCCESS
    messages.add_message(request, level, _summary(kind, started, busy, refused))


def run_address(run: SyncRun) -> str:
    return reverse("admin:connector_syncrun_change", args=[run.pk])


def _page_of(owner: admin.ModelAdmin, object_id: str) -> HttpResponse:
    """`object_id` as it came, quoted."""
    name = f"admin:{owner.opts.app_label}_{owner.opts.model_name}_change"
    return HttpResponseRedirect(reverse(name, args=[object_id]))


def _enqueue(request: HttpRequest, account: Account, kind: str) -> SyncRun:
    enqueue = jobs.enqueue_sync if kind == SyncRun.Kind.SYNC else jobs.enqueue_preview
    # Whoever gets here passed the admin's login and a permission check.
    return enqueue(account, trigger=SyncRun.Trigger.ADMIN, requested_by=cast("User", request.user))


def _refusal(chosen: list[Account]) -> str:
    """Asked once beforehand: two hundred attempts at a queue that is away would take minutes."""
    if not chosen:
        return "None of these accounts failed last time. Nothing was started."
    if len(chosen) > BULK_LIMIT:
        return f"Choose up to {BULK_LIMIT} accounts at a time. Nothing was started."
    queue = jobs.queue_state()
    return "" if queue.reachable else f"{queue.message} Nothing was started."


def _summary(kind: str, started: int, busy: int, refused: list[str]) -> str:
    noun = "sync" if kind == SyncRun.Kind.SYNC else "preview"
    plural = f"{noun}s" if started != 1 else noun
    parts = [f"{started} {plural} started."]
    if busy:
        parts.append(f"{busy} of the accounts {'is' if busy == 1 else 'are'} being synced already.")
    if refused:
        parts.append(f"{len(refused)} refused: {refused[0]}")
    return " ".join(parts)
