"""A whole field mapping as a file: given out, looked at, taken over as it was looked at, or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import IntegrityError
from django.db.models.signals import pre_save
from django.test import Client
from django.urls import reverse

from connector.models import FieldMapping, Integration
from connector.models.default_mapping import DEFAULT_RULES
from tests.admin.mapping_pages import (
    FILES,
    JSON,
    REASON,
    entered,
    everything,
    export,
    sealed,
    source,
    take_over,
    taken,
)
from tests.admin.pages import Page, messages
from tests.models import rows

REST = len(DEFAULT_RULES) - 1
"""The rows of a new integration that an import with one of them leaves alone."""

pytestmark = pytest.mark.django_db


@pytest.fixture
def integration(db: None) -> Integration:
    return rows.integration()


@pytest.mark.postgres
@pytest.mark.parametrize("form", ["json", "csv"])
def test_what_is_given_out_replaces_to_the_same(
    administrator: Client, integration: Integration, form: str
) -> None:
    integration.mappings.filter(target="notes").update(
        note="=1+1; “ab 2026”", is_active=False, default="none"
    )
    response = administrator.get(export(integration, form))

    assert response.headers["Content-Disposition"] == f'attachment; filename="field-mapping-acme.{form}"'
    again = administrator.post(source(integration), entered(response.content, form, how="replace"))
    assert "Nothing would change: the rows are like that already." in Page(again).text
    assert sealed(again) == ""


@pytest.mark.postgres
@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_mapping_moves_to_another_integration_exactly(administrator: Client, form: str) -> None:
    one, other = rows.integration(name="One"), rows.integration(name="Other")
    taken(administrator, one, JSON)
    one.mappings.filter(target="Region__c").update(
        transform="lookup", arguments={"table": {"a": "b"}}, position=2
    )
    one.mappings.filter(target="workEmail").delete()

    taken(administrator, other, administrator.get(export(one, form)).content, form, how="replace")

    assert administrator.get(export(other, form)).content == administrator.get(export(one, form)).content


def test_a_viewer_reads_the_files_and_somebody_without_a_group_does_not(
    viewer: Client, client: Client, integration: Integration
) -> None:
    assert viewer.get(export(integration, "csv")).status_code == 200
    assert viewer.post(export(integration, "csv")).status_code == 405
    assert viewer.get(export(integration, "lists")).status_code == 404
    assert viewer.get(export(Integration(pk=987654), "csv")).status_code == 404
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert client.get(export(integration, "csv")).status_code == 403
    seer = User.objects.create_user("seer", is_staff=True)
    seer.user_permissions.add(Permission.objects.get(codename="view_integration"))
    client.force_login(seer)
    assert client.get(export(integration, "json")).status_code == 403


@pytest.mark.parametrize("form", FILES)
@pytest.mark.parametrize("is_file", [True, False], ids=["file", "text"])
def test_each_format_is_looked_at_first_and_then_taken_over(
    administrator: Client, integration: Integration, form: str, is_file: bool
) -> None:
    before = everything()
    given = FILES[form].encode() if is_file else FILES[form]

    looked_at = administrator.post(source(integration), entered(given, form))

    assert everything() == before
    text = Page(looked_at).text
    assert f"Added 1 Changed 1 Unchanged {REST}" in text
    assert (
        "Changed name Account → account Legal_Name__c Field Before After Salesforce field Name Legal_Name__c"
        in text
    )
    done = administrator.post(take_over(integration), {"sealed": sealed(looked_at)}, follow=True)
    assert messages(done) == [f"Taken over: 1 added, 1 changed; {REST} unchanged."]
    assert integration.mappings.get(pair="account", target="name").source == "Legal_Name__c"
    region = integration.mappings.get(target="Region__c")
    assert (region.source, region.position) == ("Region__c", REST + 2)
    assert region.note == ("Für Wien" if form in ("json", "csv") else "")


def test_the_history_of_each_row_says_why_and_the_integrations_says_what(
    administrator: Client, integration: Integration
) -> None:
    count = FieldMapping.history.count()

    taken(administrator, integration, JSON, how="replace")

    kept = FieldMapping.history.all()[: FieldMapping.history.count() - count]
    assert sorted((each.target, each.history_type) for each in kept if each.pair == "account") == [
        ("Region__c", "+"),
        ("autoPay", "-"),
        ("billCycleDay", "-"),
        ("currency", "-"),
        ("name", "~"),
        ("notes", "-"),
        ("salesRep", "-"),
    ]
    assert {(each.changed_by, each.history_change_reason) for each in kept} == {
        ("anna", f"Imported: {REASON}")
    }
    history = reverse("admin:connector_integration_history", args=[integration.pk])
    said = f"Field mapping. Imported: {REASON}. Taken over: 1 added, 1 changed, {REST} removed; 0 unchanged."
    assert said in Page(administrator.get(history)).text


def test_replacing_says_what_is_removed_and_removes_it(
    administrator: Client, integration: Integration
) -> None:
    looked_at = administrator.post(source(integration), entered(JSON, how="replace"))

    assert f"Added 1 Changed 1 Removed {REST} Unchanged 0" in Page(looked_at).text
    administrator.post(take_over(integration), {"sealed": sealed(looked_at)})
    assert list(integration.mappings.order_by("position").values_list("target", flat=True)) == [
        "name",
        "Region__c",
    ]


def test_only_rows_that_differ_are_written(administrator: Client, integration: Integration) -> None:
    """Two rows without a position, as the form of a row leaves them, move no other."""
    for target in ("A__c", "B__c"):
        FieldMapping.objects.create(integration=integration, pair="account", source="X", target=target)
    count = FieldMapping.history.count()

    taken(administrator, integration, JSON)

    assert FieldMapping.history.count() == count + 2


@pytest.mark.postgres
def test_a_row_that_was_changed_meanwhile_stops_it_and_shows_what_would_change_now(
    administrator: Client, integration: Integration
) -> None:
    looked_at = administrator.post(source(integration), entered(JSON))
    integration.mappings.filter(target="notes").update(note="Somebody was here")
    before = everything()

    response = administrator.post(take_over(integration), {"sealed": sealed(looked_at)})

    assert "Somebody changed the rows meanwhile. Nothing was taken over" in Page(response).text
    assert f"Added 1 Changed 1 Unchanged {REST}" in Page(response).text
    assert everything() == before
    done = administrator.post(take_over(integration), {"sealed": sealed(response)}, follow=True)
    assert messages(done) == [f"Taken over: 1 added, 1 changed; {REST} unchanged."]


def test_an_option_that_was_set_meanwhile_stops_it(administrator: Client, integration: Integration) -> None:
    text = JSON.replace('"Region__c", "target": "Region__c"', '"Number__c", "target": "accountNumber"')
    looked_at = administrator.post(source(integration), entered(text))
    Integration.objects.update(account_number_template="SF-{Id}")
    before = everything()

    response = administrator.post(take_over(integration), {"sealed": sealed(looked_at)})

    assert "The integration makes account numbers from a template." in Page(response).text
    assert sealed(response) == ""
    assert everything() == before


@contextmanager
def failing_at(target: str, error: Exception) -> Iterator[None]:
    """The database refuses the row of that target."""

    def refuse(instance: FieldMapping, **_: Any) -> None:
        if instance.target == target:
            raise error

    pre_save.connect(refuse, sender=FieldMapping)
    try:
        yield
    finally:
        assert pre_save.disconnect(refuse, sender=FieldMapping)


@pytest.mark.postgres
def test_what_fails_at_its_last_row_leaves_nothing_behind(
    administrator: Client, integration: Integration
) -> None:
    looked_at = administrator.post(source(integration), entered(JSON, how="replace"))
    before = everything()

    with failing_at("Region__c", IntegrityError("twice")):
        response = administrator.post(take_over(integration), {"sealed": sealed(looked_at)})

    assert "Nothing was taken over" in Page(response).text
    assert everything() == before


@pytest.mark.parametrize("mended", ["", "x", "1:2:3"])
def test_a_seal_that_is_none_changes_nothing(
    administrator: Client, integration: Integration, mended: str
) -> None:
    before = everything()
    response = administrator.post(take_over(integration), {"sealed": mended}, follow=True)
    assert messages(response) == ["Nothing was taken over: begin again with a dry run."]
    assert everything() == before


def test_a_dry_run_counts_for_its_integration_alone(administrator: Client, integration: Integration) -> None:
    looked_at = administrator.post(source(integration), entered(JSON))
    other = rows.integration(name="Other")
    before = everything()

    response = administrator.post(take_over(other), {"sealed": sealed(looked_at)}, follow=True)

    assert messages(response) == ["Nothing was taken over: begin again with a dry run."]
    assert everything() == before


def test_a_long_text_comes_back_from_the_browser_as_it_was(
    administrator: Client, integration: Integration
) -> None:
    table = {f"Wert\r\n{number}": f"Größe\n{number}" * 20 for number in range(1_000)}
    row = {"pair": "account", "source": "Region__c", "target": "Region__c", "transform": "lookup"}
    text = json.dumps(
        {"kind": "field-mapping", "version": 1, "rows": [{**row, "arguments": {"table": table}}]}
    )

    done = taken(administrator, integration, text)

    assert messages(done) == [f"Taken over: 1 added; {REST + 1} unchanged."]
    assert integration.mappings.get(target="Region__c").arguments == {"table": table}
