"""How the admin console looks: its name, its colour, its side bar, its first page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse_lazy

# A calm blue, in the eleven shades that Unfold's templates ask for.
PRIMARY = {
    "50": "oklch(97% .014 254.604)",
    "100": "oklch(93.2% .032 255.585)",
    "200": "oklch(88.2% .059 254.128)",
    "300": "oklch(80.9% .105 251.813)",
    "400": "oklch(70.7% .165 254.624)",
    "500": "oklch(62.3% .169 255.1)",
    "600": "oklch(52.5% .158 256.2)",
    "700": "oklch(45.6% .142 258.4)",
    "800": "oklch(39.4% .118 260.1)",
    "900": "oklch(34.9% .094 262.2)",
    "950": "oklch(26.2% .068 264.1)",
}


def _may(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(permission)


def _list_of(model: str, title: str, icon: str, *, app: str = "connector") -> dict[str, Any]:
    """An entry of the side bar that leads to a list, for those who may see it."""
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{model}_changelist"),
        "permission": _may(f"{app}.view_{model}"),
    }


def _list_for_superusers(model: str, title: str, icon: str) -> dict[str, Any]:
    link = reverse_lazy(f"admin:axes_{model}_changelist")
    return {
        "title": title,
        "icon": icon,
        "link": link,
        "permission": lambda request: request.user.is_superuser,
    }


def no_search(request: HttpRequest) -> HttpResponse:
    """Instead of the theme's search over everything, which keeps Python objects in a cache that holds only JSON here,
    and needs Redis for every letter. Each list has a search of its own."""
    raise Http404


def no_public_page(request: HttpRequest, content_type_id: str, object_id: str) -> HttpResponse:
    """Instead of Django's redirect to a row's page on the public site, which there is none of, and which breaks on rows whose key
    is no number or whose table another application never made."""
    raise Http404


SIDEBAR: dict[str, Any] = {
    "show_search": False,
    "show_all_applications": False,
    "navigation": [
        {
            "items": [
                {"title": "Overview", "icon": "space_dashboard", "link": reverse_lazy("admin:index")},
                _list_of("account", "Accounts", "apartment"),
                _list_of("syncrun", "Runs", "sync"),
                _list_of("logentry", "Log", "subject"),
                _list_of("driftreport", "Drift reports", "difference"),
            ],
        },
        {
            "title": "Records",
            "items": [
                _list_of("recordlink", "Records in Zuora", "link"),
                _list_of("writeintent", "Open writes", "pending_actions"),
            ],
        },
        {
            "title": "Setup",
            "items": [
                _list_of("integration", "Integrations", "swap_horiz"),
                _list_of("salesforceconnection", "Salesforce", "cloud"),
                _list_of("zuoraconnection", "Zuora", "receipt_long"),
            ],
        },
        {
            "title": "Access",
            "items": [
                _list_of("user", "Users", "person", app="auth"),
                _list_of("group", "Groups", "group", app="auth"),
                _list_for_superusers("accesslog", "Logins", "login"),
                _list_for_superusers("accessfailurelog", "Failed logins", "no_accounts"),
                {
                    "title": "Audit trail",
                    "icon": "history",
                    "link": reverse_lazy("audit_trail"),
                    "permission": _may("connector.change_integration"),
                },
            ],
        },
        {
            "title": "Help",
            "items": [
                {
                    "title": "What happens on errors",
                    "icon": "help",
                    "link": reverse_lazy("error_help"),
                },
            ],
        },
    ],
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Syncadmin",
    "SITE_HEADER": "Syncadmin",
    "SITE_SUBHEADER": "Salesforce CPQ to Zuora Billing",
    "SITE_SYMBOL": "sync_alt",
    "SITE_URL": None,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "connector.admin.dashboard.dashboard",
    "STYLES": [
        lambda request: static("connector/console.css"),
        lambda request: static("connector/pages.css"),
    ],
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("connector/favicon.svg")}
    ],
    "COLORS": {"primary": PRIMARY},
    "SIDEBAR": SIDEBAR,
}
