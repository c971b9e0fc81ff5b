"""The queue library brings pages of its own, on which any staff user could delete or repeat jobs: they are not served."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["", "dashboard/", "dashboard/queues/default/", "dashboard/stats.json"])
def test_the_pages_of_the_queue_library_are_not_there(client: Client, page: str) -> None:
    client.force_login(User.objects.create_superuser("ada", "ada@acme.example", "analytical"))
    assert client.get(f"/admin/django_rq/{page}").status_code == 404
    assert "django_rq" not in {model._meta.app_label for model in admin.site._registry}
