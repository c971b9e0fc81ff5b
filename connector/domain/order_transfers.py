"""Another invoice owner by amendment or renewal: the subscription is transferred before anything else is changed on it.

Vendor's use case "invoice owner transfer" (O9, O15). An order that names no invoice owner leaves the one there is. The subscription's
own owner is never moved: chains are found under it.
"""

from __future__ import annotations

from connector.domain import JSON
from connector.domain.chain_changes import ChainChange
from connector.domain.order_actions import dated
from connector.domain.order_history import History
from connector.domain.order_terms import OrderTerms
from connector.domain.snapshot import ZuoraState


def with_transfer(
    entry: JSON, change: ChainChange, terms: OrderTerms, *, state: ZuoraState, history: History
) -> JSON:
    """The entry of a subscription that exists, begun by an owner transfer where the order wants another account billed."""
    if change.before is None or terms.billed is None:
        return entry
    if _is_billed(terms.billed.key.value, change, state, history):
        return entry
    day = min(line.start for line in change.lines)
    transfer: JSON = {"destinationInvoiceAccountNumber": terms.billed}
    if bill_to := terms.subscription_fields.get("billToContactId"):
        transfer["billToContactId"] = bill_to
    action = {"type": "OwnerTransfer", "triggerDates": dated(day, ()), "ownerTransfer": transfer}
    return {**entry, "orderActions": [action, *entry["orderActions"]]}


def _is_billed(wanted: str, change: ChainChange, state: ZuoraState, history: History) -> bool:
    """Whether that account is billed for the subscription already, by an earlier order of this run or by Zuora's own word."""
    root = change.after.root
    if root in history.billed:
        return history.billed[root] == wanted
    there = state.subscription(*change.after.names)
    numbers = [str(account.get("accountNumber")) for account in state.accounts.get(wanted, ())]
    return there is not None and there.invoice_owner_number in numbers
