"""Names as people type them: carried as they are, cleaned where Zuora could not take them, or refused by name."""

from __future__ import annotations

import pytest

from connector.domain.operations import Severity
from connector.sync.outcome import Status
from tests.cast import ACME_CORP, ADA, account, contact
from tests.sync.world import World, results

CARRIED = {
    "right to left": "شركة المثال المحدودة",
    "marks of direction": "Acme \u200f(\u202bאבגד\u202c)",
    "joined letters": "Zoe\u0301 & Söhne",
    "japanese": "架空商事株式会社",
    "markup": "<script>alert('Acme')</script>".replace("/", ""),
    "template": "{{7*7}} ${7*7}",
    "quotes": 'O\'Sample "and" Daughters',
    "formula": "=HYPERLINK(1)+Acme",
    "zero width": "Ac\u200bme",
    "like wildcards": "100% _Acme_",
}


@pytest.mark.parametrize("name", CARRIED.values(), ids=CARRIED)
def test_an_unusual_name_is_carried_as_it_is(world: World, name: str) -> None:
    world.seed(account(Name=name))
    report = world.sync()
    made = world.account()
    assert (made["name"], made["billTo"]["lastName"]) == (name, f"{name}_billTo")
    assert report.status is Status.SUCCEEDED
    assert f"Account {name} ({ACME_CORP}) created" in "\n".join(world.messages())
    world.forget_requests()
    assert world.sync().status is Status.SUCCEEDED
    assert world.writes() == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Acme\x00\x07 Corp", "Acme Corp"),
        ("Acme\r\nCorp\tLtd", "Acme Corp Ltd"),
        ("  Acme Corp ", "Acme Corp"),
        ("Acme\ud83d Corp", "Acme Corp"),
    ],
    ids=["control characters", "line ends", "blanks around", "half of a character"],
)
def test_what_cannot_stand_in_a_name_is_cleaned_away(world: World, name: str, kept: str) -> None:
    world.seed(account(Name=name))
    report = world.sync()
    made = world.account()
    assert (made["name"], made["billTo"]["firstName"]) == (kept, f"{kept}_billTo")
    assert report.status is Status.SUCCEEDED
    assert f"Account {kept} ({ACME_CORP}) created in Zuora as {made['accountNumber']}." in world.messages()
    world.forget_requests()
    assert world.sync().status is Status.SUCCEEDED
    assert world.writes() == []


def test_an_emoji_is_refused_by_name_before_zuora_is_asked(world: World) -> None:
    world.seed(account(Name="Acme 🚀 Corp", contacts=[contact(ADA)]))
    report = world.sync()
    assert world.state("accounts") == []
    assert world.writes() == []
    assert report.message.startswith(
        f"Account Acme 🚀 Corp ({ACME_CORP}) has “Acme 🚀 Corp” in Name, which holds the character 🚀 (U+1F680 ROCKET), "
        "which Zuora refuses in name"
    )
    assert "Correct it in Salesforce" in report.message


def test_an_emoji_in_a_contact_stops_that_contact_alone(world: World) -> None:
    world.seed(account(contacts=[contact(ADA, LastName="Lovelace 👑")]))
    report = world.sync()
    assert world.identities() == [f"{ACME_CORP}-billTo"]
    assert report.status is Status.PARTIAL
    (error,) = world.messages(Severity.ERROR)
    assert f"Contact Ada Lovelace 👑 ({ADA})" in error
    assert "U+1F451 CROWN" in error


def test_the_longest_name_is_carried_and_cut_for_its_contact(world: World) -> None:
    name = "Acme " * 50 + "Corp."
    world.seed(account(Name=name))
    report = world.sync()
    made = world.account()
    assert (len(name), made["name"]) == (255, name)
    assert made["billTo"]["lastName"] == f"{name[:93]}_billTo"
    assert len(made["billTo"]["lastName"]) == 100
    assert report.status is Status.SUCCEEDED
    world.forget_requests()
    world.sync()
    assert world.writes() == []


def test_the_name_of_a_contact_is_not_cut(world: World) -> None:
    """Salesforce holds fewer than Zuora, but a mapped formula may hold more."""
    world.seed(account(contacts=[contact(ADA)]))
    with world.org.lock:
        world.org.store.find(ADA)["LastName"] = "L" * 101  # type: ignore[index]
    report = world.sync()
    assert results(report)[f"contact:{ADA}"] == "failed"
    assert "has 101 characters, but Zuora takes at most 100 in lastName" in "\n".join(
        world.messages(Severity.ERROR)
    )


@pytest.mark.parametrize("name", ["' OR Name != '", "001]", 'a"b\\c', "%' --"])
def test_a_name_is_never_part_of_a_query(world: World, name: str) -> None:
    world.seed(account(Name=name.replace("\\", ""), Description=name, contacts=[contact(ADA, LastName=name)]))
    assert world.sync().status is Status.SUCCEEDED
    assert world.account()["notes"] == name
    assert world.contacts()[1]["lastName"] == name
