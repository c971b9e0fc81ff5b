"""What every request passes before it reaches its endpoint: limits, the token, the version, the
idempotency key.
"""

from __future__ import annotations

import hashlib
import re
import time
import uuid

from flask import Flask, Response, g, request

from connector.sandbox.control import PREFIX, mark_replayed
from connector.sandbox.faults import Answer
from connector.sandbox.zuora import wire
from connector.sandbox.zuora.errors import (
    AUTHENTICATION,
    AUTHENTICATION_RESOURCE,
    BAD_VALUE,
    UNSUPPORTED,
    Reason,
    Refused,
    refuse,
)
from connector.sandbox.zuora.idempotency import MAX_KEY_LENGTH, Fingerprint
from connector.sandbox.zuora.limits import Limits
from connector.sandbox.zuora.tenant import Tenant

TOKEN_PATH = "/oauth/token"  # noqa: S105 - an address, not a secret
_TRACK_ID = re.compile(r"[\x20-\x7e]{1,64}")
_KEYED_METHODS = ("POST", "PATCH")


def install(app: Flask, *, tenant: Tenant, limits: Limits) -> None:
    def enter() -> Response | None:
        if request.path.startswith(PREFIX):
            return None
        g.request_id = str(uuid.uuid4())
        limits.admit(request.method, request.path)
        if request.path == TOKEN_PATH:
            return None
        _check_token(tenant)
        _check_track_id()
        wire.request_version()
        return _replay(tenant)

    def leave(response: Response) -> Response:
        if "request_id" not in g or g.get("replayed"):
            return response
        response.headers["Zuora-Request-Id"] = g.request_id
        if request.headers.get("Zuora-Track-Id"):
            response.headers["Zuora-Track-Id"] = request.headers["Zuora-Track-Id"]
        if request.path != TOKEN_PATH:
            response.headers.update(limits.headers(request.method, request.path))
        if g.get("claimed_key"):
            kept = Answer(response.status_code, list(response.headers), response.get_data())
            tenant.idempotency.settle(g.claimed_key, kept)
        return response

    app.before_request(enter)
    app.after_request(leave)
    app.register_error_handler(Refused, wire.refused)


def _check_token(tenant: Tenant) -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not tenant.is_token_good(token):
        message = "Authentication error: the access token is missing, unknown or expired."
        raise Refused([Reason(AUTHENTICATION, message, AUTHENTICATION_RESOURCE)], status=401)


def _check_track_id() -> None:
    track_id = request.headers.get("Zuora-Track-Id", "x")
    if not _TRACK_ID.fullmatch(track_id) or any(character in track_id for character in ":;\"'"):
        # The form is documented, what happens otherwise is unverified.
        raise refuse(BAD_VALUE, "Zuora-Track-Id has at most 64 ASCII characters and no : ; \" '", status=400)


def _replay(tenant: Tenant) -> Response | None:
    """Handle the Idempotency-Key: None to carry the request out, otherwise the answer."""
    key = request.headers.get("Idempotency-Key")
    if key is None or request.method in ("GET", "HEAD", "OPTIONS"):
        return None
    if request.method not in _KEYED_METHODS:
        message = f"Request method '{request.method}' not supported with Idempotency-Key header"
        raise refuse(UNSUPPORTED, message, status=400)  # recorded for PUT; the same for DELETE is unverified
    if not 0 < len(key) <= MAX_KEY_LENGTH:
        raise refuse(BAD_VALUE, f"Idempotency-Key has 1 to {MAX_KEY_LENGTH} characters.", status=400)
    digest = hashlib.sha256(request.get_data()).hexdigest()
    verdict = tenant.idempotency.claim(
        key,
        Fingerprint(request.method, request.full_path, digest),
        replay_other_body=tenant.settings.idempotency_other_body == "replay",
    )
    if verdict.kind == "mismatch":
        raise refuse(BAD_VALUE, "The Idempotency-Key was used for another request.", status=422)
    if verdict.kind == "in_progress":
        # The body of this answer is unverified; a lock has reasons, so this one has none.
        return wire.answered(
            {"success": False, "processId": wire.process_id(), "requestId": g.request_id}, status=409
        )
    if verdict.answer is not None:
        mark_replayed()
        g.replayed = True
        return Response(verdict.answer.body, verdict.answer.status, verdict.answer.headers)
    g.claimed_key = key
    time.sleep(tenant.settings.processing_ms / 1000)
    return None
