"""Orders in the background come into being when their job is done, and not before."""

from __future__ import annotations

from typing import Any

import pytest

KEY = {"Idempotency-Key": "5f1a6f0e-0001-4000-8000-000000000009"}


def poll(zuora: Any, job: str) -> Any:
    return zuora.done("GET", f"/v1/async-jobs/{job}")


@pytest.mark.parametrize("late", [True, False])
def test_when_the_order_is_there(zuora: Any, bodies: Any, late: bool) -> None:
    zuora.settings(async_polls=2, async_late=late)
    job = zuora.done("POST", "/v1/async/orders", bodies.order(bodies.create()))["jobId"]
    found = []
    for _ in range(3):
        there = zuora.send("GET", "/v1/orders/00000101").status_code == 200
        found.append((there, poll(zuora, job)["status"]))
    assert found == [(not late, "Processing"), (not late, "Processing"), (not late, "Completed")]
    zuora.done("GET", "/v1/orders/00000101")
    assert poll(zuora, job) == poll(zuora, job)
    assert len(zuora.state()["orders"]) == 1


@pytest.mark.parametrize("late", [True, False])
def test_a_failure_is_told_by_the_job_and_by_every_later_poll(zuora: Any, bodies: Any, late: bool) -> None:
    zuora.settings(async_polls=1, async_late=late)
    body = bodies.order(bodies.create(plans=[{"productRatePlanId": "8ad0"}]))
    job = zuora.done("POST", "/v1/async/orders", body)["jobId"]
    assert [poll(zuora, job)["status"] for _ in range(3)] == ["Processing", "Failed", "Failed"]
    assert "8ad0" in poll(zuora, job)["errors"]
    assert zuora.state()["orders"] == []


def test_the_same_key_answers_the_same_job(zuora: Any, bodies: Any) -> None:
    jobs = {
        zuora.done("POST", "/v1/async/orders", bodies.order(bodies.create()), headers=KEY)["jobId"]
        for _ in range(2)
    }
    assert len(jobs) == 1
    (job,) = jobs
    assert [poll(zuora, job)["status"] for _ in range(2)] == ["Processing", "Completed"]
    assert zuora.done("POST", "/v1/async/orders", bodies.order(bodies.create()), headers=KEY)["jobId"] == job
    assert (len(zuora.state()["orders"]), len(zuora.state()["jobs"])) == (1, 1)


def test_two_jobs_for_one_order_number(zuora: Any, bodies: Any) -> None:
    """Without the key both are taken in; the second finds the number in use when its turn comes."""
    zuora.settings(async_polls=0)
    jobs = [zuora.done("POST", "/v1/async/orders", bodies.order(bodies.create()))["jobId"] for _ in range(2)]
    assert [poll(zuora, job)["status"] for job in jobs] == ["Completed", "Failed"]
    assert "already in use" in poll(zuora, jobs[1])["errors"]


def test_how_many_actions_an_order_may_have(zuora: Any, bodies: Any, shop: Any) -> None:
    zuora.settings(async_polls=0)
    zuora.done("POST", "/v1/orders", bodies.order(bodies.create(), number="first"))
    add = bodies.action("AddProduct", {"productRatePlanId": shop.platform.plan}, date="2024-07-01")

    def order(count: int) -> Any:
        return bodies.order(*[add] * count, number=f"of {count}", subscription="SUB-1")

    assert "50 order actions" in zuora.refused("POST", "/v1/orders", order(51))[0][1]
    previewed = order(51) | {"previewOptions": {"previewTypes": ["BillingDocs"]}}
    assert "50 order actions" in zuora.refused("POST", "/v1/orders/preview", previewed)[0][1]
    assert "300 order actions" in zuora.refused("POST", "/v1/async/orders", order(301))[0][1]
    zuora.done("POST", "/v1/orders", order(50))
    job = zuora.done("POST", "/v1/async/orders", order(51))["jobId"]
    assert poll(zuora, job)["status"] == "Completed"
    assert zuora.done("GET", "/v1/subscriptions/SUB-1")["version"] == 102
