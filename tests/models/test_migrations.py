"""The migrations make exactly the tables that the models describe."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

from connector.models import Account, WriteIntent
from tests.cast import ACME_HOLDING
from tests.models import rows

ADDED_LATER = ("is_asynchronous", "job_id", "vanished_at")
"""Columns of write intents that the release before does not know."""


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "connector", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
@pytest.mark.postgres
def test_workers_of_the_release_before_can_still_open_intents() -> None:
    """They go on for a while after `migrate`, and leave out columns that they do not know."""
    rows.write_intent(rows.started_run(), state=WriteIntent.State.SETTLED)
    table = WriteIntent._meta.db_table
    known = [field.column for field in WriteIntent._meta.local_fields if not field.primary_key]
    columns = ", ".join(column for column in known if column not in ADDED_LATER)

    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}")  # noqa: S608 - our own names

    assert list(WriteIntent.objects.values_list(*ADDED_LATER)) == [(False, "", None), (False, "", None)]


@pytest.mark.django_db
@pytest.mark.postgres
def test_workers_of_the_release_before_can_still_add_accounts() -> None:
    rows.account()
    left_out = ("id", "salesforce_id", "to_check")
    known = [field.column for field in Account._meta.local_fields if field.name not in left_out]
    columns = ", ".join(known)

    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Account._meta.db_table} (salesforce_id, {columns}) "  # noqa: S608 - our own names
            f"SELECT %s, {columns} FROM {Account._meta.db_table}",
            [ACME_HOLDING],
        )

    assert Account.objects.get(salesforce_id=ACME_HOLDING).to_check == ""
