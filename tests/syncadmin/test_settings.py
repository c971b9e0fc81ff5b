"""Every variable that is missing or malformed is refused with a sentence that begins with its name."""

from __future__ import annotations

import os
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connector.clients.credentials import Network
from syncadmin.environment import SettingsError

from .checkouts import PROJECT, manage, production

Read = Callable[..., dict[str, Any]]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Read:
    """Read the settings afresh, as a production with these variables would."""

    def settings(**variables: str) -> dict[str, Any]:
        database = f"sqlite:///{tmp_path}/db.sqlite3"
        environment = production(**{"DATABASE_URL": database, "SYNCADMIN_DOTENV": "0", **variables})
        for name in list(os.environ):
            monkeypatch.delenv(name)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(PROJECT / "syncadmin" / "settings.py"))

    return settings


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set: make one with "),
        ({"SECRET_KEY": "hunter2"}, "SECRET_KEY is too easy to guess: "),
        ({"FIELD_ENCRYPTION_KEYS": ""}, "FIELD_ENCRYPTION_KEYS is not set: "),
        ({"FIELD_ENCRYPTION_KEYS": "hunter2"}, "Key 1 of FIELD_ENCRYPTION_KEYS is not a Fernet key"),
        ({"DEBUG": "maybe"}, "DEBUG must be one of "),
        ({"WEB_SECURE": "maybe"}, "WEB_SECURE must be one of "),
        ({"BEHIND_PROXY": "maybe"}, "BEHIND_PROXY must be one of "),
        ({"ADDRESS_FAILURE_LIMIT": "-1"}, "ADDRESS_FAILURE_LIMIT must be a whole number from 0 to 100000; "),
        ({"DATABASE_URL": "mysql://a/b"}, "DATABASE_URL has the scheme 'mysql'"),
        ({"REDIS_URL": "http://a"}, "REDIS_URL is not a valid address: "),
        ({"REDIS_URL_FILE": "/none"}, "REDIS_URL_FILE points to /none, which cannot be read"),
        ({"TIME_ZONE": "Mars/Olympus"}, "TIME_ZONE 'Mars/Olympus' is not a known zone: "),
        ({"TIME_ZONE": "../etc/passwd"}, "TIME_ZONE '../etc/passwd' is not a known zone: "),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of DEBUG, "),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT must be one of json, console"),
        ({"CSRF_TRUSTED_ORIGINS": "sync.example.com"}, "CSRF_TRUSTED_ORIGINS holds 'sync.example.com': "),
        ({"SANDBOX_ROUTES": "a.test=http://10.0.0.1:1"}, "SANDBOX_ROUTES sends a.test to "),
        ({"REMOTE_CONNECT_TIMEOUT": "soon"}, "REMOTE_CONNECT_TIMEOUT must be a number from 0.1 to 60; "),
        ({"REMOTE_READ_TIMEOUT": "0"}, "REMOTE_READ_TIMEOUT must be a number from 1 to 300; "),
        ({"REMOTE_READ_TIMEOUT": "nan"}, "REMOTE_READ_TIMEOUT must be a number from 1 to 300; "),
        ({"REMOTE_RETRIES": "11"}, "REMOTE_RETRIES must be a whole number from 0 to 10; "),
        ({"LOG_DAYS": "-1"}, "LOG_DAYS must be a whole number from 0 to 36500; "),
        ({"LOG_DETAIL_DAYS": "soon"}, "LOG_DETAIL_DAYS must be a whole number from 0 to 36500; "),
        ({"REMOTE_RETRIES": "1.5"}, "REMOTE_RETRIES must be a whole number from 0 to 10; "),
        ({"EXTRA_REMOTE_HOSTS": "10.0.0.1"}, "EXTRA_REMOTE_HOSTS holds '10.0.0.1'"),
    ],
)
def test_a_wrong_setting_is_named(read: Read, variables: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(**variables)
    assert str(caught.value).startswith(sentence)
    assert "hunter2" not in str(caught.value)


def test_what_nobody_sets_is_safe(read: Read) -> None:
    settings = read(ALLOWED_HOSTS="")

    assert settings["DEBUG"] is False
    assert settings["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert settings["SECURE_SSL_REDIRECT"] is True
    assert settings["SECURE_HSTS_SECONDS"] > 0
    assert settings["SESSION_COOKIE_SECURE"] is True
    assert settings["CSRF_COOKIE_SECURE"] is True
    assert "SECURE_PROXY_SSL_HEADER" not in settings
    assert settings["SANDBOX_ROUTES"] == {}
    assert settings["EXTRA_REMOTE_HOSTS"] == frozenset()
    assert settings["STORAGES"]["staticfiles"]["BACKEND"].endswith("CompressedManifestStaticFilesStorage")


def test_a_proxy_is_believed_only_where_one_stands(read: Read) -> None:
    assert read(BEHIND_PROXY="1")["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


def test_a_demo_on_plain_http_is_not_sent_to_https(read: Read) -> None:
    settings = read(WEB_SECURE="0")

    assert settings["SECURE_SSL_REDIRECT"] is False
    assert settings["SECURE_HSTS_SECONDS"] == 0
    assert settings["SESSION_COOKIE_SECURE"] is False
    assert settings["WHITENOISE_USE_FINDERS"] is True


def test_scripts_are_never_inline(read: Read) -> None:
    directives = read()["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]

    assert directives["script-src"] == ["'self'", "'unsafe-eval'"]
    assert directives["default-src"] == ["'self'"]
    assert directives["frame-ancestors"] == ["'none'"]


def test_jobs_and_cache_carry_json_alone(read: Read) -> None:
    settings = read()

    assert settings["RQ_QUEUES"]["default"]["SERIALIZER"] == "rq.serializers.JSONSerializer"
    assert settings["CACHES"]["default"]["OPTIONS"]["serializer"] == "syncadmin.cache.JSONSerializer"


@pytest.mark.parametrize(("given", "limit"), [({}, 50), ({"ADDRESS_FAILURE_LIMIT": "0"}, 0)])
def test_how_many_logins_may_fail_from_an_address_can_be_set(
    read: Read, given: dict[str, str], limit: int
) -> None:
    assert read(**given)["ADDRESS_FAILURE_LIMIT"] == limit


def test_how_long_remotes_may_take_is_the_clients_own_measure_unless_set(read: Read) -> None:
    names = ("REMOTE_CONNECT_TIMEOUT", "REMOTE_READ_TIMEOUT", "REMOTE_RETRIES")
    untouched, usual = read(), Network()
    assert [untouched[name] for name in names] == [usual.connect_timeout, usual.read_timeout, usual.retries]

    changed = read(REMOTE_CONNECT_TIMEOUT="2.5", REMOTE_READ_TIMEOUT="60", REMOTE_RETRIES="0")
    assert [changed[name] for name in names] == [2.5, 60.0, 0]


def test_a_production_passes_the_deployment_check(tmp_path: Path) -> None:
    """As a process, with the environment of the README's `.env`: nothing of the tests' settings is in it."""
    database = f"sqlite:///{tmp_path}/db.sqlite3"
    variables = production(DATABASE_URL=database, SYNCADMIN_DOTENV="0", BEHIND_PROXY="on")

    done = manage(PROJECT, "check", "--deploy", "--fail-level", "WARNING", variables=variables)

    assert (done.returncode, done.stdout) == (0, "System check identified no issues (1 silenced).\n"), (
        done.stderr
    )


def test_a_production_without_https_does_not_pass_it(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/db.sqlite3"
    variables = production(DATABASE_URL=database, SYNCADMIN_DOTENV="0", WEB_SECURE="0")

    done = manage(PROJECT, "check", "--deploy", "--fail-level", "WARNING", variables=variables)

    assert done.returncode == 1
    assert "security.W012" in done.stderr
