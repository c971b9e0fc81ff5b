"""A run asks which org answers before it believes anything it reads there."""

from __future__ import annotations

from django.conf import LazySettings
from django.core.cache import cache

from connector.jobs.running import run_now
from connector.models import SalesforceConnection, SyncRun
from tests.services.world import World

OTHER_ORG = "00D000000000099EAA"


def _run(world: World, kind: str = "sync") -> SyncRun:
    world.integration.salesforce.refresh_from_db()
    world.account.refresh_from_db()
    run = run_now(world.account, kind=kind, trigger="command")
    run.refresh_from_db()
    return run


def _asked(world: World) -> int:
    queries = [each["query"] for each in world.salesforce.requests(path="/query")]
    return sum("Organization" in str(query) for query in queries)


def _refresh_sandbox(world: World) -> None:
    """Salesforce gives a refreshed sandbox a new organization id under the same host."""
    world.org.seed({"Organization": [{"Id": OTHER_ORG, "Name": "Acme Refreshed"}]})


def test_the_first_run_learns_the_org_without_anybody_testing_the_connection(world: World) -> None:
    assert _run(world).status == SyncRun.Status.SUCCEEDED

    assert SalesforceConnection.objects.get().org_id == world.org.org_id


def test_a_run_that_meets_another_org_ends_before_anything_is_read_or_written(world: World) -> None:
    world.integration.salesforce.see_org("00D000000000001EAA")
    _refresh_sandbox(world)

    for kind in ("sync", "preview"):
        run = _run(world, kind)
        assert run.status == SyncRun.Status.FAILED
        assert f"now answers from Salesforce organization {OTHER_ORG}" in run.message
        assert run.who_acts == "The operator of this connector"
    assert world.zuora.requests() == []
    assert [
        each for each in world.salesforce.requests(path="/query") if "Account" in str(each["query"])
    ] == []

    SalesforceConnection.objects.get().confirm_org()
    assert _run(world).status == SyncRun.Status.SUCCEEDED


def test_the_org_is_asked_once_for_a_while(world: World) -> None:
    for _ in range(3):
        _run(world)
    assert _asked(world) == 1

    world.integration.salesforce.refresh_from_db()
    world.integration.salesforce.save()
    _run(world)
    assert _asked(world) == 2

    cache.clear()
    _run(world)
    assert _asked(world) == 3


def test_what_is_remembered_of_another_org_is_not_believed(world: World) -> None:
    _run(world)
    SalesforceConnection.objects.update(org_id=OTHER_ORG)

    run = _run(world)

    assert run.status == SyncRun.Status.FAILED
    assert _asked(world) == 2


def test_without_redis_every_run_asks(world: World, settings: LazySettings) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}

    assert [_run(world).status for _ in range(2)] == ["succeeded", "succeeded"]
    assert _asked(world) == 2


def test_the_call_is_counted_with_the_run(world: World) -> None:
    first, second = _run(world), _run(world)

    asked = [each for each in world.salesforce.requests() if not each["path"].endswith("/token")]
    assert first.salesforce_calls + second.salesforce_calls == len(asked)
