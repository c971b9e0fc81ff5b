"""Countries and states as the State and Country/Territory Picklists hold them: a name and an ISO code.

The codes come from ISO 3166 (pycountry); a real org's integration values may differ (unverified).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pycountry

PREFIXES = ("Billing", "Shipping", "Mailing", "Other", "")


@lru_cache(maxsize=1024)
def country_code(name: str) -> str | None:
    """Return the ISO code of a country's name or code, or None."""
    try:
        found = pycountry.countries.lookup(name)
    except LookupError:
        return None
    return str(found.alpha_2)


@lru_cache(maxsize=4096)
def state_code(country: str, name: str) -> str | None:
    """Return a state's code within its country, without the country's own part."""
    for code, state in _states(country):
        if name.lower() in (state.lower(), code.lower()):
            return code
    return None


def fill_names(record: dict[str, Any], *, written: set[str]) -> None:
    """Make names and codes agree after a write: the one just written wins."""
    for prefix in PREFIXES:
        country, country_iso = f"{prefix}Country", f"{prefix}CountryCode"
        state, state_iso = f"{prefix}State", f"{prefix}StateCode"
        if country_iso in written:
            record[country] = _country_name(record.get(country_iso))
        elif country in written:
            record[country_iso] = None
        if state_iso in written:
            record[state] = _state_name(record.get(country_iso), record.get(state_iso))
        elif state in written:
            record[state_iso] = None


def _country_name(code: str | None) -> str | None:
    found = pycountry.countries.get(alpha_2=code) if code else None
    return None if found is None else str(found.name)


def _state_name(country: str | None, code: str | None) -> str | None:
    return next((name for each, name in _states(country or "") if each == code), code)


@lru_cache(maxsize=256)
def _states(country: str) -> tuple[tuple[str, str], ...]:
    found = pycountry.subdivisions.get(country_code=country) or ()  # type: ignore[no-untyped-call]
    return tuple((str(each.code).partition("-")[2], str(each.name)) for each in found)
