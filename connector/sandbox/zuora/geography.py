"""Countries and states as a tenant knows them: a code is taken and stored translated to its full name.

Zuora's own list of names is edited per tenant and could not be read; ISO's English names stand for it,
with a few older forms known from its documents (unverified). States are checked only where the tenant has
subregions for the country.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pycountry

from connector.sandbox.zuora.errors import BAD_VALUE, Reason

OLDER_NAMES = {"CZ": "Czech Republic", "TR": "Turkey", "TW": "Taiwan", "CI": "Cote d'Ivoire"}
_NOT_STATES = {"Outlying area"}


@cache
def _countries() -> dict[str, tuple[str, str]]:
    """Every accepted spelling of a country -> its two-letter code and the name that is stored."""
    known: dict[str, tuple[str, str]] = {}
    for country in pycountry.countries:
        stored = OLDER_NAMES.get(country.alpha_2, country.name)
        for spelling in (country.alpha_2, country.alpha_3, country.name, stored):
            known[spelling] = (country.alpha_2, stored)
    return known


@cache
def _states(country_code: str) -> dict[str, str]:
    """Every accepted spelling of a state or province of the country -> the name that is stored."""
    known: dict[str, str] = {}
    for state in [state for state in pycountry.subdivisions if state.country_code == country_code]:
        if state.type not in _NOT_STATES:
            known[state.code.split("-", 1)[1]] = state.name
            known[state.name] = state.name
    return known


def normalised(address: dict[str, Any], *, with_subregions: list[str]) -> tuple[dict[str, Any], list[Reason]]:
    """The address with country and state as they are stored, and what is wrong with them."""
    country, state = address.get("country") or "", address.get("state") or ""
    changed = dict(address)
    if country and country not in _countries():
        return changed, [
            Reason(BAD_VALUE, f"'country' has the value '{country}', which is not a known country.")
        ]
    if not country:
        return changed, []
    code, changed["country"] = _countries()[country]
    if not state or code not in with_subregions:
        return changed, []
    states = _states(code)
    if state not in states:
        message = f"'state' has the value '{state}', which is not a known state of {changed['country']}."
        return changed, [Reason(BAD_VALUE, message)]
    changed["state"] = states[state]
    return changed, []
