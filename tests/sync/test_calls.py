"""How many calls one account costs: bounds that a superfluous call breaks."""

from __future__ import annotations

from connector.sync.outcome import Status
from tests.cast import ACME_CORP, ACME_HOLDING, ADA, GRACE, account, contact, line, order
from tests.sync.world import World


def two_orders(world: World) -> None:
    """An account with its parent, two contacts and two orders of one product; field lists are known already."""
    second = order("00000102", lines=[line("0000000012")])
    contacts = [contact(ADA), contact(GRACE, FirstName="Grace", LastName="Hopper")]
    world.seed(
        account(ACME_HOLDING, Name="Acme Holding"),
        account(ParentId=ACME_HOLDING, contacts=contacts, orders=[order(), second]),
    )
    world.preview()
    world.forget_requests()


def numbers(world: World) -> tuple[int, int]:
    """Calls to Salesforce and to Zuora."""
    return len(world.salesforce.requests()), len(world.zuora.requests())


def test_a_new_account_costs_five_queries_and_what_it_creates(world: World) -> None:
    two_orders(world)
    assert world.sync().status is Status.SUCCEEDED
    creates = [
        *["POST /v1/accounts"] * 2,
        *["POST /v1/contacts"] * 2,
        "POST /v1/object/product",
        "POST /v1/object/product-rate-plan",
        "POST /v1/object/product-rate-plan-charge",
        *["POST /v1/orders"] * 2,
    ]
    assert world.writes() == creates
    looked_up = ["accounts by CRM ID", "order", "order", "rate plan by external id", "product by SKU"]
    assert numbers(world) == (5, len(creates) + len(looked_up))


def test_a_first_run_logs_in_once_on_each_side(world: World) -> None:
    two_orders(world)
    world.cool_down()
    world.sync()
    counts = world.call_counts()
    assert counts["salesforce POST /services/oauth2/token"] == 1
    assert counts["zuora POST /oauth/token"] == 1
    described = [name for name in counts if name.endswith("/describe")]
    assert sum(counts[name] for name in described) == len(described) == 5


def test_an_account_in_step_costs_four_queries_and_two_looks(world: World) -> None:
    two_orders(world)
    world.sync()
    world.forget_requests()
    world.sync()
    assert numbers(world) == (4, 2)
    assert set(world.call_counts()) >= {
        "zuora GET /object-query/accounts",
        "zuora GET /object-query/contacts",
    }


def test_a_lost_database_costs_one_look_at_each_order(world: World) -> None:
    two_orders(world)
    world.sync()
    world.lose_database()
    world.forget_requests()
    world.sync()
    assert numbers(world) == (5, 4)
    world.forget_requests()
    world.sync()
    assert numbers(world) == (4, 2)


def test_an_account_without_orders_asks_for_no_lines(world: World) -> None:
    world.seed(account())
    world.preview()
    world.forget_requests()
    world.sync()
    assert numbers(world) == (3, 2)
    assert world.account()["crmId"] == ACME_CORP
