"""A whole field mapping as a file: given out, looked at, taken over as it was looked at, or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry as AdminLog
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.db.models.signals import pre_save
from django.test import Client
from django.urls import reverse

from connector.models import FieldMapping, Integration
from connector.models.default_mapping import DEFAULT_RULES
from tests.admin.pages import Page, messages
from tests.models import rows

pytestmark = pytest.mark.django_db

JSON = """{
  "kind": "field-mapping",
  "version": 1,
  "rows": [
    {"pair": "account", "source": "Legal_Name__c", "target": "name", "required": true},
    {"pair": "account", "source": "Region__c", "target": "Region__c", "note": "Für Wien"}
  ]
}
"""
CSV = (
    "pair,source,target,transform,arguments,required,note\r\n"
    "account,Legal_Name__c,name,,,yes,\r\n"
    "account,Region__c,Region__c,,,no,Für Wien\r\n"
)
LISTS = "accountCustomFields : Legal_Name__c, Region__c\nzuoraAccountCustomFields : name, Region__c\n"
HUBSPOT = """[
  {"sourceObject": "Account", "targetObject": "Account", "fields": [
     {"source": "Legal_Name__c", "target": "name"},
     {"source": "Region__c", "target": "Region__c"}
  ]}
]
"""
FILES = {"json": JSON, "csv": CSV, "lists": LISTS, "hubspot": HUBSPOT}
REASON = "Spring release"


@pytest.fixture
def integration(db: None) -> Integration:
    return rows.integration()


def source(integration: Integration, origin: str = "import") -> str:
    return reverse("admin:connector_integration_mapping_source", args=[integration.pk, origin])


def take_over(integration: Integration) -> str:
    return reverse("admin:connector_integration_mapping_take_over", args=[integration.pk])


def restore(integration: Integration) -> str:
    return reverse("admin:connector_integration_mapping_restore", args=[integration.pk])


def export(integration: Integration, form: str) -> str:
    return reverse("admin:connector_integration_mapping_export", args=[integration.pk, form])


def page_of(integration: Integration) -> str:
    return reverse("admin:connector_integration_change", args=[integration.pk])


def entered(text: str | bytes = "", form: str = "json", **fields: Any) -> dict[str, Any]:
    """The form of an import; bytes are an uploaded file."""
    given: dict[str, Any] = {"form": form, "how": "keep", "reason": REASON, "text": "", **fields}
    if isinstance(text, bytes):
        return {**given, "file": SimpleUploadedFile("mapping.txt", text)}
    return {**given, "text": text}


def sealed(response: Any) -> str:
    """What the button of a dry run would send; empty without one."""
    page = Page(response)
    values = [value for tag, name, value in page.attributes if tag == "input" and name == "value"]
    return max(values, key=len) if "Take over" in page.buttons else ""


def stored(integration: Integration) -> list[dict[str, Any]]:
    return list(integration.mappings.order_by("pk").values())


def everything() -> list[Any]:
    """What an import could leave behind."""
    return [
        list(FieldMapping.objects.order_by("pk").values()),
        FieldMapping.history.count(),
        AdminLog.objects.count(),
    ]


def taken(
    client: Client, integration: Integration, text: str | bytes, form: str = "json", **fields: Any
) -> Any:
    looked_at = client.post(source(integration), entered(text, form, **fields))
    return client.post(take_over(integration), {"sealed": sealed(looked_at)}, follow=True)


# Giving out


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


# Looking, and taking over


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
    assert "Added 1 Changed 1 Unchanged 26" in text
    assert (
        "Changed name Account → account Legal_Name__c Field Before After Salesforce field Name Legal_Name__c"
        in text
    )
    done = administrator.post(take_over(integration), {"sealed": sealed(looked_at)}, follow=True)
    assert messages(done) == ["Taken over: 1 added, 1 changed; 26 unchanged."]
    assert integration.mappings.get(pair="account", target="name").source == "Legal_Name__c"
    region = integration.mappings.get(target="Region__c")
    assert (region.source, region.position) == ("Region__c", 28)
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
    said = f"Field mapping. Imported: {REASON}. Taken over: 1 added, 1 changed, 26 removed; 0 unchanged."
    assert said in Page(administrator.get(history)).text


def test_replacing_says_what_is_removed_and_removes_it(
    administrator: Client, integration: Integration
) -> None:
    looked_at = administrator.post(source(integration), entered(JSON, how="replace"))

    assert "Added 1 Changed 1 Removed 26 Unchanged 0" in Page(looked_at).text
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


# Faults

BAD = {
    "json: missing comma": (
        "json",
        JSON.replace("true},", "true}"),
        "Line 6: This is no JSON: Expecting ',' delimiter",
    ),
    "json: unknown field": (
        "json",
        JSON.replace('"note"', '"remark"'),
        "Line 6: A row has no “remark”; it may have pair, source",
    ),
    "json: target twice": (
        "json",
        JSON.replace('"target": "Region__c"', '"target": "name"'),
        "Line 6: Region__c → name: name is filled on line 5 already, from Legal_Name__c.",
    ),
    "json: no such field in Zuora": (
        "json",
        JSON.replace('"target": "name"', '"target": "nowhere"'),
        "Line 5: Legal_Name__c → nowhere: Zuora has no field “nowhere” there that can be filled.",
    ),
    "json: too long a note": (
        "json",
        JSON.replace("Für Wien", "ü" * 256),
        "Line 6: Region__c → Region__c: note: Ensure this value has at most 255 characters (it has 256).",
    ),
    "json: half a character": ("json", JSON.replace("Für", "\\ud83d"), "Line 6: A text holds \\ud83d"),
    "json: no row": ("json", '{"kind": "field-mapping", "version": 1, "rows": []}', "It holds no row."),
    "csv: unknown column": (
        "csv",
        CSV.replace("note", "remark"),
        "Line 1: The first line must name the columns",
    ),
    "csv: a cell too few": (
        "csv",
        CSV.replace(",yes,", ",yes"),
        "Line 2: It has 6 cells, and the first line names 7",
    ),
    "csv: target twice": (
        "csv",
        CSV.replace("Region__c,Region__c", "Region__c,name"),
        "Line 3: Region__c → name: name is filled on line 2 already",
    ),
    "lists: missing comma": (
        "lists",
        LISTS.replace("name, ", "name "),
        "Line 2: Position 1 of zuoraAccountCustomFields is “name Region__c”: a comma is missing",
    ),
    "lists: a name too few": (
        "lists",
        LISTS.replace(": name, ", ": "),
        "Line 2: accountCustomFields has 2 names and zuoraAccountCustomFields 1",
    ),
    "lists: what the connector fills": (
        "lists",
        LISTS.replace(": name", ": crmId"),
        "Line 2: Legal_Name__c → crmId: The connector fills crmId itself",
    ),
    "hubspot: missing comma": (
        "hubspot",
        HUBSPOT.replace('"name"},', '"name"}'),
        "Line 4: This is no JSON: Expecting ',' delimiter",
    ),
    "hubspot: unknown field": (
        "hubspot",
        HUBSPOT.replace('"source": "Region__c"', '"from": "Region__c"'),
        "Line 4: A field is an object with “source” and “target”, and nothing else.",
    ),
    "hubspot: target twice": (
        "hubspot",
        HUBSPOT.replace('"target": "Region__c"', '"target": "name"'),
        "Line 4: Region__c → name: name is filled on line 3 already",
    ),
}


@pytest.mark.parametrize(("form", "text", "said"), BAD.values(), ids=BAD)
def test_a_file_with_a_fault_is_refused_with_line_and_reason(
    administrator: Client, integration: Integration, form: str, text: str, said: str
) -> None:
    before = everything()

    response = administrator.post(source(integration), entered(text.encode(), form, how="replace"))

    page = Page(response)
    assert page.text.count(said) == 1
    assert "Nothing can be taken over: " in page.text
    assert sealed(response) == ""
    assert "Removed" not in page.text
    assert everything() == before


def test_a_text_with_faults_stands_in_the_form_again(administrator: Client, integration: Integration) -> None:
    text = JSON.replace('"name"', '"</textarea><script>alert(1)</script>"')

    page = Page(administrator.post(source(integration), entered(text.encode())))

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.html
    assert "<script>alert(1)" not in page.html
    assert "Spring release" in page.html


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Choose a file, or paste the text."),
        (" \n", "Choose a file, or paste the text."),
        (b"", "The file is empty."),
        (b"\n \n", "The file is empty."),
        (b"x" * 1_000_001, "The file has 1,000,001 bytes; at most 1,000,000 are taken. Nothing was read."),
        ("ü" * 500_001, "The text has 1,000,002 bytes; at most 1,000,000 are taken. Nothing was read."),
        ("Wien,\nÖ".encode("latin-1"), "Line 2: This is no text in UTF-8."),
        (b"a\nb\n\x00", "Line 3: This is no text: it holds a NUL character."),
        ("a\x00", "This is no text: it holds a NUL character."),
    ],
)
def test_what_is_no_text_or_too_long_is_refused(
    administrator: Client, integration: Integration, text: str | bytes, said: str
) -> None:
    response = administrator.post(source(integration), entered(text, "csv"))
    assert said in Page(response).text
    assert sealed(response) == ""


def test_more_than_a_request_may_hold_is_refused_with_a_sentence(
    administrator: Client, integration: Integration
) -> None:
    response = administrator.post(source(integration), entered("x" * 2_700_000))
    assert response.status_code == 400
    assert "at most 1 MB" in Page(response).text


def test_more_rows_than_a_mapping_has_are_refused(administrator: Client, integration: Integration) -> None:
    names = ", ".join(f"F{number}__c" for number in range(1_001))
    text = f"accountCustomFields : {names}\nzuoraAccountCustomFields : {names}"

    response = administrator.post(source(integration), entered(text, "lists"))

    assert "It holds 1,001 rows; at most 1,000 are taken." in Page(response).text
    assert sealed(response) == ""


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": " "}, "Say why: the history of each row keeps it."),
        ({"how": ""}, "This field is required."),
        ({"how": "merge"}, "Select a valid choice."),
        ({"form": "yaml"}, "Select a valid choice."),
    ],
)
def test_a_form_that_is_not_filled_in_is_shown_again(
    administrator: Client, integration: Integration, fields: dict[str, str], said: str
) -> None:
    response = administrator.post(source(integration), entered(JSON, **fields))
    assert said in Page(response).text
    assert sealed(response) == ""


def test_a_row_that_the_integration_has_no_place_for_is_refused(administrator: Client) -> None:
    integration = rows.integration(account_number_template="SF-{Id}")
    text = JSON.replace('"Region__c", "target": "Region__c"', '"Number__c", "target": "accountNumber"')

    response = administrator.post(source(integration), entered(text))

    assert (
        "The integration makes account numbers from a template. Empty that option before."
        in Page(response).text
    )
    assert sealed(response) == ""


# Taking over what was looked at, or nothing


@pytest.mark.postgres
def test_a_row_that_was_changed_meanwhile_stops_it_and_shows_what_would_change_now(
    administrator: Client, integration: Integration
) -> None:
    looked_at = administrator.post(source(integration), entered(JSON))
    integration.mappings.filter(target="notes").update(note="Somebody was here")
    before = everything()

    response = administrator.post(take_over(integration), {"sealed": sealed(looked_at)})

    assert "Somebody changed the rows meanwhile. Nothing was taken over" in Page(response).text
    assert "Added 1 Changed 1 Unchanged 26" in Page(response).text
    assert everything() == before
    done = administrator.post(take_over(integration), {"sealed": sealed(response)}, follow=True)
    assert messages(done) == ["Taken over: 1 added, 1 changed; 26 unchanged."]


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


# Who may


@pytest.mark.parametrize("lacking", ["add", "change", "delete"])
def test_all_three_rights_are_needed(client: Client, integration: Integration, lacking: str) -> None:
    user = User.objects.create_user("half", is_staff=True)
    names = [f"{verb}_fieldmapping" for verb in ("view", "add", "change", "delete") if verb != lacking]
    user.user_permissions.set(Permission.objects.filter(codename__in=[*names, "view_integration"]))
    client.force_login(user)

    _refuses(client, integration)


@pytest.mark.parametrize("who", ["viewer", "operator"])
def test_who_may_not_change_rows_is_refused(
    request: pytest.FixtureRequest, integration: Integration, who: str
) -> None:
    _refuses(request.getfixturevalue(who), integration)


def _refuses(client: Client, integration: Integration) -> None:
    before = everything()
    page = Page(client.get(page_of(integration)))
    assert ("Export JSON" in page.links, "Import" in page.links) == (True, False)
    assert "Restore default" not in page.buttons
    for address in (
        *(source(integration, origin) for origin in ("import", "copy", "default")),
        restore(integration),
    ):
        assert client.get(address).status_code == 403
        assert client.post(address, entered(JSON)).status_code == 403
    assert client.post(take_over(integration), {"sealed": ""}).status_code == 403
    assert everything() == before


def test_a_form_of_another_site_changes_nothing(administrator: Client, integration: Integration) -> None:
    before = everything()
    signature = sealed(administrator.post(source(integration), entered(JSON)))
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = administrator.cookies

    assert strict.post(take_over(integration), {"sealed": signature}).status_code == 403
    assert strict.post(source(integration), entered(JSON)).status_code == 403
    assert strict.post(restore(integration), {"pair": "account", "target": "notes"}).status_code == 403
    assert everything() == before


def test_a_get_changes_nothing(administrator: Client, integration: Integration) -> None:
    before = everything()
    signature = sealed(administrator.post(source(integration), entered(JSON)))
    administrator.get(take_over(integration), {"sealed": signature})
    administrator.get(restore(integration), {"pair": "account", "target": "notes"})
    assert everything() == before
    assert administrator.get(source(integration, "nowhere")).status_code == 404
    assert administrator.get(source(Integration(pk=987654))).status_code == 404


# Other sources


def test_the_rows_of_another_integration_are_taken_over(
    administrator: Client, integration: Integration
) -> None:
    other = rows.integration(name="Other <b>")
    taken(administrator, other, JSON)
    form = {"other": other.pk, "how": "replace", "reason": "One mapping for all"}

    looked_at = administrator.post(source(integration, "copy"), form)

    assert "Added 1 Changed 1 Unchanged 26" in Page(looked_at).text
    other.mappings.all().delete()
    administrator.post(take_over(integration), {"sealed": sealed(looked_at)})
    region = integration.mappings.get(target="Region__c")
    assert (region.note, region.history.get().history_change_reason) == (
        "Für Wien",
        "Copied from “Other <b>”: One mapping for all",
    )


def test_an_integration_is_not_copied_from_itself(administrator: Client, integration: Integration) -> None:
    form = {"other": integration.pk, "how": "replace", "reason": REASON}
    assert "Select a valid choice." in Page(administrator.post(source(integration, "copy"), form)).text


@pytest.mark.parametrize("how", ["replace", "keep"])
def test_the_whole_default_mapping_is_restored(
    administrator: Client, integration: Integration, how: str
) -> None:
    integration.mappings.filter(target="workEmail").delete()
    integration.mappings.filter(target="notes").update(source="X", note="Mine", is_active=False)
    FieldMapping.objects.create(
        integration=integration, pair="account", source="A", target="A__c", position=99
    )

    looked_at = administrator.post(source(integration, "default"), {"how": how, "reason": REASON})
    administrator.post(take_over(integration), {"sealed": sealed(looked_at)})

    kept = {(row.pair, row.target): row.rule() for row in integration.mappings.all() if row.target != "A__c"}
    assert kept == {(rule.pair.value, rule.target): rule for rule in DEFAULT_RULES}
    assert integration.mappings.filter(target="A__c").exists() is (how == "keep")
    notes = integration.mappings.get(target="notes")
    assert (notes.note, notes.is_active) == ("Mine", True)


# The default, row by row


def test_the_page_says_how_each_row_stands_to_the_default(
    administrator: Client, integration: Integration
) -> None:
    assert "differs from the default" not in Page(administrator.get(page_of(integration))).text
    integration.mappings.filter(target="workEmail").delete()
    integration.mappings.filter(target="notes").update(source="X", note="Mine")
    integration.mappings.filter(target="fax").update(note="A note is no difference")
    FieldMapping.objects.create(integration=integration, pair="account", source="A", target="A__c")

    page = Page(administrator.get(page_of(integration)))

    assert page.text.count("differs from the default") == 1
    assert "notes differs from the default Salesforce field: by default Description" in page.text
    assert "A__c not in the default mapping" in page.text
    assert "Email workEmail missing here; the default mapping has it" in page.text
    assert page.forms.count(restore(integration)) == 2


def test_one_row_gets_its_default_back_and_keeps_its_note(
    administrator: Client, integration: Integration
) -> None:
    integration.mappings.filter(target="notes").update(source="X", note="Mine", mode="if_empty")
    others = stored(integration)

    response = administrator.post(restore(integration), {"pair": "account", "target": "notes"}, follow=True)

    row = integration.mappings.get(target="notes")
    assert messages(response) == ["Restored the default of “Account → account: Description → notes”."]
    assert (row.source, row.mode, row.note) == ("Description", "always", "Mine")
    assert row.history.first().history_change_reason == "Default restored"
    assert [each for each in stored(integration) if each["id"] != row.pk] == [
        each for each in others if each["id"] != row.pk
    ]


def test_a_default_that_is_missing_is_added(administrator: Client, integration: Integration) -> None:
    integration.mappings.filter(target="workEmail").delete()

    administrator.post(restore(integration), {"pair": "contact", "target": "workEmail"})

    assert integration.mappings.get(target="workEmail").source == "Email"
    assert integration.mappings.count() == len(DEFAULT_RULES)


@pytest.mark.parametrize(
    ("pair", "target"), [("account", "A__c"), ("lead", "notes"), ("", ""), ("contact", "notes")]
)
def test_what_the_default_mapping_does_not_have_is_not_restored(
    administrator: Client, integration: Integration, pair: str, target: str
) -> None:
    before = everything()
    response = administrator.post(restore(integration), {"pair": pair, "target": target}, follow=True)
    assert messages(response) == ["The default mapping has no such row."]
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

    assert messages(done) == ["Taken over: 1 added; 27 unchanged."]
    assert integration.mappings.get(target="Region__c").arguments == {"table": table}
