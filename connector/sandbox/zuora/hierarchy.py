"""The parent hierarchy's rules: a parent that exists, no circle, five levels at most.

That Zuora refuses them is documented or beyond doubt; its codes and words are unverified.
"""

from __future__ import annotations

from connector.sandbox.zuora.errors import BAD_VALUE, BUSINESS_RULE, Reason
from connector.sandbox.zuora.store import Record, View

MOST_LEVELS = 5


def parent_reasons(view: View, parent_id: str, *, child: Record | None) -> list[Reason]:
    """Why `parent_id` cannot be the parent of `child`, or of an account that is being made (None)."""
    if view.get("accounts", parent_id) is None:
        return [
            Reason(BAD_VALUE, f"'parentId' has the value '{parent_id}', which is not the id of an account.")
        ]
    above = _ancestors(view, parent_id)
    if child is not None and child["id"] in above:
        return [Reason(BUSINESS_RULE, "'parentId' would make the account its own ancestor.")]
    below = _height(view, child["id"]) if child is not None else 1
    if len(above) + below > MOST_LEVELS:
        return [Reason(BUSINESS_RULE, f"A customer hierarchy has at most {MOST_LEVELS} levels.")]
    return []


def _ancestors(view: View, account_id: str) -> list[str]:
    """The account and all above it."""
    found: list[str] = []
    current: str | None = account_id
    while current and current not in found:
        found.append(current)
        current = (view.get("accounts", current) or {}).get("parentId")
    return found


def _height(view: View, account_id: str) -> int:
    """How many levels stand on this account, itself included."""
    children = [record["id"] for record in view.where("accounts", parentId=account_id)]
    return 1 + max((_height(view, child) for child in children), default=0)
