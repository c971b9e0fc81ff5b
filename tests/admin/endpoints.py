"""Every endpoint of the project as its URL resolver has it, and what each may answer: a new one belongs into `EXPECTED`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, URLResolver, get_resolver

from connector.domain.to_check import lines
from connector.models import SyncRun
from connector.models.stored_mappings import rows_of
from tests.admin.installation import SECRET, WORD, Installation
from tests.cast import ACME_CORP, ACME_HOLDING

FOUND, REFUSED, GONE, WRONG_METHOD, LEADS_ON = 200, 403, 404, 405, 302
NEW_PASSWORD = "analytical-engine-1843"


@dataclass(frozen=True, slots=True)
class Expected:
    """The status of a GET by a superuser, by staff who may view everything, and by staff who may do nothing.

    `form` is what makes a POST of a superuser change something, over what the page's own form holds; None: no POST does.
    `query` is what a GET asks. Functions in both are given the installation.
    `is_own`: it changes what belongs to whoever posts. `asks`: its GET asks a remote. `is_open`: it needs no login.
    `is_spare`: it is about the row that nothing else needs. `is_page`: what it shows is a whole page. `only_asks`:
    its POST asks a remote and changes nothing.
    """

    root: int = FOUND
    viewer: int = FOUND
    nobody: int = REFUSED
    form: Mapping[str, object] | None = None
    is_own: bool = False
    asks: bool = False
    is_open: bool = False
    is_spare: bool = False
    is_page: bool = True
    only_asks: bool = False
    query: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`key` is its name, or its address where it has none; `route` what the resolver matches."""

    key: str
    route: str

    @property
    def model(self) -> str:
        """The start of the names of its model's pages, such as connector_account."""
        parts = self.route.split("/")
        return "_".join(parts[1:3]) if len(parts) > 3 else ""

    @property
    def expected(self) -> Expected:
        return EXPECTED[self.key]

    def query(self, installation: Installation) -> dict[str, object]:
        return _filled_in(self.expected.query, installation)

    def form(self, installation: Installation) -> dict[str, object]:
        return _filled_in(self.expected.form or {}, installation)

    def address(self, installation: Installation, *, key: str = "") -> str:
        """Where it is for the row that it is about, or for `key`; KeyError names a parameter that nothing is known of."""
        given = {"url": "no/such/page", "app_label": "connector/", "content_type_id": _runs()}
        row = installation.rows.get(self.model)
        if row is not None and self.expected.is_spare:
            row = installation.spare.get(self.model, row)
        place = quote(key or str(row.pk if row is not None else 1))
        given |= dict.fromkeys(("object_id", "id", "run_id", "report_id"), place)
        given |= {"form": "json", "origin": "import", "version": "1"}
        return "/" + _PARAMETER.sub(lambda match: given[match[1] or match[2]], self.route)

    @property
    def is_about_a_row(self) -> bool:
        return "object_id" in self.route or "<id>" in self.route


_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\^?\(\?P<(\w+)>[^)]*\)/?\$?")


def _filled_in(given: Mapping[str, object], installation: Installation) -> dict[str, object]:
    return {name: value(installation) if callable(value) else value for name, value in given.items()}


def _integration(installation: Installation) -> object:
    return installation.integration.pk


def _rows(installation: Installation) -> str:
    """The rows of a pair in their order."""
    return ",".join(str(row.pk) for row in rows_of(installation.integration) if row.pair == "account")


def _rows_turned(installation: Installation) -> str:
    return ",".join(reversed(_rows(installation).split(",")))


def _seen(installation: Installation) -> str:
    """What the page of the account shows to be looked at."""
    return lines(installation.account.to_check)[0].digest


def _runs() -> str:
    """The content type of runs, whose keys are no numbers."""
    return str(ContentType.objects.get_for_model(SyncRun).pk)


def endpoints() -> list[Endpoint]:
    return list(_walk(get_resolver().url_patterns))


def _walk(
    patterns: Iterable[URLPattern | URLResolver], before: str = "", space: str = ""
) -> Iterator[Endpoint]:
    for each in patterns:
        route = f"{before}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, route, f"{each.namespace}:" if each.namespace else space)
        else:
            yield Endpoint(f"{space}{each.name}" if each.name else f"/{route}", route)


def _model(model: str, usual: Expected, **pages: Expected) -> dict[str, Expected]:
    """The pages that Django's admin makes for every model: `usual` for those that only show."""
    named = {"changelist": usual, "add": usual, "history": usual, "delete": usual, "change": usual, **pages}
    old = f"/admin/{model.replace('_', '/')}/<path:object_id>/"
    moved = Expected(LEADS_ON, LEADS_ON, LEADS_ON)
    return {old: moved, **{f"admin:{model}_{page}": expected for page, expected in named.items()}}


def _entered(model: str, *, add: Mapping[str, object], change: Mapping[str, object]) -> dict[str, Expected]:
    """Rows that people enter; who only views them may neither add, change nor delete."""
    return _model(
        model,
        Expected(),
        add=Expected(viewer=REFUSED, form=add),
        change=Expected(form=change),
        delete=_DELETED,
    )


def _recorded(model: str, usual: Expected = Expected()) -> dict[str, Expected]:
    """Rows that nobody adds, changes or deletes."""
    refused = replace(usual, root=REFUSED, viewer=REFUSED)
    return _model(model, usual, add=refused, delete=refused)


_DELETED = Expected(viewer=REFUSED, form={"post": "yes"}, is_spare=True)
_PRESSED = Expected(LEADS_ON, LEADS_ON, LEADS_ON, form={})
_TYPED = Expected(WRONG_METHOD, WRONG_METHOD, WRONG_METHOD, is_page=False, only_asks=True)
_TRIED = {"account": ACME_CORP}
_ROW = {
    "integration": _integration,
    "pair": "account",
    "source": "Phone",
    "target": "purchaseOrderNumber",
    "arguments": "{}",
}
_NOBODYS = Expected(GONE, GONE, GONE)
_EVERYBODYS = Expected(nobody=FOUND)
_RENAMED = {"name": f"{WORD} renamed"}
_PASSWORDS = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}

EXPECTED: dict[str, Expected] = {
    "/": Expected(LEADS_ON, LEADS_ON, LEADS_ON),
    "error_help": _EVERYBODYS,
    "audit_trail": Expected(viewer=REFUSED),
    # Django's own and the theme's
    "/admin/search/": replace(_NOBODYS, is_open=True),
    "admin:search": replace(_NOBODYS, is_open=True),
    "/admin/(?P<url>.*)$": _NOBODYS,
    "admin:index": _EVERYBODYS,
    "admin:login": Expected(LEADS_ON, LEADS_ON, LEADS_ON, is_open=True),
    "admin:logout": Expected(WRONG_METHOD, WRONG_METHOD, WRONG_METHOD, form={}, is_own=True),
    "admin:password_change": Expected(
        nobody=FOUND,
        form={"old_password": SECRET, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD},
        is_own=True,
    ),
    "admin:password_change_done": _EVERYBODYS,
    "admin:autocomplete": Expected(REFUSED, REFUSED),
    "admin:jsi18n": replace(_EVERYBODYS, is_page=False),
    "/admin/r/<path:content_type_id>/<path:object_id>/": replace(_NOBODYS, is_open=True),
    "admin:view_on_site": replace(_NOBODYS, is_open=True),
    "admin:app_list": Expected(nobody=GONE),
    # Users and groups
    **_entered("auth_user", add={"username": "ada", **_PASSWORDS}, change={"first_name": "Ada"}),
    **_entered("auth_group", add=_RENAMED, change=_RENAMED),
    "admin:auth_user_password_change": Expected(viewer=REFUSED, form=_PASSWORDS),
    # Logins: for superusers alone
    **_recorded("axes_accesslog", Expected(viewer=REFUSED)),
    **_recorded("axes_accessfailurelog", Expected(viewer=REFUSED)),
    # Settings
    **_entered(
        "connector_salesforceconnection",
        add={
            "name": f"{WORD} new org",
            "host": "new.my.salesforce.com",
            "login": "client_credentials",
            "consumer_key": "3MVG9.new",
            "consumer_secret": SECRET,
        },
        change=_RENAMED,
    ),
    "admin:connector_salesforceconnection_test": _PRESSED,
    "admin:connector_salesforceconnection_confirm": replace(_PRESSED, is_spare=True),
    **_entered(
        "connector_zuoraconnection",
        add={
            "name": f"{WORD} new tenant",
            "data_centre": "rest.eu.zuora.com",
            "client_id": "a1b2c3",
            "client_secret": SECRET,
        },
        change=_RENAMED,
    ),
    "admin:connector_zuoraconnection_test": _PRESSED,
    **_entered("connector_integration", add=_RENAMED, change=_RENAMED),
    **_entered(
        "connector_fieldmapping",
        add={"pair": "account", "source": "Phone", "target": "purchaseOrderNumber"},
        change={"note": WORD},
    ),
    "admin:connector_integration_mapping_export": Expected(is_page=False),
    "admin:connector_integration_mapping_source": Expected(viewer=REFUSED),
    # What these take is signed, or a version: tests of their own press them.
    "admin:connector_integration_mapping_take_over": Expected(LEADS_ON, REFUSED, REFUSED),
    "admin:connector_integration_mapping_restore": Expected(LEADS_ON, REFUSED, REFUSED),
    "admin:connector_fieldmapping_put_back": _NOBODYS,
    "admin:connector_integration_mapping_order": replace(
        _PRESSED, form={"pair": "account", "rows": _rows_turned, "seen": _rows}, is_page=False
    ),
    "admin:connector_integration_trial": replace(_PRESSED, form=_TRIED, only_asks=True),
    "admin:connector_fieldmapping_choices": Expected(
        viewer=REFUSED, asks=True, is_page=False, query={"pair": "account", "integration": _integration}
    ),
    "admin:connector_fieldmapping_check": replace(_TYPED, form=_ROW),
    "admin:connector_fieldmapping_trial": replace(_TYPED, form={**_ROW, **_TRIED}),
    # Accounts
    **_entered(
        "connector_account",
        add={"salesforce_id": ACME_HOLDING, "integration": _integration},
        change={"chosen_zuora_id": "8ac0000000000000000000000000a222"},
    ),
    "admin:connector_account_export": Expected(is_page=False),
    "admin:connector_account_results": Expected(
        viewer=REFUSED, asks=True, is_page=False, query={"q": "Acme", "integration": _integration}
    ),
    "admin:connector_account_sync": _PRESSED,
    "admin:connector_account_preview": _PRESSED,
    "admin:connector_account_looked_at": replace(_PRESSED, form={"seen": _seen}),
    # Drift reports
    "admin:connector_integration_drift": _PRESSED,
    **_recorded("connector_driftreport"),
    "admin:connector_driftreport_live": Expected(is_page=False),
    "admin:connector_driftreport_found": Expected(is_page=False),
    "admin:connector_driftreport_export": Expected(is_page=False),
    "admin:connector_driftreport_sync": _PRESSED,
    "admin:connector_driftreport_stop": replace(_PRESSED, is_spare=True),
    # What runs recorded
    **_recorded("connector_logentry"),
    "admin:connector_logentry_export": Expected(is_page=False),
    **_recorded("connector_recordlink"),
    "admin:connector_recordlink_delete": _DELETED,
    **_recorded("connector_writeintent"),
    "admin:connector_writeintent_resolve": _PRESSED,
    **_recorded("connector_syncrun"),
    "admin:connector_syncrun_live": Expected(is_page=False),
}
