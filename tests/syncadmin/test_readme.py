"""What the README promises of links, settings and commands, held against the project."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from connector.domain.rules import Options
from connector.models import Integration
from syncadmin import keys
from syncadmin.test_settings import OPERATOR_VARIABLES

from .checkouts import PROJECT, checkout, environment, manage

README = (PROJECT / "README.md").read_text(encoding="utf-8")
WITHOUT_A_FILE = {"test", "lock"}  # Django's own, and one of manage.py


@pytest.mark.parametrize(
    "link",
    [link for link in re.findall(r"\]\(([^)#\s]+)", README) if "://" not in link],
)
def test_a_link_leads_to_a_file(link: str) -> None:
    assert (PROJECT / link).is_file()


def test_every_setting_is_in_the_table_and_nothing_else() -> None:
    listed = re.findall(r"^\| `([A-Z_]+)`[ *]*\|", README, re.MULTILINE)

    assert sorted(listed) == sorted([*OPERATOR_VARIABLES, "SYNCADMIN_BOOTSTRAP"])


def test_every_command_is_in_the_table_and_nothing_else() -> None:
    commands = {path.stem for path in (PROJECT / "connector" / "management" / "commands").glob("[!_]*.py")}
    table = README.partition("| command | what it does |")[2].partition("\n\n")[0]
    firsts = [line.split("|")[1] for line in table.splitlines()[2:]]

    assert {name for first in firsts for name in re.findall(r"`(\w+)", first)} == commands | WITHOUT_A_FILE


def test_every_option_is_in_the_table_and_nothing_else() -> None:
    options = [*(option.name for option in dataclasses.fields(Options)), "hide_personal_data"]
    names = [Integration._meta.get_field(option).verbose_name for option in options]
    table = README.partition("| option | what it does | default |")[2].partition("\n\n")[0]
    listed = [name for line in table.splitlines()[2:] for name in line.split("|")[1].split(",")]

    assert sorted(name.strip().lower() for name in listed) == sorted(str(name).lower() for name in names)


def test_the_production_example_starts(tmp_path: Path) -> None:
    example = re.findall(r"^    ([A-Z_]+)=(.+)$", README, re.MULTILINE)
    values = {**dict(example), **keys.throwaway_keys()}
    assert {"SECRET_KEY", "FIELD_ENCRYPTION_KEYS"} <= dict(example).keys()
    folder = checkout(tmp_path / "checkout")
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in values.items()))

    done = manage(folder, "check", "--deploy", "--fail-level", "WARNING", variables=environment())

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", [keys.MAKE_SECRET_KEY, keys.MAKE_ENCRYPTION_KEY])
def test_keys_are_made_as_the_settings_say(command: str) -> None:
    assert command in README
