"""The sales team that owns the demo org's accounts, and how everybody in it is reached.

All invented; mail goes to the reserved domains `.example` and `.test`, telephone numbers come from the
ranges that numbering plans keep for fiction wherever a country has one.
"""

from __future__ import annotations

import unicodedata

from connector.sandbox.demo_org.identifiers import salesforce_id

Record = dict[str, object]

_TEAM = {
    "pipeline": ("Petra", "Pipeline"),
    "quota": ("Quentin", "Quota"),
    "forecast": ("Fiona", "Forecast"),
    "dealdesk": ("Desmond", "Dealdesk"),
}
_TERRITORIES = {
    "United States": "pipeline",
    "USA": "pipeline",
    "Canada": "pipeline",
    "Brazil": "pipeline",
    "Mexico": "pipeline",
    "United Kingdom": "quota",
    "Ireland": "quota",
    "Japan": "forecast",
    "Australia": "forecast",
    "India": "forecast",
    "Singapore": "forecast",
}
_NUMBERS = {
    "United States": "+1 415-555-01{:02d}",
    "USA": "+1 512-555-01{:02d}",
    "Canada": "+1 613-555-01{:02d}",
    "United Kingdom": "+44 20 7946 00{:02d}",
    "Ireland": "+353 20 910 00{:02d}",
    "Germany": "+49 30 23125 0{:02d}",
    "France": "+33 1 99 00 00 {:02d}",
    "Japan": "+81 3-0000-00{:02d}",
    "Australia": "+61 2 5550 00{:02d}",
    "Brazil": "+55 11 5550-00{:02d}",
    "India": "+91 80 5550 00{:02d}",
    "Singapore": "+65 5550 00{:02d}",
    "Sweden": "+46 8 465 004 {:02d}",
    "Switzerland": "+41 44 555 00 {:02d}",
    "Netherlands": "+31 20 555 00{:02d}",
    "Mexico": "+52 55 5550 00{:02d}",
    "United Arab Emirates": "+971 4 555 00{:02d}",
}


def user_for(country: str) -> str:
    """The id of the User who owns accounts in that country; the deal desk takes the rest."""
    return salesforce_id("User", _TERRITORIES.get(country, "dealdesk"))


def phone_number(country: str, number: int) -> str:
    return _NUMBERS[country].format(number % 100)


def users() -> list[Record]:
    return [
        {
            "Id": salesforce_id("User", key),
            "Username": f"{key}@demo-org.test",
            "FirstName": first,
            "LastName": last,
            "Name": f"{first} {last}",
            "Email": f"{mailbox(first, last, spare=key)}@demo-org.test",
            "IsActive": True,
        }
        for key, (first, last) in _TEAM.items()
    ]


def mailbox(first: str, last: str, *, spare: str) -> str:
    """An ASCII mailbox name, e.g. jerome.exemple; `spare` where the name leaves nothing in ASCII."""
    parts = (_ascii(first), _ascii(last))
    return ".".join(parts) if all(parts) else spare


def _ascii(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ø", "o"))
    return "".join(letter for letter in folded.lower() if letter.isascii() and letter.isalnum())
