from __future__ import annotations

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain import countries
from connector.domain.countries import Country

UNITED_STATES = Country("US", "USA", "United States", has_subdivisions=True)
CANADA = Country("CA", "CAN", "Canada", has_subdivisions=True)
GERMANY = Country("DE", "DEU", "Germany")


@pytest.mark.parametrize(
    ("spelling", "alpha_2"),
    [
        ("United States", "US"),
        ("united states of america", "US"),
        ("The United States", "US"),
        ("U.S.A.", "US"),
        ("USA", "US"),
        ("us", "US"),
        ("  US \n", "US"),
        ("UK", "GB"),
        ("Great Britain", "GB"),
        ("England", "GB"),
        ("Northern Ireland", "GB"),
        ("South Korea", "KR"),
        ("Korea, Republic of", "KR"),
        ("Korea", "KR"),
        ("North Korea", "KP"),
        ("Russia", "RU"),
        ("Russian Federation", "RU"),
        ("Czech Republic", "CZ"),
        ("Czechia", "CZ"),
        ("Türkiye", "TR"),
        ("TURKEY", "TR"),
        ("Viet Nam", "VN"),
        ("Vietnam", "VN"),
        ("Ivory Coast", "CI"),
        ("Cote d\u2019Ivoire", "CI"),
        ("Côte d'Ivoire", "CI"),
        ("St. Lucia", "LC"),
        ("Trinidad & Tobago", "TT"),
        ("The Bahamas", "BS"),
        ("Holland", "NL"),
        ("Deutschland", "DE"),
        ("Hong Kong SAR", "HK"),
        ("Macedonia", "MK"),
        ("DR Congo", "CD"),
        ("Republic of the Congo", "CG"),
        ("UAE", "AE"),
        ("CuraÇao", "CW"),
        ("Reunion", "RE"),
        ("Georgia", "GE"),
        ("Kosovo", "XK"),
        ("\uff35\uff33", "US"),
    ],
)
def test_a_country_is_recognised_however_it_is_written(spelling: str, alpha_2: str) -> None:
    found = countries.country(spelling)
    assert found is not None
    assert found.alpha_2 == alpha_2


@pytest.mark.parametrize("text", ["", " ", ".", "the", "Atlantis", "USB", "United", "Gondor"])
def test_what_is_no_country_is_not_taken_for_one(text: str) -> None:
    assert countries.country(text) is None


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("US", "United States"),
        ("BG", "Bulgaria"),
        ("KR", "South Korea"),
        ("BO", "Bolivia"),
        ("TZ", "Tanzania"),
        ("CI", "Ivory Coast"),
        ("VI", "U.S. Virgin Islands"),
    ],
)
def test_the_name_is_the_one_people_use(code: str, name: str) -> None:
    found = countries.country(code)
    assert found is not None
    assert found.name == name


def test_every_iso_spelling_leads_to_its_own_country() -> None:
    for entry in pycountry.countries:
        for spelling in (entry.alpha_2, entry.alpha_3, entry.name):
            found = countries.country(spelling)
            assert found is not None, spelling
            assert found.alpha_2 == entry.alpha_2, spelling


def test_every_name_we_give_leads_back_to_its_country() -> None:
    for entry in pycountry.countries:
        found = countries.country(entry.alpha_2)
        assert found is not None
        assert countries.country(found.name) == found


def test_only_the_united_states_and_canada_have_known_subdivisions() -> None:
    known = {countries.country(entry.alpha_2) for entry in pycountry.countries}
    assert {found.alpha_2 for found in known if found and found.has_subdivisions} == {"US", "CA"}


@pytest.mark.parametrize(
    ("country", "text", "code", "name"),
    [
        (UNITED_STATES, "CA", "CA", "California"),
        (UNITED_STATES, "california", "CA", "California"),
        (UNITED_STATES, "US-CA", "CA", "California"),
        (UNITED_STATES, "Virginia", "VA", "Virginia"),
        (UNITED_STATES, "VA", "VA", "Virginia"),
        (UNITED_STATES, "D.C.", "DC", "District of Columbia"),
        (UNITED_STATES, "Washington, DC", "DC", "District of Columbia"),
        (UNITED_STATES, "Puerto Rico", "PR", "Puerto Rico"),
        (UNITED_STATES, "Armed Forces Europe", "AE", "Armed Forces Europe"),
        (CANADA, "NB", "NB", "New Brunswick"),
        (CANADA, "Québec", "QC", "Quebec"),
        (CANADA, "Newfoundland", "NL", "Newfoundland and Labrador"),
        (CANADA, "yukon territory", "YT", "Yukon"),
    ],
)
def test_a_state_is_recognised_by_name_or_code(country: Country, text: str, code: str, name: str) -> None:
    found = countries.subdivision(country, text)
    assert found is not None
    assert (found.code, found.name) == (code, name)


@pytest.mark.parametrize(
    ("country", "text"),
    [(UNITED_STATES, "ON"), (CANADA, "CA"), (UNITED_STATES, ""), (UNITED_STATES, "Bavaria"), (GERMANY, "BY")],
)
def test_a_state_of_elsewhere_is_no_state(country: Country, text: str) -> None:
    assert countries.subdivision(country, text) is None


def test_all_states_and_provinces_are_there() -> None:
    states = {entry.code: entry for entry in pycountry.subdivisions.get(country_code="US")}
    assert len([entry for entry in states.values() if entry.type == "State"]) == 50
    for entry in [*states.values(), *pycountry.subdivisions.get(country_code="CA")]:
        country = UNITED_STATES if entry.country_code == "US" else CANADA
        by_name = countries.subdivision(country, entry.name)
        assert by_name is not None, entry.name
        assert f"{country.alpha_2}-{by_name.code}" == entry.code


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("BG", "Bulgaria", True),
        ("USA", "United States", True),
        ("Korea, Republic of", "South Korea", True),
        ("Germany", "France", False),
        ("Atlantis", " atlantis ", True),
        ("Atlantis", "Germany", False),
        ("", "", True),
        ("", "Germany", False),
    ],
)
def test_countries_are_compared_by_what_they_name(a: str, b: str, same: bool) -> None:
    assert countries.same_country(a, b) is same
    assert countries.same_country(b, a) is same


@pytest.mark.parametrize(
    ("country", "a", "b", "same"),
    [
        (CANADA, "NB", "New Brunswick", True),
        (CANADA, "NB", "NS", False),
        (UNITED_STATES, "CA", "California", True),
        (GERMANY, "Bayern", " BAYERN", True),
        (GERMANY, "BY", "Bayern", False),
        (None, "CA", "California", False),
        (None, "Ca", "CA", True),
        (UNITED_STATES, "CA", "", False),
    ],
)
def test_states_are_compared_within_their_country(
    country: Country | None, a: str, b: str, same: bool
) -> None:
    assert countries.same_state(country, a, b) is same
    assert countries.same_state(country, b, a) is same


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_can_be_compared(a: str, b: str) -> None:
    assert countries.same_country(a, a)
    assert countries.same_state(UNITED_STATES, a, a)
    assert countries.same_country(a, b) == countries.same_country(b, a)
