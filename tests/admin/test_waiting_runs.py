"""A run that is queued says what it waits for, once it waits for longer than usual."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rq import Worker

from connector.jobs.doorbell import run_queue
from connector.models import SyncRun
from tests.admin.pages import Page
from tests.models import rows

pytestmark = pytest.mark.django_db


def _address(run: SyncRun) -> str:
    return reverse("admin:connector_syncrun_change", args=[run.pk])


def test_a_run_that_waits_says_why_when_the_queue_is_away(operator: Client) -> None:
    run = rows.sync_run()
    assert "Waiting in the queue" not in Page(operator.get(_address(run))).text

    SyncRun.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(seconds=10))

    assert "Waiting in the queue The queue cannot be reached" in Page(operator.get(_address(run))).text


@pytest.mark.usefixtures("redis_url")
def test_a_run_that_waits_says_that_nobody_works(operator: Client) -> None:
    assert "Waiting in the queue No worker is running" in Page(operator.get(_address(_waiting(40)))).text


@pytest.mark.usefixtures("redis_url", "busy_worker")
def test_a_run_that_waits_for_long_says_what_is_before_it(operator: Client) -> None:
    text = Page(operator.get(_address(_waiting(40)))).text

    assert "Waiting in the queue 1 worker is busy with other runs. This one begins by itself." in text


@pytest.mark.usefixtures("redis_url", "busy_worker")
def test_a_run_that_waits_for_a_moment_says_nothing_of_it(operator: Client) -> None:
    assert "Waiting in the queue" not in Page(operator.get(_address(_waiting(10)))).text


@pytest.fixture
def busy_worker(redis_url: str) -> None:
    """A worker in the queue's list, as one that works on something else."""
    Worker([run_queue()]).register_birth()


def _waiting(seconds: int) -> SyncRun:
    run = rows.sync_run()
    SyncRun.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(seconds=seconds))
    return run
