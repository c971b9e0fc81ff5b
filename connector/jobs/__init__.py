"""Where rows meet the engine: start a run, carry it out, ask a remote on behalf of a page. Composes; decides nothing.

Redis is a doorbell: the run's row is committed first, its id is the job's id, and a job carries nothing but that id.
"""

from connector.jobs.allowances import last_usage
from connector.jobs.asking import FoundAccount, search_accounts, test_salesforce, test_zuora
from connector.jobs.circuits import OpenCircuit, open_circuits
from connector.jobs.describing import Checked, Describer
from connector.jobs.drift import enqueue_drift_report
from connector.jobs.drift_syncing import Queued, sync_findings, unsynced
from connector.jobs.queueing import QueueState, enqueue_preview, enqueue_sync, queue_state
from connector.jobs.resolving import MOST, Resolution, resolve
from connector.jobs.running import run_account, run_now
from connector.jobs.trying import Tried, try_mapping

__all__ = [
    "MOST",
    "Checked",
    "Describer",
    "FoundAccount",
    "OpenCircuit",
    "QueueState",
    "Queued",
    "Resolution",
    "Tried",
    "enqueue_drift_report",
    "enqueue_preview",
    "enqueue_sync",
    "last_usage",
    "open_circuits",
    "queue_state",
    "resolve",
    "run_account",
    "run_now",
    "search_accounts",
    "sync_findings",
    "test_salesforce",
    "test_zuora",
    "try_mapping",
    "unsynced",
]
