"""Countries and states, however they are written: both systems spell them differently.

Salesforce holds free text or, with picklists on, names and codes; Zuora takes a name or a code, and
stores the full name whatever it was given. So a country is recognised from any common spelling and
compared by its code. Zuora's own list of names is tenant-editable and unverified: a code is the only
spelling that every tenant takes, and the names here are for people.

Zuora predefines subdivisions for the United States and Canada only, and checks the state there. A tenant
may add others; that cannot be seen from here, so elsewhere a state is text, compared as text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

import pycountry

_SUBDIVIDED = ("US", "CA")


@dataclass(frozen=True, slots=True)
class Country:
    """`has_subdivisions`: Zuora knows its states, so that a state is needed and checked."""

    alpha_2: str
    alpha_3: str
    name: str
    has_subdivisions: bool = False


@dataclass(frozen=True, slots=True)
class Subdivision:
    """A state, province or territory. `code` has two letters."""

    code: str
    name: str


# The short names people use, where ISO's is long or inverted and no common one is given with it.
_SHORT_NAMES = {
    "BN": "Brunei",
    "CD": "Democratic Republic of the Congo",
    "CI": "Ivory Coast",
    "CZ": "Czech Republic",
    "FK": "Falkland Islands",
    "FM": "Micronesia",
    "GB": "United Kingdom",
    "PS": "Palestine",
    "RU": "Russia",
    "TR": "Turkey",
    "US": "United States",
    "VA": "Vatican City",
    "VG": "British Virgin Islands",
    "VI": "U.S. Virgin Islands",
}

_ALIASES = {
    "AE": ("UAE", "Emirates"),
    "BA": ("Bosnia",),
    "BO": ("Bolivia",),
    "BQ": ("Caribbean Netherlands", "Bonaire"),
    "BS": ("Bahamas",),
    "CD": ("DR Congo", "DRC", "Congo Kinshasa", "Zaire", "Congo, Democratic Republic of the"),
    "CG": ("Republic of the Congo", "Congo Brazzaville", "Congo, Republic of the"),
    "CN": ("PRC", "Mainland China", "Peoples Republic of China"),
    "CV": ("Cape Verde",),
    "CZ": ("Czechia",),
    "DE": ("Deutschland",),
    "ES": ("España",),
    "FK": ("Malvinas",),
    "GB": (
        *("UK", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland"),
        *("United Kingdom of Great Britain and Northern Ireland", "GB-ENG", "GB-SCT", "GB-WLS", "GB-NIR"),
    ),
    "GR": ("EL", "Hellas"),
    "HK": ("Hong Kong SAR", "Hong Kong SAR China", "Hong Kong, China"),
    "IE": ("Republic of Ireland", "Eire"),
    "IR": ("Iran",),
    "KP": ("DPRK", "Korea, North", "Democratic Peoples Republic of Korea"),
    "KR": ("Korea", "Korea, South", "Republic of Korea", "ROK", "Korea (Republic of)"),
    "LA": ("Lao PDR",),
    "LY": ("Libyan Arab Jamahiriya",),
    "MK": ("Macedonia", "FYROM", "Macedonia, the former Yugoslav Republic of"),
    "MM": ("Burma",),
    "MO": ("Macau", "Macau SAR", "Macao SAR"),
    "NL": ("Holland", "Nederland"),
    "PS": ("Palestinian Territory", "Palestinian Territory, Occupied", "Palestinian Territories"),
    "RU": ("Russian Federation",),
    "ST": ("São Tomé and Príncipe",),
    "SY": ("Syria",),
    "SZ": ("Swaziland",),
    "TL": ("East Timor",),
    "TR": ("Türkiye", "Republic of Turkey"),
    "TW": ("Taiwan, ROC", "Taiwan (Province of China)"),
    "TZ": ("Tanzania",),
    "US": ("U.S.", "U.S.A.", "United States of America", "America", "Estados Unidos"),
    "VA": ("Holy See", "Vatican"),
    "VN": ("Vietnam",),
}

# Not in ISO 3166, but in use under these user-assigned codes. Whether a Zuora tenant has it is unverified.
_BEYOND_ISO = (Country("XK", "XKX", "Kosovo"),)

_STATE_ALIASES = {
    "US": {
        "DC": ("D.C.", "Washington DC", "Washington D.C."),
        "VI": ("US Virgin Islands", "U.S. Virgin Islands"),
        "MP": ("Northern Marianas", "Commonwealth of the Northern Mariana Islands"),
    },
    "CA": {
        "NL": ("NF", "Newfoundland", "Newfoundland & Labrador", "Terre-Neuve-et-Labrador"),
        "PE": ("PEI",),
        "QC": ("PQ", "Québec"),
        "YT": ("Yukon Territory",),
    },
}

# Military post is addressed like a state. ISO does not list it; Salesforce does, Zuora's list is unverified.
_MILITARY = (
    Subdivision("AA", "Armed Forces Americas"),
    Subdivision("AE", "Armed Forces Europe"),
    Subdivision("AP", "Armed Forces Pacific"),
)

_MARKS = re.compile("[.'`\u2018\u2019\u00b4]")
_SEPARATORS = re.compile(r"[^\w]+")


def country(value: str) -> Country | None:
    """The country of that name, ISO code or alias. Accents, case, dots and a leading "the" do not count."""
    return _countries().get(_fold(value))


def subdivision(country: Country, value: str) -> Subdivision | None:
    """The state or province of that name or two-letter code; None also for countries without known ones."""
    known = _subdivisions(country.alpha_2)
    return known.get(_fold(value)) or known.get(_fold(value).removeprefix(f"{country.alpha_2.lower()} "))


def same_country(a: str, b: str) -> bool:
    """Whether both name one country. Names of no known country are compared as text."""
    first, second = country(a), country(b)
    return _text(a) == _text(b) if first is None or second is None else first.alpha_2 == second.alpha_2


def same_state(country: Country | None, a: str, b: str) -> bool:
    """Whether both name one state of the country. States we do not know are compared as text."""
    first, second = (subdivision(country, a), subdivision(country, b)) if country else (None, None)
    return _text(a) == _text(b) if first is None or second is None else first == second


def _fold(value: str) -> str:
    """The spelling without what people vary: `The U.S.A.` -> `usa`, `Côte d'Ivoire` -> `cote divoire`."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", value) if not unicodedata.combining(char))
    bare = _MARKS.sub("", bare).replace("&", " and ").casefold()
    words = _SEPARATORS.sub(" ", bare).split()
    if words[:1] == ["the"]:
        words = words[1:]
    if words[:1] == ["st"] and len(words) > 1:
        words[0] = "saint"
    return " ".join(words)


def _text(value: str) -> str:
    return " ".join(value.split()).casefold()


@cache
def _countries() -> dict[str, Country]:
    known: dict[str, Country] = {}
    for entry in pycountry.countries:
        common = getattr(entry, "common_name", entry.name)
        official = getattr(entry, "official_name", entry.name)
        found = Country(
            alpha_2=entry.alpha_2,
            alpha_3=entry.alpha_3,
            name=_SHORT_NAMES.get(entry.alpha_2, common),
            has_subdivisions=entry.alpha_2 in _SUBDIVIDED,
        )
        spellings = (found.alpha_2, found.alpha_3, found.name, entry.name, common, official)
        known |= {_fold(spelling): found for spelling in spellings}
    known |= {
        _fold(spelling): found
        for found in _BEYOND_ISO
        for spelling in (found.alpha_2, found.alpha_3, found.name)
    }
    by_code = {found.alpha_2: found for found in known.values()}
    return known | {_fold(alias): by_code[code] for code, aliases in _ALIASES.items() for alias in aliases}


@cache
def _subdivisions(alpha_2: str) -> dict[str, Subdivision]:
    if alpha_2 not in _SUBDIVIDED:
        return {}
    listed = [
        Subdivision(entry.code.partition("-")[2], entry.name)
        for entry in pycountry.subdivisions
        if entry.country_code == alpha_2
    ]
    found = [*listed, *(_MILITARY if alpha_2 == "US" else ())]
    known = {_fold(spelling): state for state in found for spelling in (state.code, state.name)}
    by_code = {state.code: state for state in found}
    aliases = _STATE_ALIASES[alpha_2]
    return known | {_fold(alias): by_code[code] for code, names in aliases.items() for alias in names}
