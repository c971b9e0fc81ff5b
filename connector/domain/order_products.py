"""The products an order needs in Zuora's catalog before it can be created."""

from __future__ import annotations

from collections.abc import Sequence

from connector.domain.catalog import ProductUse, product_operations
from connector.domain.chain_changes import ChainChange
from connector.domain.operations import Key, Operation
from connector.domain.order_history import Reading
from connector.domain.rules import Options
from connector.domain.snapshot import ZuoraState
from connector.errors import RecordError


def missing_products(
    reading: Reading, changes: Sequence[ChainChange], state: ZuoraState, options: Options
) -> list[Operation]:
    """Each missing product once, in line order. A line that changes a subscription brings no product of its own."""
    opening = {line.salesforce_id for change in changes if change.before is None for line in change.lines}
    operations: dict[Key, Operation] = {}
    uses: dict[str, ProductUse] = {}
    for line in reading.carried:
        if line not in reading.one_time and line.salesforce_id not in opening:
            continue
        for use in line.uses:
            first = uses.setdefault(use.external_id, use)
            if first.setup is not use.setup:
                raise RecordError(
                    f"{use.label} is sold as {first.setup} and as {use.setup} in one order; "
                    "Zuora's rate plan holds one charge. Use two products in Salesforce and resync.",
                    record=use.external_id,
                )
            for operation in product_operations(use, state, options=options):
                operations.setdefault(operation.key, operation)
    return list(operations.values())
