"""What has become of each line since it was first sold: an amendment is priced and named by it, and writes the
end of a cancelled line back onto the records that sold it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

Record = dict[str, object]


@dataclass(slots=True)
class Chain:
    """One line's present term. `end` is its last day, `contract_id` what it was contracted into (None: it was
    not), `records` the order products and subscriptions of the term."""

    net_price: Decimal
    quantity: Decimal
    end: date | None
    contract_id: str | None
    subscription_id: str | None
    records: list[Record] = field(default_factory=list)

    def action_of(self, change: Decimal) -> str:
        """What CPQ calls a change of the quantity."""
        if self.quantity + change == 0:
            return "Cancel"
        return "Quantity Increase" if change > 0 else "Quantity Decrease"

    def terminate(self, day: date) -> None:
        """Write onto every record of the term the last day it ran: the one before the cancellation's."""
        for record in self.records:
            record["SBQQ__TerminatedDate__c"] = (day - timedelta(days=1)).isoformat()


# By the id of the order product that first sold the line.
Chains = dict[str, Chain]
