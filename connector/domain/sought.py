"""What it takes to find in Zuora a record that was to be created: noted with the write intent before the call goes out.

So the record can be looked up by whoever comes later, also without the plan it was created by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from connector.domain import JSON
from connector.domain.operations import Key, Noun, Operation


@dataclass(frozen=True, slots=True)
class Sought:
    """`title` names the record as people know it; `yields` are the contacts an account brings along, as of an operation.

    `zuora_account_id` is whose contact it is, of a contact. `account_number` is the number we gave to an account ourselves.
    `account_id` is the account whose sync sends it, by its Salesforce id: its row may be removed, and added anew.
    """

    key: Key
    title: str
    salesforce_id: str = ""
    yields: Mapping[str, Key] = field(default_factory=dict)
    zuora_account_id: str = ""
    account_number: str = ""
    is_owing: bool = False
    account_id: str = ""

    def as_json(self) -> JSON:
        return {
            "title": self.title,
            "salesforce_id": self.salesforce_id,
            "yields": {name: [str(key.noun), key.value] for name, key in self.yields.items()},
            "zuora_account_id": self.zuora_account_id,
            "account_number": self.account_number,
            "is_owing": self.is_owing,
            "account_id": self.account_id,
        }


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A create that was sent and not answered, and what finds its record again. Until `held_until` it may still come to a record
    that a look-up does not show; None: not any more. `has_job`: Zuora creates it with a job that is known."""

    sought: Sought
    sent_at: datetime | None = None
    held_until: datetime | None = None
    has_job: bool = False


@dataclass(frozen=True, slots=True)
class Withheld:
    """An order that was sent without an answer and is not sent any more. `found`: what Zuora said of it before any subscription was read,
    the JSON of GET /v1/orders/{number}; None where it does not have it. `has_vanished`: Salesforce does not show it; else it holds it back,
    as it was deactivated."""

    sent: Unanswered
    found: JSON | None
    has_vanished: bool = True


def sought(operation: Operation, payload: JSON) -> Sought:
    """Of a create whose references are resolved."""
    is_account = operation.key.noun is Noun.ACCOUNT
    return Sought(
        operation.key,
        operation.title,
        operation.salesforce_id,
        operation.yields,
        str(payload.get("accountId") or "") if operation.key.noun is Noun.CONTACT else "",
        str(payload.get("accountNumber") or "") if is_account else "",
        operation.is_owing,
    )


def from_json(key: Key, stored: JSON) -> Sought:
    """As `as_json` wrote it; of what is missing nothing is known."""
    return Sought(
        key,
        str(stored.get("title") or f"{key.noun.capitalize()} {key.value}"),
        str(stored.get("salesforce_id") or ""),
        {name: Key(Noun(noun), value) for name, (noun, value) in (stored.get("yields") or {}).items()},
        str(stored.get("zuora_account_id") or ""),
        str(stored.get("account_number") or ""),
        bool(stored.get("is_owing")),
        str(stored.get("account_id") or ""),
    )
