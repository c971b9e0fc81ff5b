"""Which tests run on which database, and what a process started by a test works on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection

PROJECT = Path(__file__).resolve().parent.parent.parent


def test_unmarked_tests_run_on_sqlite() -> None:
    assert connection.vendor == "sqlite"


@pytest.mark.postgres(only=True)
def test_tests_for_postgresql_alone_run_there() -> None:
    assert connection.vendor == "postgresql"


@pytest.mark.postgres
def test_a_process_works_on_the_database_of_its_test(process_environment: dict[str, str]) -> None:
    User.objects.create_user("grace")

    done = subprocess.run(
        [
            sys.executable,
            "manage.py",
            "createsuperuser",
            "--noinput",
            "--username",
            "ada",
            "--email",
            "a@example.com",
        ],
        cwd=PROJECT,
        env={**process_environment, "DJANGO_SUPERUSER_PASSWORD": "analytical"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert sorted(User.objects.values_list("username", flat=True)) == ["ada", "grace"]
