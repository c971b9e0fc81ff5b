"""The pages around the connector: the way in, their headers, and what a stranger sees."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.test import Client, override_settings

pytestmark = pytest.mark.django_db


def test_the_bare_address_leads_to_the_console(client: Client) -> None:
    response = client.get("/", follow=True)

    assert response.redirect_chain == [("/admin/", 302), ("/admin/login/?next=/admin/", 302)]
    assert response.status_code == 200
    assert b"Syncadmin" in response.content


def test_an_administrator_gets_in(client: Client) -> None:
    User.objects.create_superuser("ada", password="analytical")

    response = client.post(
        "/admin/login/?next=/admin/", {"username": "ada", "password": "analytical"}, follow=True
    )

    assert response.redirect_chain == [("/admin/", 302)]
    assert b"Salesforce CPQ to Zuora Billing" in response.content


@pytest.mark.parametrize("path", ["/admin/login/", "/healthz", "/nowhere"])
def test_every_answer_carries_its_policy(client: Client, path: str) -> None:
    response = client.get(path)

    policy = response["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"


def test_the_login_page_has_no_inline_script(client: Client) -> None:
    html = client.get("/admin/login/").content.decode()

    scripts = [part.partition(">")[0] for part in html.split("<script")[1:]]
    assert scripts
    assert all("src=" in script for script in scripts)


def test_plain_http_is_sent_to_https_except_for_the_health_check(client: Client) -> None:
    with override_settings(SECURE_SSL_REDIRECT=True):
        assert client.get("/admin/login/")["Location"] == "https://testserver/admin/login/"
        assert client.get("/healthz").status_code == 503  # answered, though nobody listens for Redis here


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_health_check_is_only_read(client: Client, method: str) -> None:
    assert getattr(client, method)("/healthz").status_code == 405


def test_there_is_no_public_site_to_lead_to(client: Client) -> None:
    """Django's own redirect breaks on a key that is no number, and on a table that was never made."""
    client.force_login(User.objects.create_user("ada", is_staff=True))

    answers = {client.get(f"/admin/r/{kind.pk}/1/").status_code for kind in ContentType.objects.all()}

    assert answers == {404}
