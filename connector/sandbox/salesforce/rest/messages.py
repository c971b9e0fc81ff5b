"""A call to the REST API and its reply, apart from any web framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.sandbox.salesforce.errors import ApiError
from connector.sandbox.salesforce.records import Json


@dataclass(frozen=True, slots=True)
class Call:
    """`path` stands behind the version (`sobjects/Account`); header names are lower case."""

    method: str
    path: str
    version: int
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Json = None

    @property
    def base(self) -> str:
        return f"/services/data/v{self.version}.0"

    def json_object(self) -> dict[str, Json]:
        """Return the body, which must be one JSON object; raises ApiError."""
        if not isinstance(self.body, dict):
            raise ApiError("JSON_PARSER_ERROR", "The HTTP entity body is required, and must be an object")
        return self.body


@dataclass(frozen=True, slots=True)
class Reply:
    """An empty body is None and goes out without a content type."""

    status: int = 200
    body: Json = None
    headers: Mapping[str, str] = field(default_factory=dict)


def refusal(error: ApiError) -> Reply:
    return Reply(error.status, error.body())
