"""The options the write path relies on, seen in a real connection."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

pytestmark = pytest.mark.django_db(transaction=True)


def _value(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return row[0] if row else None


def test_sqlite_keeps_readers_and_waits_for_writers() -> None:
    assert _value("PRAGMA journal_mode") == "wal"
    assert _value("PRAGMA busy_timeout") == 20_000


def test_sqlite_takes_the_write_lock_when_a_transaction_begins() -> None:
    other = connection.copy()
    try:
        with transaction.atomic(), other.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 0")
            with pytest.raises(Exception, match="database is locked"):
                cursor.execute("BEGIN IMMEDIATE")
    finally:
        other.close()


@pytest.mark.postgres(only=True)
def test_postgresql_answers_in_utf8() -> None:
    assert connection.vendor == "postgresql"
    assert _value("SHOW server_encoding") == "UTF8"
    assert _value("SELECT upper('é')") == "É"
