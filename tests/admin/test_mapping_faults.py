"""A file with a fault is refused as a whole, with the line and the reason; who may not change rows is refused, too."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from connector.models import Integration
from tests.admin.mapping_pages import (
    CSV,
    HUBSPOT,
    JSON,
    LISTS,
    entered,
    everything,
    page_of,
    restore,
    sealed,
    source,
    take_over,
)
from tests.admin.pages import Page
from tests.models import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def integration(db: None) -> Integration:
    return rows.integration()


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
