"""Asynchronous orders: a job that is told about when it has been asked for often enough.

By default the order comes into being only then, with the poll that finds the job done, as it does some time after the
call in the real system; until then the order cannot be found. The tenant setting `async_late` switched off carries
it out when it comes in.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from connector.sandbox.zuora.errors import NOT_FOUND, Refused, refuse
from connector.sandbox.zuora.orders import views
from connector.sandbox.zuora.orders.placing import place_order
from connector.sandbox.zuora.tenant import Tenant


def start_job(tenant: Tenant, body: Mapping[str, Any], *, with_ids: bool) -> str:
    """Take the order in; the id under which can be asked how it went."""
    job = {"id": str(uuid.uuid4()), "polls": 0, "body": body, "with_ids": with_ids}
    with tenant.lock:
        if not tenant.settings.async_late:
            job |= _carried_out(tenant, job)
        tenant.jobs[str(job["id"])] = job
    return str(job["id"])


def poll_job(tenant: Tenant, job_id: str) -> dict[str, Any]:
    """How the job stands; the first polls, as many as the tenant's setting says, find it under way."""
    with tenant.lock:
        job = tenant.jobs.get(job_id)
        if job is None:
            raise refuse(NOT_FOUND, f"Cannot find a job with the id '{job_id}'.")
        job["polls"] += 1
        if job["polls"] <= tenant.settings.async_polls:
            return {"status": "Processing", "errors": None, "result": None}
        if "result" not in job:
            job |= _carried_out(tenant, job)
    status = "Failed" if job["errors"] else "Completed"
    return {"status": status, "errors": job["errors"], "result": job["result"]}


def _carried_out(tenant: Tenant, job: Mapping[str, Any]) -> dict[str, Any]:
    """What came of the job's order: its answer, or why it was refused."""
    try:
        with tenant.writing() as store:
            order = place_order(tenant, store, job["body"])
            answer = views.created(store, order, with_ids=job["with_ids"])
    except Refused as refusal:
        return {"errors": str(refusal), "result": None}
    return {"errors": None, "result": {"jobType": "AsyncCreateOrder", **answer}}
