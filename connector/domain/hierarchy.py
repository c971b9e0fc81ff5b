"""Parents: who stands above an account, root first, and when that cannot be carried to Zuora.

Zuora takes a parent by its own id, so parents must exist before their children, and allows five levels (Zuora: Customer
Hierarchy). A cycle or a sixth level is settled in Salesforce, never cut off silently.
"""

from __future__ import annotations

from collections.abc import Mapping

from connector.domain.labels import account_label
from connector.domain.snapshot import AccountSnapshot
from connector.errors import RecordError

MAX_LEVELS = 5


def ancestors(account: AccountSnapshot, accounts: Mapping[str, AccountSnapshot]) -> tuple[str, ...]:
    """The 18-character ids above `account`, root first, without itself.

    Raises RecordError for a parent that cannot be read, a cycle, or more than five levels.
    """
    chain: list[str] = []
    current = account
    while current.parent_id:
        parent_id = current.parent_id
        if parent_id == account.salesforce_id or parent_id in chain:
            raise RecordError(_cycle(account, [*chain, parent_id], accounts), record=account.salesforce_id)
        parent = accounts.get(parent_id)
        if parent is None:
            raise RecordError(
                f"{account_label(current)} has the parent account {parent_id}, which cannot be read: it is deleted, "
                "or hidden from the integration user. Correct Parent Account in Salesforce, or give the user access, and resync.",
                record=current.salesforce_id,
            )
        chain.append(parent_id)
        if len(chain) >= MAX_LEVELS:
            raise RecordError(
                f"{account_label(account)} stands on level {len(chain) + 1} or deeper of its account hierarchy; Zuora allows "
                f"{MAX_LEVELS} levels. Shorten the chain of Parent Account in Salesforce and resync.",
                record=account.salesforce_id,
            )
        current = parent
    return tuple(reversed(chain))


def _cycle(account: AccountSnapshot, chain: list[str], accounts: Mapping[str, AccountSnapshot]) -> str:
    names = [accounts[key].name if key in accounts else key for key in chain]
    loop = " → ".join([account.name, *names])
    return (
        f"{account_label(account)} is in a circle of parents: {loop}. "
        "Correct Parent Account on one of them in Salesforce and resync."
    )
