"""The page “What happens on errors”."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from connector.admin.error_help import address_of
from connector.admin.stories import shown_detail
from connector.clients.retry_table import rows
from tests.admin.pages import Page

pytestmark = pytest.mark.django_db


def _page(client: Client, **asked: str) -> Page:
    return Page(client.get(reverse("error_help"), asked))


def _keys(page: Page) -> list[str]:
    known = {row.key for row in rows()}
    return [value for tag, name, value in page.attributes if (tag, name) == ("tr", "id") and value in known]


def test_every_row_is_on_the_page(viewer: Client) -> None:
    page = _page(viewer)
    assert sorted(_keys(page)) == sorted(row.key for row in rows())
    for row in rows():
        for told in (row.answer, row.advice, row.within_call, row.who_acts, row.kind.by_queue, *row.names):
            assert " ".join(told.split()) in page.text


def test_the_side_bar_leads_there(viewer: Client) -> None:
    assert reverse("error_help") in Page(viewer.get(reverse("admin:index"))).addresses


def test_rows_are_filtered_by_system_kind_and_words(viewer: Client) -> None:
    assert {key.split("-")[0] for key in _keys(_page(viewer, system="Zuora"))} == {"zuora", "own"}
    assert "salesforce-code-INVALID_FIELD" in _keys(_page(viewer, q="invalid_field"))
    assert _keys(_page(viewer, system="Zuora", kind="Passing", q="lock record")) == ["zuora-category-50"]
    assert "Nothing matches" in _page(viewer, q="no such words").text


def test_a_failure_of_the_log_leads_to_its_row_on_top(viewer: Client) -> None:
    detail = {"system": "Zuora", "status": 400, "code": "53100020"}
    address = shown_detail(detail).explained_at
    assert address == address_of(detail)
    page = Page(viewer.get(address))
    assert _keys(page)[0] == "zuora-category-20"
    assert "Zuora: 53100020" in page.text


def test_what_no_row_is_about_is_said(viewer: Client) -> None:
    assert "no row for it" in _page(viewer, system="Salesforce", status="302").text
    assert (
        "<script>"
        not in _page(viewer, system="Zuora", code="<script>alert(1)</script>").html.split("<main", 1)[-1]
    )


def test_entries_without_a_remote_answer_lead_nowhere() -> None:
    assert address_of({}) == ""
    assert address_of({"system": "Zuora"}) == ""
    assert address_of({"system": "Mars", "code": "1"}) == ""
