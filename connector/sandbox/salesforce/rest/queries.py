"""query, queryAll and the pages behind them."""

from __future__ import annotations

import re

from connector.sandbox.salesforce.cursors import Pages
from connector.sandbox.salesforce.errors import ApiError
from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.rest.messages import Call, Reply

MAX_BATCH = 2_000
MIN_BATCH = 200
_BATCH_SIZE = re.compile(r"batchSize\s*=\s*(\d+)", re.IGNORECASE)


def query(org: Org, call: Call) -> Reply:
    return _run(org, call, include_deleted=False)


def query_all(org: Org, call: Call) -> Reply:
    """Like query, and reaches the recycle bin."""
    return _run(org, call, include_deleted=True)


def query_more(org: Org, call: Call, locator: str) -> Reply:
    return Reply(body=org.cursors.next_page(locator, version=call.version))


def _run(org: Org, call: Call, *, include_deleted: bool) -> Reply:
    source = call.query.get("q")
    if not source:
        raise ApiError("MALFORMED_QUERY", "A query string has to be specified")
    result = org.engine(version=call.version, include_deleted=include_deleted).run(source)
    return Reply(body=org.cursors.first_page(result, _pages(org, call), version=call.version))


def _pages(org: Org, call: Call) -> Pages:
    """The header is a hint within 200 and 2,000 rows (range unverified); the settings go below it."""
    asked = _BATCH_SIZE.search(call.headers.get("sforce-query-options", ""))
    size = min(max(int(asked[1]), MIN_BATCH), MAX_BATCH) if asked else MAX_BATCH
    return Pages(org.settings.page_size or size, org.settings.child_page_size or size)
