"""Which resource answers which path; the table is the list of what this sandbox speaks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from connector.sandbox.salesforce.errors import ApiError, method_not_allowed, not_found
from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.rest import limits, queries, record_collections, sobjects, upserts
from connector.sandbox.salesforce.rest.composite import composite
from connector.sandbox.salesforce.rest.messages import Call, Reply

OLDEST_VERSION = 31
NEWEST_VERSION = 67
_SEASONS = ("Summer", "Winter", "Spring")


def versions() -> list[dict[str, str]]:
    """Return the version list, which is public: three releases a year, v67 is Summer '26."""
    return [
        {
            "label": f"{_SEASONS[(number - NEWEST_VERSION) % 3]} '{_year(number):02d}",
            "url": f"/services/data/v{number}.0",
            "version": f"{number}.0",
        }
        for number in range(OLDEST_VERSION, NEWEST_VERSION + 1)
    ]


def route(org: Org, call: Call) -> Reply:
    """Answer a call; raises ApiError, also for an unknown path or version."""
    if call.version < OLDEST_VERSION:
        raise ApiError("GONE", "The requested API version is retired.", status=410)
    if call.version > NEWEST_VERSION:
        raise not_found()
    other_methods = False
    for each in _ROUTES:
        match = each.pattern.fullmatch(call.path)
        if match is None:
            continue
        if each.method == call.method:
            return each.answer(org, call, **match.groupdict())
        other_methods = True
    raise method_not_allowed(call.method) if other_methods else not_found()


def resources(org: Org, call: Call) -> Reply:
    names = ("sobjects", "query", "queryAll", "limits", "composite")
    return Reply(body={name: f"{call.base}/{name}" for name in names})


def _year(number: int) -> int:
    """Winter releases carry the year that follows; v65 is Winter '26."""
    return 26 + (number - 65) // 3


@dataclass(frozen=True, slots=True)
class _Route:
    method: str
    pattern: re.Pattern[str]
    answer: Callable[..., Reply]


def _table(*rows: tuple[str, str, Callable[..., Reply]]) -> tuple[_Route, ...]:
    """`{name}` stands for one part of a path."""
    return tuple(
        _Route(method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), answer)
        for method, path, answer in rows
    )


_ROUTES = _table(
    ("GET", "", resources),
    ("GET", "query", queries.query),
    ("GET", "queryAll", queries.query_all),
    ("GET", "query/{locator}", queries.query_more),
    ("GET", "queryAll/{locator}", queries.query_more),
    ("GET", "limits", limits.limits),
    ("GET", "limits/recordCount", limits.record_count),
    ("POST", "composite", partial(composite, route=route)),
    ("POST", "composite/sobjects", record_collections.create_many),
    ("PATCH", "composite/sobjects", record_collections.update_many),
    ("DELETE", "composite/sobjects", record_collections.delete_many),
    ("GET", "composite/sobjects/{sobject}", record_collections.retrieve_many),
    ("POST", "composite/sobjects/{sobject}", record_collections.retrieve_many),
    ("PATCH", "composite/sobjects/{sobject}/{name}", record_collections.upsert_many),
    ("GET", "sobjects", sobjects.list_objects),
    ("GET", "sobjects/{sobject}", sobjects.basic),
    ("POST", "sobjects/{sobject}", sobjects.create),
    ("GET", "sobjects/{sobject}/describe", sobjects.describe),
    ("GET", "sobjects/{sobject}/{record_id}", sobjects.retrieve),
    ("PATCH", "sobjects/{sobject}/{record_id}", sobjects.update),
    ("DELETE", "sobjects/{sobject}/{record_id}", sobjects.delete),
    ("GET", "sobjects/{sobject}/{name}/{value}", upserts.retrieve_by),
    ("PATCH", "sobjects/{sobject}/{name}/{value}", upserts.upsert_by),
)
