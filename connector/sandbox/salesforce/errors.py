"""Everything the org refuses, in the one shape the REST API answers: a list of code and message.

Raised anywhere below the HTTP floor and turned into a reply in one place.
"""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """One refusal; `fields` is left out of the body where the real API leaves it out."""

    def __init__(
        self, code: str, message: str, *, status: int = 400, fields: tuple[str, ...] | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields

    def body(self) -> list[dict[str, Any]]:
        """Return the body of a failed request: a list of one error."""
        entry: dict[str, Any] = {"message": self.message, "errorCode": self.code}
        if self.fields is not None:
            entry["fields"] = list(self.fields)
        return [entry]

    def result(self) -> dict[str, Any]:
        """Return the per-record form that the collection resources use."""
        return {
            "success": False,
            "errors": [{"statusCode": self.code, "message": self.message, "fields": list(self.fields or ())}],
        }


def not_found() -> ApiError:
    return ApiError("NOT_FOUND", "The requested resource does not exist", status=404)


def method_not_allowed(method: str) -> ApiError:
    # unverified wording; the code and status are documented.
    return ApiError("METHOD_NOT_ALLOWED", f"HTTP Method '{method}' not allowed.", status=405)
