"""Add account: search Salesforce as one types, and take an account into the list.

Searching only reads. Adding needs no remote at all: where Salesforce is down, an id typed whole can still be added, and
the first sync brings the name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from connector import jobs
from connector.admin import triggers
from connector.admin.pages import page, row_key, who_acts
from connector.domain import ids
from connector.errors import ConnectorError, RecordError
from connector.models import Account, Integration, SyncRun

if TYPE_CHECKING:
    from connector.admin.accounts import AccountAdmin

SHORTEST_SEARCH = 2
LONGEST_SEARCH = 255


def add_account(owner: AccountAdmin, request: HttpRequest) -> HttpResponse:
    """The page by GET, the adding by POST."""
    if not owner.has_add_permission(request):
        raise PermissionDenied
    if request.method == "POST":
        return _add(owner, request)
    return page(
        owner,
        request,
        "connector/add_account.html",
        title="Add account",
        integrations=list(Integration.objects.order_by("name")),
        chosen=request.GET.get("integration", ""),
    )


def search_results(owner: AccountAdmin, request: HttpRequest) -> HttpResponse:
    """The piece of the page below the search field."""
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    if not owner.has_add_permission(request):
        raise PermissionDenied
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    integration = _integration(request.GET.get("integration", ""))
    shown: dict[str, Any] = {
        "text": text,
        "integration": integration,
        "can_sync": request.user.has_perm(triggers.SYNC),
    }
    if integration is None or len(text) < SHORTEST_SEARCH:
        return render(request, "connector/add_results.html", shown)
    try:
        found = jobs.search_accounts(integration, text)
    except ConnectorError as error:
        return render(
            request,
            "connector/add_results.html",
            {**shown, "error": error, "who_acts": who_acts(error.who_acts), "typed_id": _typed_id(text)},
        )
    known = Account.objects.filter(
        integration=integration, salesforce_id__in=[each.salesforce_id for each in found if each.known]
    )
    pages = {account.salesforce_id: account.pk for account in known}
    results = [(each, pages.get(each.salesforce_id)) for each in found]
    return render(request, "connector/add_results.html", {**shown, "results": results, "is_searched": True})


def _add(owner: AccountAdmin, request: HttpRequest) -> HttpResponse:
    integration = _integration(request.POST.get("integration", ""))
    if integration is None:
        messages.error(request, "Choose an integration.")
        return HttpResponseRedirect(reverse("admin:connector_account_add"))
    try:
        account = _take(owner, request, integration)
    except RecordError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("admin:connector_account_add"))
    if "sync" in request.POST and request.user.has_perm(triggers.SYNC):
        return triggers.start(request, account, kind=SyncRun.Kind.SYNC)
    return HttpResponseRedirect(reverse("admin:connector_account_change", args=[account.pk]))


def _take(owner: AccountAdmin, request: HttpRequest, integration: Integration) -> Account:
    """The account's row, as it is where there is one. Raises RecordError for what is no account id."""
    salesforce_id = ids.expect(request.POST.get("salesforce_id", ""))
    known = Account.objects.filter(integration=integration, salesforce_id=salesforce_id).first()
    if known is not None:
        messages.info(request, f"“{known}” was in the list already.")
        return known
    account = Account.objects.remember(integration, salesforce_id, name=request.POST.get("name", ""))
    owner.log_addition(request, account, [{"added": {}}])
    messages.success(request, f"Added “{account}”.")
    return account


def _integration(key: str) -> Integration | None:
    pk = row_key(key)
    return Integration.objects.select_related("salesforce").filter(pk=pk).first() if pk is not None else None


def _typed_id(text: str) -> str:
    """The account id in 18 characters, where the text is one."""
    try:
        return ids.expect(text)
    except RecordError:
        return ""
