"""What can go wrong with one call, the flows it can go wrong in, and what must hold afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.cast import (
    ACME_CORP,
    ACME_HOLDING,
    ADA,
    GRACE,
    SHIPPING,
    account,
    contact,
    line,
    one_time_line,
    order,
)
from tests.sync.world import World

JSON = dict[str, Any]

STALL_S = 0.4
IMPATIENT_S = 0.25
LIMITED: JSON = {"success": False, "reasons": [{"code": 50000070, "message": "Too many requests."}]}
BROKEN: JSON = {"reasons": [{"code": "SystemError", "message": "internal server error"}]}


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the flow: whose, and how it is told from the others. `finder`: the object query that looks it up."""

    side: str
    method: str
    path: str
    finder: str = ""

    @property
    def writes(self) -> bool:
        return bool(self.finder) or self.method == "PUT"


@dataclass(frozen=True, slots=True)
class Trouble:
    action: str
    more: Mapping[str, Any] = field(default_factory=dict)
    is_impatient: bool = False


TROUBLES: dict[str, Trouble] = {
    "429": Trouble("status", {"status": 429}),
    "429 with Retry-After": Trouble(
        "status", {"status": 429, "headers": {"Retry-After": "3"}, "body": LIMITED}
    ),
    "500 in JSON": Trouble("status", {"status": 500, "body": BROKEN}),
    "502 page": Trouble("html"),
    "dropped before": Trouble("drop_before"),
    "dropped after": Trouble("drop_after"),
    "malformed": Trouble("malformed"),
    "half a body": Trouble("half_body"),
    "wrong content type": Trouble("wrong_content_type"),
    "stalled": Trouble("stall", {"seconds": STALL_S}, is_impatient=True),
    "locked": Trouble("lock"),
    "token expired": Trouble("expire_token"),
}

BIRTH_CALLS: dict[str, Call] = {
    "Salesforce token": Call("salesforce", "POST", "^/services/oauth2/token$"),
    "describe": Call("salesforce", "GET", "/describe$"),
    "accounts of Salesforce": Call("salesforce", "GET", "/queryAll/"),
    "query of Salesforce": Call("salesforce", "GET", "/query/"),
    "Zuora token": Call("zuora", "POST", "^/oauth/token$"),
    "accounts of Zuora": Call("zuora", "GET", "^/object-query/accounts"),
    "rate plan by id": Call("zuora", "GET", "^/v1/product-rate-plans/external-id/"),
    "product by SKU": Call("zuora", "POST", "^/v1/action/query$"),
    "order by number": Call("zuora", "GET", "^/v1/orders/"),
    "new account": Call("zuora", "POST", "^/v1/accounts$", "^/object-query/accounts"),
    "new contact": Call("zuora", "POST", "^/v1/contacts$", "^/object-query/contacts"),
    "new product": Call("zuora", "POST", "^/v1/object/product$", "^/v1/action/query"),
    "new rate plan": Call("zuora", "POST", "^/v1/object/product-rate-plan$", "^/object-query/"),
    "new charge": Call("zuora", "POST", "^/v1/object/product-rate-plan-charge$", "^/object-query/"),
    "new order": Call("zuora", "POST", "^/v1/orders$", "^/object-query/"),
}
CHANGE_CALLS: dict[str, Call] = {
    "contacts of Zuora": Call("zuora", "GET", "^/object-query/contacts"),
    "rate plan with charge": Call("zuora", "GET", "^/object-query/product-rate-plans/"),
    "changed account": Call("zuora", "PUT", "^/v1/accounts/"),
    "changed contact": Call("zuora", "PUT", "^/v1/contacts/"),
}


def birth(world: World) -> None:
    """Nothing is in Zuora: a parent, the account with a sold-to and Ada, an order of two products."""
    world.seed(
        account(ACME_HOLDING, Name="Acme Holding"),
        account(
            ParentId=ACME_HOLDING,
            contacts=[contact(ADA)],
            orders=[order(lines=[line(), one_time_line()])],
            **SHIPPING,
        ),
    )


def change(world: World) -> None:
    """All that is in Zuora; then the account is renamed and moves, Grace joins, a second order comes. Links are lost."""
    birth(world)
    world.sync()
    grace = contact(GRACE, FirstName="Grace", LastName="Hopper")
    world.add(account(contacts=[grace], orders=[order("00000102", lines=[line("0000000012")])]))
    world.change("Account", ACME_CORP, Name="Acme Corporation", BillingCity="Oakland")
    world.lose_database()
    world.forget_requests()


Flow = Callable[[World], None]
CRASHES = {"birth": 44, "change": 25}
"""How often a run of each flow keeps something; counted anew by a test."""


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """The end state of a flow nothing goes wrong in, and at which calls on its keepers it kept something."""

    portrait: JSON
    keeps: tuple[int, ...]


_undisturbed: dict[str, Undisturbed] = {}


def undisturbed(world: World, flow: Flow) -> Undisturbed:
    """Taken once a process; the world is empty again afterwards."""
    if flow.__name__ not in _undisturbed:
        flow(world)
        keepers = world.memory.open_run()
        world.sync(keepers=keepers)
        keeps = tuple(number for number, name in enumerate(keepers.calls, 1) if name not in ("get", "beat"))
        assert_whole(world)
        _undisturbed[flow.__name__] = Undisturbed(portrait(world), keeps)
        world.start_anew()
    return _undisturbed[flow.__name__]


def portrait(world: World) -> JSON:
    return portrait_of(world.tenant.snapshot())


def portrait_of(state: JSON) -> JSON:
    """All that Zuora holds, with names in place of the ids, numbers and times it made up itself."""
    names = {each["id"]: str(each["crmId"]) for each in state["accounts"]}
    names |= {each["id"]: str(each["crmId__c"]) for each in state["contacts"]}
    names |= {each["id"]: f"product {each['SKU']}" for each in state["products"]}
    names |= {each["id"]: f"plan {each['ExternalRatePlanIds']}" for each in state["product_rate_plans"]}
    names |= {each["id"]: f"charge {each['Name']}" for each in state["product_rate_plan_charges"]}
    names |= {each["id"]: f"order {each['orderNumber']}" for each in state["orders"]}
    del state["settings"], state["jobs"]
    drawn: JSON = {
        table: sorted((_drawn(record, names) for record in records), key=str)
        for table, records in state.items()
    }
    return drawn


_MADE_UP = {"id", "number", "createdDate", "updatedDate", "originalCreatedDate", "lineItemIds", "tiers"}


def _drawn(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        kept = {name: _drawn(inner, names) for name, inner in sorted(value.items()) if name not in _MADE_UP}
        return {name: inner for name, inner in kept.items() if not _is_numbered(name)}
    if isinstance(value, list):
        return [_drawn(inner, names) for inner in value]
    if isinstance(value, str) and value.startswith("8ad0"):
        return names.get(value, "an id")
    return value


def _is_numbered(name: str) -> bool:
    """Numbers are used up even by requests that fail."""
    return name.lower().endswith(("accountnumber", "productnumber", "planchargenumber")) or name in (
        "ProductRatePlanNumber",
        "productRatePlanNumber",
    )


def assert_whole(world: World) -> None:
    """Nothing twice, nothing left open, and another run has nothing to do."""
    state = world.tenant.snapshot()
    keys = Counter(f"account {each['crmId']}" for each in state["accounts"])
    keys += Counter(f"contact {each['accountId']} {each['crmId__c']}" for each in state["contacts"])
    keys += Counter(f"product {each['SKU']}" for each in state["products"])
    keys += Counter(
        f"plan {name}" for each in state["product_rate_plans"] for name in each["ExternalRatePlanIds"]
    )
    keys += Counter(f"charge {each['ProductRatePlanId']}" for each in state["product_rate_plan_charges"])
    keys += Counter(f"order {each['orderNumber']}" for each in state["orders"])
    keys += Counter(f"subscription {each['subscriptionNumber']}" for each in state["subscriptions"])
    assert [key for key, count in keys.items() if count > 1] == []
    assert world.memory.live_intents == []
    world.forget_requests()
    world.sync()
    assert world.writes() == []
