"""What a click puts into the queue, and what it meets there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import redis
from django.conf import LazySettings

from connector import jobs
from connector.jobs.doorbell import run_queue
from connector.jobs.running import carry_out
from connector.jobs.sweeping import Swept, sweep
from connector.models import RunAlreadyOpen, SyncRun
from tests.services.world import World


def _now() -> datetime:
    return datetime.now(UTC)


def test_only_one_sync_of_an_account_is_open(world: World) -> None:
    first = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)

    with pytest.raises(RunAlreadyOpen) as caught:
        jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)
    assert caught.value.run == first


def test_an_open_run_whose_job_is_gone_does_not_block_its_account(world: World, redis_url: str) -> None:
    lost = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    SyncRun.objects.filter(pk=lost.pk).update(created_at=_now() - timedelta(minutes=2))

    following = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)

    lost.refresh_from_db()
    assert lost.status == SyncRun.Status.FAILED
    assert "disappeared" in lost.message
    assert following.pk != lost.pk


def test_a_queue_that_does_not_answer_is_told_at_once(world: World, settings: LazySettings) -> None:
    settings.RQ_QUEUES = {"default": {**settings.RQ_QUEUES["default"], "URL": "redis://127.0.0.1:1/0"}}

    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)

    run.refresh_from_db()
    assert run.status == SyncRun.Status.QUEUED
    assert "Redis does not answer" in run.message
    assert "starts by itself once Redis is back" in run.message
    assert not jobs.queue_state().reachable


def test_a_run_that_could_not_be_queued_is_rung_for_once_the_queue_answers(
    world: World, settings: LazySettings
) -> None:
    there = settings.RQ_QUEUES
    settings.RQ_QUEUES = {"default": {**there["default"], "URL": "redis://127.0.0.1:1/0"}}
    run = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)
    settings.RQ_QUEUES = there
    SyncRun.objects.filter(pk=run.pk).update(created_at=_now() - timedelta(minutes=2))

    assert sweep() == Swept(rung=1)
    assert run_queue().get_job_ids() == [str(run.pk)]


def test_a_queue_without_a_worker_says_which_command_starts_one(redis_url: str) -> None:
    assert "“manage.py run_worker”" in jobs.queue_state().message


def test_a_second_preview_leads_to_the_open_one(world: World) -> None:
    first = jobs.enqueue_preview(world.account, trigger=SyncRun.Trigger.ADMIN)

    assert jobs.enqueue_preview(world.account, trigger=SyncRun.Trigger.ADMIN) == first
    assert SyncRun.objects.count() == 1

    carry_out(first, retries_left=0)
    assert jobs.enqueue_preview(world.account, trigger=SyncRun.Trigger.ADMIN) != first


def test_an_open_sync_is_not_taken_for_a_preview(world: World) -> None:
    sync = jobs.enqueue_sync(world.account, trigger=SyncRun.Trigger.ADMIN)

    preview = jobs.enqueue_preview(world.account, trigger=SyncRun.Trigger.ADMIN)

    assert (preview.kind, preview != sync) == (SyncRun.Kind.PREVIEW, True)


def test_a_preview_whose_job_is_gone_does_not_stand_in_the_way(world: World, redis_url: str) -> None:
    lost = jobs.enqueue_preview(world.account, trigger=SyncRun.Trigger.ADMIN)
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    SyncRun.objects.filter(pk=lost.pk).update(created_at=_now() - timedelta(minutes=2))

    following = jobs.enqueue_preview(world.account, trigger=SyncRun.Trigger.ADMIN)

    lost.refresh_from_db()
    assert (lost.status, following != lost) == (SyncRun.Status.FAILED, True)
