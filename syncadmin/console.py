"""How the admin console looks: its name, its colour, its side bar."""

from __future__ import annotations

from typing import Any

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

SIDEBAR: dict[str, Any] = {
    "show_search": False,
    "show_all_applications": False,
    "navigation": [
        {
            "title": "Access",
            "items": [
                {"title": "Users", "icon": "person", "link": reverse_lazy("admin:auth_user_changelist")},
                {"title": "Groups", "icon": "group", "link": reverse_lazy("admin:auth_group_changelist")},
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
    "STYLES": [lambda request: static("connector/console.css")],
    "COLORS": {"primary": PRIMARY},
    "SIDEBAR": SIDEBAR,
}
