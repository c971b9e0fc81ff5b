"""GET /healthz tells load balancers whether this process can do its work, and strangers nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connections
from django.test import Client

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.postgres
@pytest.mark.usefixtures("redis_url")
def test_healthy_when_database_and_redis_answer(client: Client) -> None:
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "redis": "ok"}
    assert "no-store" in response["Cache-Control"]


def test_names_redis_when_it_is_down(client: Client) -> None:
    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json() == {"status": "down", "database": "ok", "redis": "down"}


@pytest.mark.usefixtures("redis_url")
def test_names_the_database_when_it_is_down(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = connections["default"]
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "none" / "db.sqlite3"))

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json() == {"status": "down", "database": "down", "redis": "ok"}


@pytest.mark.usefixtures("redis_url")
def test_a_load_balancer_may_ask_by_address(client: Client, settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = ["sync.example.com"]

    response = client.get("/healthz", headers={"host": "10.1.2.3:8000"})

    assert response.status_code == 200
    assert response.json()["status"] == "ok"
    assert client.get("/admin/login/", headers={"host": "10.1.2.3:8000"}).status_code == 400
