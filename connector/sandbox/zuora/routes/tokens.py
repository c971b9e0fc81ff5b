"""OAuth client credentials; the body of a refused one is unverified."""

from __future__ import annotations

import secrets
import uuid

from flask import Blueprint, Response, request

from connector.sandbox.zuora.tenant import USER_ID
from connector.sandbox.zuora.wire import answered, tenant

blueprint = Blueprint("tokens", __name__)
LIMIT_PER_MINUTE = 2000


@blueprint.post("/oauth/token")
def issue_token() -> Response:
    headers = {
        "X-RateLimit-Limit-minute": str(LIMIT_PER_MINUTE),
        "X-RateLimit-Remaining-minute": str(LIMIT_PER_MINUTE - 1),
    }
    if request.form.get("grant_type") != "client_credentials":
        error = {"error": "unsupported_grant_type", "error_description": "Only client_credentials is served."}
        return answered(error, status=400, headers=headers)
    client_id, secret = request.form.get("client_id", ""), request.form.get("client_secret", "")
    known = secrets.compare_digest(client_id.encode(), tenant().client_id.encode())
    if not known or not secrets.compare_digest(secret.encode(), tenant().client_secret.encode()):
        error = {"error": "invalid_client", "error_description": "Bad client credentials"}
        return answered(error, status=401, headers=headers)
    payload = {
        "access_token": tenant().issue_token(),
        "token_type": "bearer",
        "expires_in": int(tenant().settings.token_life_s),
        "scope": f"entity.{uuid.UUID(int=0)} user.{USER_ID} service.usage.write",
        "jti": str(uuid.uuid4()),
    }
    return answered(payload, headers=headers)
