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


class SettledInZuora(RecordError):
    """The record somebody must change is Zuora's, not Salesforce's."""

    who_acts = "The billing administrator, in Zuora"


def match_account(account: AccountSnapshot, snapshot: Snapshot) -> JSON | None:
    """The Zuora account of `account`, or None where it must be created.

    A link chooses among the accounts with the CRM ID; it is no reason to write to an account of another CRM ID.
    Raises SettledInZuora for several candidates none of which is linked, and where only one is left that is canceled,
    has lost the CRM ID, or is not shown.
    """
    answered = snapshot.zuora.accounts.get(account.salesforce_id, ())
    linked = snapshot.linked.get(account.salesforce_id, "")
    candidates = [
        found for found in answered if ids.same(str(found.get("crmId") or ""), account.salesforce_id)
    ]
    alive = [found for found in candidates if not is_canceled(found)]
    if chosen := next((found for found in alive if found["id"] == linked), None):
        return chosen
    if len(alive) > 1:
        raise _several(account, alive)
    if alive:
        return alive[0]
    if candidates:
        raise _canceled(account, candidates[0])
    if linked:
        raise _lost(account, linked, next((found for found in answered if found["id"] == linked), None))
    return None


def is_canceled(found: JSON) -> bool:
    return found.get("status") == _DEAD


def is_given_up(found: JSON, salesforce_id: str) -> bool:
    """Whether a Zuora account was canceled and had our CRM ID taken away: how a person makes room for a new one."""
    return is_canceled(found) and not ids.same(str(found.get("crmId") or ""), salesforce_id)


def _several(account: AccountSnapshot, alive: list[JSON]) -> RecordError:
    listed = ", ".join(sorted(f"{found['accountNumber']} ({found['id']})" for found in alive))
    return SettledInZuora(
        f"{account_label(account)} has several Zuora accounts with its CRM ID: {listed}. "
        "Choose one on the account's page (“Use this Zuora account”), or clear the CRM ID of the others in Zuora, and resync.",
        record=account.salesforce_id,
    )


def _canceled(account: AccountSnapshot, found: JSON) -> RecordError:
    return SettledInZuora(
        f"{account_label(account)} is Zuora account {found['accountNumber']}, which is canceled. "
        "Reactivate it in Zuora, or clear its CRM ID there so that a new one is made, and resync.",
        record=account.salesforce_id,
    )


def _lost(account: AccountSnapshot, linked: str, found: JSON | None) -> RecordError:
    if found is not None:
        return SettledInZuora(
            f"{account_label(account)} was synced to the Zuora account {found['accountNumber']}, whose CRM ID is now "
            f"{found.get('crmId') or 'empty'}. Set it back to {account.salesforce_id} in Zuora, or remove the account's "
            "record under “Records in Zuora” so that a new account is made, and resync.",
            record=account.salesforce_id,
        )
    # Not found is never a reason to create again: an account that was billed may have been deleted by mistake.
    return SettledInZuora(
        f"{account_label(account)} was synced to the Zuora account {linked}, which Zuora does not have any more. If it was "
        "deleted there, remove the account's record under “Records in Zuora” and resync: a new account is then created.",
        record=account.salesforce_id,
    )
