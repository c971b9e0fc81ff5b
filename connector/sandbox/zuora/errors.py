"""Zuora's refusals: a category with a sentence, several at once, and the status each category travels
with.

A reason's code is a resource (six digits) followed by the category (two). The categories and their
statuses are documented; the resource numbers other than 500000 are not, so a fixed one is used per family
of endpoints (unverified).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

PERMISSION = 10
AUTHENTICATION = 11
BAD_VALUE = 20
UNKNOWN_FIELD = 21
MISSING_FIELD = 22
MISSING_PARAMETER = 23
BAD_QUERY = 27
BUSINESS_RULE = 30
NOT_FOUND = 40
UNSUPPORTED = 45
LOCKED = 50
LIMIT = 70
BAD_JSON = 90

CATEGORY_STATUS = {
    PERMISSION: 403,
    AUTHENTICATION: 401,
    BAD_VALUE: 400,
    UNKNOWN_FIELD: 400,
    MISSING_FIELD: 400,
    MISSING_PARAMETER: 400,
    BAD_QUERY: 400,
    BUSINESS_RULE: 400,
    BAD_JSON: 400,
    NOT_FOUND: 404,
    UNSUPPORTED: 405,
    LOCKED: 409,
    60: 500,
    61: 500,
    99: 500,
    LIMIT: 429,
}

NO_RESOURCE = 500000
AUTHENTICATION_RESOURCE = 900000
RESOURCES = {  # unverified numbers, one per family
    "/v1/accounts": 531000,
    "/v1/contacts": 531100,
    "/v1/orders": 587400,
    "/v1/order-line-items": 587400,
    "/v1/async/orders": 587400,
    "/v1/subscriptions": 535000,
}


@dataclass(frozen=True, slots=True)
class Reason:
    category: int
    message: str
    resource: int | None = None

    def as_json(self, *, resource: int) -> dict[str, Any]:
        return {"code": (self.resource or resource) * 100 + self.category, "message": self.message}


class Refused(Exception):
    """A request that is answered with reasons; nothing of it is carried out.

    `status` is given only where the category alone does not say it.
    """

    def __init__(
        self, reasons: Iterable[Reason], *, status: int | None = None, headers: dict[str, str] | None = None
    ) -> None:
        self.reasons = tuple(reasons)
        self.status = status
        self.headers = headers or {}
        super().__init__("; ".join(reason.message for reason in self.reasons))


def refuse(category: int, message: str, *, status: int | None = None) -> Refused:
    return Refused([Reason(category, message)], status=status)


def resource_of(path: str, *, has_body: bool) -> int:
    """The resource number of a request; one without a body always has 500000 (recorded)."""
    if not has_body:
        return NO_RESOURCE
    return next((number for prefix, number in RESOURCES.items() if path.startswith(prefix)), NO_RESOURCE)
