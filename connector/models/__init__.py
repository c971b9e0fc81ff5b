"""Rows: connections, integrations and mappings, accounts and links, runs and their log, write intents, drift reports."""

from connector.models.accounts import Account
from connector.models.claims import IntentHeld
from connector.models.connections import network
from connector.models.drift import DriftDifference, DriftFinding, DriftReport
from connector.models.encryption import EncryptedTextField, Secret, SecretFormField
from connector.models.integrations import Integration
from connector.models.intents import WriteIntent
from connector.models.links import RecordLink
from connector.models.log_entries import LogEntry
from connector.models.mappings import FieldMapping
from connector.models.run_states import CLOSED, OPEN
from connector.models.runs import RunAlreadyOpen, RunSuperseded, SyncRun
from connector.models.salesforce_connections import SalesforceConnection
from connector.models.standing import looked_at
from connector.models.zuora_connections import ZuoraConnection

__all__ = [
    "CLOSED",
    "OPEN",
    "Account",
    "DriftDifference",
    "DriftFinding",
    "DriftReport",
    "EncryptedTextField",
    "FieldMapping",
    "Integration",
    "IntentHeld",
    "LogEntry",
    "RecordLink",
    "RunAlreadyOpen",
    "RunSuperseded",
    "SalesforceConnection",
    "Secret",
    "SecretFormField",
    "SyncRun",
    "WriteIntent",
    "ZuoraConnection",
    "looked_at",
    "network",
]
