"""Pages that renew a part of themselves, once the session of who looks at them has ended."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from connector.models import SyncRun
from tests.models import rows

pytestmark = pytest.mark.django_db


def _parts(run: SyncRun) -> dict[str, str]:
    return {
        "search": reverse("admin:connector_account_results") + "?q=acme",
        "list": reverse("admin:connector_account_changelist"),
        "log": reverse("admin:connector_account_change", args=[run.account_id]) + "?level=error",
        "run": reverse("admin:connector_syncrun_live", args=[run.pk]) + "?after=1",
    }


PARTS = ("search", "list", "log", "run")


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_no_place_for_the_login(client: Client, part: str) -> None:
    response = client.get(_parts(rows.started_run())[part], headers={"HX-Request": "true"})

    assert (response.status_code, response.headers["HX-Refresh"], response.content) == (200, "true", b"")


@pytest.mark.parametrize("part", PARTS)
def test_who_may_not_read_a_part_is_refused_as_ever(viewer: Client, part: str) -> None:
    response = viewer.get(_parts(rows.started_run())[part], headers={"HX-Request": "true"})

    assert response.status_code == (403 if part == "search" else 200)
    assert "HX-Refresh" not in response.headers


@pytest.mark.parametrize("part", PARTS)
def test_a_whole_page_leads_to_the_login(client: Client, part: str) -> None:
    response = client.get(_parts(rows.started_run())[part])

    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("admin:login"))
