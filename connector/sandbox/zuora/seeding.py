"""What the control sees of a tenant, and how a dataset gets into it: through the API's own validation."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from connector.sandbox.zuora.accounts import create_account
from connector.sandbox.zuora.catalog import (
    create_charge,
    create_product,
    create_rate_plan,
    find_product,
    find_rate_plan,
)
from connector.sandbox.zuora.contacts import create_contact
from connector.sandbox.zuora.errors import Refused
from connector.sandbox.zuora.limits import Limits
from connector.sandbox.zuora.orders.placing import AT_ONCE, check_order, place_order
from connector.sandbox.zuora.store import Record, Store, View
from connector.sandbox.zuora.tenant import Tenant


def _create_order(tenant: Tenant, store: Store, body: dict[str, Any]) -> Record:
    check_order(tenant, body, AT_ONCE)
    return place_order(tenant, store, body)


Creator = Callable[[Tenant, Store, dict[str, Any]], Record]
CREATORS: dict[str, Creator] = {
    "accounts": create_account,
    "contacts": create_contact,
    "products": create_product,
    "product_rate_plans": create_rate_plan,
    "product_rate_plan_charges": create_charge,
    "orders": _create_order,
}
# Ids are made when a record is stored, so a seed names what is above it by SKU or number.
NAMED_BY: dict[str, tuple[str, Callable[[View, str], Record]]] = {
    "product_rate_plans": ("ProductId", find_product),
    "product_rate_plan_charges": ("ProductRatePlanId", find_rate_plan),
}


def seed(tenant: Tenant, dataset: dict[str, Any]) -> dict[str, int]:
    """Store POST-like bodies by kind, in the order of `CREATORS`; all of them or none.

    ValueError says which body was refused and why.
    """
    unknown = sorted(set(dataset) - set(CREATORS))
    if unknown:
        raise ValueError(f"Cannot seed {', '.join(unknown)}; {', '.join(CREATORS)} can be.")
    exact = json.loads(json.dumps(dataset, default=str), parse_float=Decimal)
    counts = {}
    with tenant.writing() as store:
        for kind, create in CREATORS.items():
            for index, body in enumerate(exact.get(kind, [])):
                try:
                    create(tenant, store, _with_ids(store, kind, body))
                except Refused as refusal:
                    raise ValueError(f"{kind}[{index}] is refused: {refusal}") from refusal
            if kind in exact:
                counts[kind] = len(exact[kind])
    return counts


def _with_ids(store: Store, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    field, find = NAMED_BY.get(kind, ("", find_product))
    return {**body, field: find(store, str(body[field]))["id"]} if body.get(field) else body


class ControlledTenant:
    """A tenant behind the face that `connector.sandbox.control` asks for."""

    def __init__(self, tenant: Tenant, *, limits: Limits) -> None:
        self._tenant = tenant
        self._limits = limits

    @property
    def latency_ms(self) -> float:
        return self._tenant.settings.latency_ms

    def snapshot(self) -> dict[str, Any]:
        state = {**self._tenant.snapshot(), "peak_in_flight": dict(self._limits.peak)}
        exact: dict[str, Any] = json.loads(json.dumps(state, default=float))
        return exact

    def reset(self) -> None:
        self._tenant.reset()
        self._limits.clear()

    def seed(self, dataset: dict[str, Any]) -> dict[str, int]:
        return seed(self._tenant, dataset)

    def change_settings(self, changes: dict[str, Any]) -> dict[str, Any]:
        return self._tenant.change_settings(changes)

    def expire_tokens(self) -> None:
        self._tenant.expire_tokens()
