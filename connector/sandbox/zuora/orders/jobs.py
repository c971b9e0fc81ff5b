"""Asynchronous orders: carried out when they come in, told about when they have been asked for often
enough.
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
    """Carry the order out and keep how it went; the id under which that can be asked."""
    outcome: dict[str, Any] = {"errors": None, "result": None}
    try:
        with tenant.writing() as store:
            order = place_order(tenant, store, body)
            outcome["result"] = {
                "jobType": "AsyncCreateOrder",
                **views.created(store, order, with_ids=with_ids),
            }
    except Refused as refusal:
        outcome["errors"] = str(refusal)
    job_id = str(uuid.uuid4())
    with tenant.lock:
        tenant.jobs[job_id] = {"id": job_id, "polls": 0, **outcome}
    return job_id


def poll_job(tenant: Tenant, job_id: str) -> dict[str, Any]:
    """How the job stands; the first polls, as many as the tenant's setting says, find it under way."""
    with tenant.lock:
        job = tenant.jobs.get(job_id)
        if job is None:
            raise refuse(NOT_FOUND, f"Cannot find a job with the id '{job_id}'.")
        job["polls"] += 1
    if job["polls"] <= tenant.settings.async_polls:
        return {"status": "Processing", "errors": None, "result": None}
    status = "Failed" if job["errors"] else "Completed"
    return {"status": status, "errors": job["errors"], "result": job["result"]}
