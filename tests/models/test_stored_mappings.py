"""Two who take over the same look at the rows at once: one gets what was looked at, the other is told."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection

from connector.domain.mapping_files import Entry
from connector.domain.mapping_files.comparing import How
from connector.domain.rules import Pair, Rule
from connector.models.stored_mappings import ChangedMeanwhile, digest, rows_of, take_over
from tests.models import rows


@pytest.mark.postgres(only=True)
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_told_that_the_rows_changed() -> None:
    integration = rows.integration()
    seen, start, ends = digest(rows_of(integration)), Barrier(2), []

    def take(source: str) -> None:
        entry = Entry(Rule(Pair.ACCOUNT, source, "Region__c"))
        start.wait(timeout=10)
        try:
            take_over(integration, [entry], how=How.REPLACE, seen=seen, reason=source)
            ends.append(source)
        except ChangedMeanwhile:
            ends.append("changed meanwhile")
        finally:
            connection.close()

    threads = [Thread(target=take, args=(source,)) for source in ("One__c", "Other__c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    (won,) = [end for end in ends if end != "changed meanwhile"]
    assert len(ends) == 2
    assert [row.source for row in rows_of(integration)] == [won]


@pytest.mark.django_db
@pytest.mark.postgres
def test_the_digest_is_that_of_what_is_stored() -> None:
    integration = rows.integration()
    before = digest(rows_of(integration))
    row = integration.mappings.get(target="notes")
    for field, value in {
        "source": "X",
        "default": 1,
        "is_active": False,
        "note": "N",
        "position": 99,
    }.items():
        setattr(row, field, value)
        row.save()
        after = digest(rows_of(integration))
        assert after != before, field
        assert after == digest(rows_of(integration))
        before = after
    row.default = True
    row.save()
    assert digest(rows_of(integration)) != before
