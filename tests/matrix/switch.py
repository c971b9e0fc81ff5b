"""The switch that takes the write intents away, to see that the matrix can fail: every create goes out under a key of its own, nothing
is written ahead, and whether one in doubt came through is not looked up. For tests alone; the product has no such switch.

With SYNCADMIN_TEST_WITHOUT_INTENTS=1 the whole matrix runs without them.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from connector.domain import JSON
from connector.domain.operations import Key, Operation
from connector.jobs.keepers import RowIntents
from connector.models import RecordLink
from connector.sync import creating
from connector.sync.journal import Intent
from connector.sync.sending import SEND

IS_ON = os.environ.get("SYNCADMIN_TEST_WITHOUT_INTENTS") == "1"


def take_intents_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def claim(intents: RowIntents, key: Key, *_: object, **__: object) -> Intent:
        return Intent(key, _key())

    def settle(intents: RowIntents, intent: Intent, links: Mapping[Key, Mapping[str, str]]) -> None:
        for key, attributes in links.items():
            RecordLink.objects.remember(
                intents.integration, noun=key.noun, key=key.value, attributes=attributes
            )

    def forgetful(noun: Any) -> Any:
        def send(services: Any, operation: Operation, payload: JSON, key: str) -> Any:
            return SEND[noun](services, operation, payload, _key())

        return send

    monkeypatch.setattr(RowIntents, "claim", claim)
    monkeypatch.setattr(RowIntents, "settle", settle)
    monkeypatch.setattr(RowIntents, "renew", lambda intents, intent: replace(intent, idempotency_key=_key()))
    monkeypatch.setattr(
        RowIntents, "keep_job", lambda intents, intent, job_id: replace(intent, job_id=job_id)
    )
    for name in ("fail", "leave_unknown"):
        monkeypatch.setattr(RowIntents, name, lambda intents, intent, reason, **_: None)
    for name in ("sending", "not_sent"):
        monkeypatch.setattr(RowIntents, name, lambda intents, intent: None)
    monkeypatch.setattr(creating, "SEND", {noun: forgetful(noun) for noun in SEND})
    monkeypatch.setattr(creating, "_look_up", lambda services, operation, payload, intent, **_: {})


def _key() -> str:
    return uuid.uuid4().hex
