"""How long the mapping editor takes in a real browser, beside what it takes with little: a benchmark, which nothing collects.

    SYNCADMIN_BOOTSTRAP=0 .venv/bin/python -m pytest -q tests/benchmarks/mapping_editor.py

It prints milliseconds (the median of several rounds), how many times the small figure the large one is, and how busy the machine was.
What should hold on a machine that is not: the editor opens within a second, and a row is saved within a second.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable
from time import perf_counter

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page

from connector.models import FieldMapping
from connector.models.stored_mappings import rows_of
from tests.services.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROUNDS = 7
FEW_ROWS, MANY_ROWS = 10, 500
FEW_FIELDS, MANY_FIELDS = 30, 300

Visit = Callable[[str], None]
Figures = dict[str, float]


def test_the_mapping_editor(
    page: Page, visit: Visit, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    _grow(world, rows=FEW_ROWS, fields=range(FEW_FIELDS))
    _measured(page, visit, world, rounds=1)  # what a process and a browser do once
    few = _measured(page, visit, world, rounds=ROUNDS)
    _grow(world, rows=MANY_ROWS, fields=range(FEW_FIELDS, MANY_FIELDS))
    many = _measured(page, visit, world, rounds=ROUNDS)

    with capsys.disabled():
        _show(few, many)


def _grow(world: World, *, rows: int, fields: range) -> None:
    """The integration has so many rows, most of them of accounts; both systems' accounts have so many more custom fields."""
    for number in fields:
        world.org.add_described_field(
            {"object": "Account", "name": f"Bench{number:03}__c", "type": "string", "length": 40}
        )
    custom = {f"Bench{number:03}__c": {"length": 40} for number in range(fields.stop)}
    world.tenant.change_settings({"custom_fields": {"Account": custom}})
    for row in rows_of(world.integration)[rows:]:
        row.delete()
    for number in range(world.integration.mappings.count(), rows):
        world.integration.mappings.create(
            pair="account", source="Name", target=f"Row{number:03}__c", position=100 + number
        )


def _measured(page: Page, visit: Visit, world: World, *, rounds: int) -> Figures:
    steps = {
        "integration page opens": _open_integration,
        "row editor opens, both systems asked": _open_editor_asking,
        "row editor opens, fields known": _open_editor,
        "row is saved": _save,
        "row is moved by a key": _move,
    }
    taken: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            taken[name].append(step(page, visit, world) * 1000)
    return {name: statistics.median(each) for name, each in taken.items()}


def _open_integration(page: Page, visit: Visit, world: World) -> float:
    begun = perf_counter()
    visit(reverse("admin:connector_integration_change", args=[world.integration.pk]))
    page.locator(".sa-grip").last.wait_for()
    return perf_counter() - begun


def _open_editor_asking(page: Page, visit: Visit, world: World) -> float:
    cache.clear()
    return _open_editor(page, visit, world)


def _open_editor(page: Page, visit: Visit, world: World) -> float:
    begun = perf_counter()
    visit(reverse("admin:connector_fieldmapping_change", args=[_row(world).pk]))
    for name in ("sources", "targets"):
        page.locator(f"#mapping-{name} option[value=Bench029__c]").wait_for(state="attached")
    page.get_by_text("This row can be saved.").wait_for()
    return perf_counter() - begun


def _save(page: Page, visit: Visit, world: World) -> float:
    """A row with another source, which is held against both systems; until the integration's page is there again."""
    other = "Bench001__c" if _row(world).source != "Bench001__c" else "Bench002__c"
    page.locator("[name=source]").fill(other)
    begun = perf_counter()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved “").wait_for()
    page.locator(".sa-grip").last.wait_for()
    return perf_counter() - begun


def _move(page: Page, visit: Visit, world: World) -> float:
    second = [row.pk for row in rows_of(world.integration) if row.pair == "account"][1]
    begun = perf_counter()
    page.locator(f"#grip-{second}").press("ArrowUp")
    page.locator(f"#mapping-account[data-seen^='{second},']").wait_for()
    return perf_counter() - begun


def _row(world: World) -> FieldMapping:
    return world.integration.mappings.get(pair="account", target="notes")


def _show(few: Figures, many: Figures) -> None:
    columns = (f"{FEW_ROWS} rows, {FEW_FIELDS} fields", f"{MANY_ROWS} rows, {MANY_FIELDS} fields", "times")
    lines = [f"{'milliseconds':40}" + "".join(f"{each:>24}" for each in columns)]
    lines += [f"{name:40}{few[name]:24.0f}{many[name]:24.0f}{many[name] / few[name]:24.1f}" for name in few]
    lines.append(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print("\n" + "\n".join(lines))  # noqa: T201 - what this file is for
