"""How much of the daily allocation is used, and how many records there are."""

from __future__ import annotations

from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.rest.messages import Call, Reply

DAILY_API_REQUESTS = 5_000_000
_OTHER_LIMITS = {"DailyBulkApiBatches": 15_000, "DailyAsyncApexExecutions": 250_000, "FileStorageMB": 20_480}


def daily_limit(org: Org) -> int:
    limit = org.settings.api_request_limit
    return DAILY_API_REQUESTS if limit is None else limit


def limits(org: Org, call: Call) -> Reply:
    maximum = daily_limit(org)
    used = {"DailyApiRequests": {"Max": maximum, "Remaining": max(0, maximum - org.api_requests)}}
    others = {name: {"Max": value, "Remaining": value} for name, value in _OTHER_LIMITS.items()}
    return Reply(body={**used, **others})


def record_count(org: Org, call: Call) -> Reply:
    """Count live records; an object without any is left out, as recorded for some objects."""
    names = [name for name in call.query.get("sObjects", "").split(",") if name]
    entities = [org.catalog.find(name) for name in names] if names else list(org.catalog)
    counts = [
        {
            "count": sum(not record.get("IsDeleted") for record in org.store.records(entity.name)),
            "name": entity.name,
        }
        for entity in entities
        if entity is not None
    ]
    return Reply(body={"sObjects": [count for count in counts if count["count"]]})
