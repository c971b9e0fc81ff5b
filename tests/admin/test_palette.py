"""The theme's search over everything is left out: no page opens it, and its address answers nobody."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.admin.pages import Page

pytestmark = pytest.mark.django_db

SEARCH = reverse("admin:search")


@pytest.mark.parametrize("query", ["", "?s=acc", "?s=acc&extended=1", "?s=acc&page=x"])
def test_its_address_is_none_without_redis(superuser: Client, query: str) -> None:
    assert superuser.get(f"{SEARCH}{query}").status_code == 404


@pytest.mark.usefixtures("redis_url")
def test_its_address_is_none_with_redis(superuser: Client) -> None:
    answers = [superuser.get(f"{SEARCH}?s=acc&extended=1").status_code for _ in range(2)]

    assert answers == [404, 404]


def test_no_page_opens_it(superuser: Client) -> None:
    page = Page(superuser.get(reverse("admin:index")))

    assert not [value for _, _, value in page.attributes if SEARCH in value or "opencommand" in value]
