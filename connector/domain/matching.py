"""Which Zuora account is this Salesforce account: by CRM ID, compared exactly.

CRM ID is not unique in Zuora and its own matching ignores case, so two different 15-character ids may answer one
question (Zuora: object query). Only the exact 18-character id, or its 15-character form, counts.
"""

from __future__ import annotations

from connector.domain import JSON, ids
from connector.domain.labels import account_label
from connector.domain.snapshot import AccountSnapshot, Snapshot
from connector.errors import RecordError

_DEAD = "Canceled"


def match_account(account: AccountSnapshot, snapshot: Snapshot) -> JSON | None:
    """The Zuora account of `account`, or None where it must be created.

    Raises RecordError for several candidates none of which is linked, and for one that is canceled in Zuora.
    """
    answered = snapshot.zuora.accounts.get(account.salesforce_id, ())
    linked = snapshot.linked.get(account.salesforce_id, "")
    if linked and (chosen := next((found for found in answered if found["id"] == linked), None)):
        return _alive(account, chosen)
    candidates = [
        found for found in answered if ids.same(str(found.get("crmId") or ""), account.salesforce_id)
    ]
    alive = [found for found in candidates if found.get("status") != _DEAD]
    if len(alive) > 1:
        listed = ", ".join(sorted(f"{found['accountNumber']} ({found['id']})" for found in alive))
        raise RecordError(
            f"{account_label(account)} has several Zuora accounts with its CRM ID: {listed}. "
            "Choose one on the account's page (“use this one”), or clear the CRM ID of the others in Zuora, and resync.",
            record=account.salesforce_id,
        )
    if alive:
        return alive[0]
    if linked and not candidates:
        # Zuora's search may lag behind its writes (unverified), so "not found" is never a reason to create again.
        raise RecordError(
            f"{account_label(account)} was synced to the Zuora account {linked}, which Zuora does not show any more. If it was deleted "
            "there, remove its link under Links and resync: a new account is then created. Otherwise resync in a few minutes.",
            record=account.salesforce_id,
        )
    return _alive(account, candidates[0]) if candidates else None


def _alive(account: AccountSnapshot, found: JSON) -> JSON:
    if found.get("status") == _DEAD:
        raise RecordError(
            f"{account_label(account)} is Zuora account {found['accountNumber']}, which is canceled. "
            "Reactivate it in Zuora, or clear its CRM ID there so that a new one is made, and resync.",
            record=account.salesforce_id,
        )
    return found
