"""The token endpoint: client credentials and JWT bearer, with the errors a real one gives.

The answer has no expires_in and no refresh token (unverified, and the safe reading: a client must learn
of an expired session from the 401). Passwords are not accepted here: that flow is off in new orgs.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

from connector.sandbox.salesforce.org import USER_ID, Org

CLIENT_CREDENTIALS = "client_credentials"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LOGIN_HOSTS = ("login.salesforce.com", "test.salesforce.com")
ASSERTION_LIFE_S = 300
_CLOCK_SKEW_S = 5


@dataclass(frozen=True, slots=True)
class TokenCall:
    """A request to the token endpoint: its form, its Authorization header, the host it went to."""

    form: Mapping[str, str]
    authorization: str = ""
    host: str = ""


class LoginRefused(Exception):
    """Carries the OAuth error code and its description."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description


def answer_token(org: Org, call: TokenCall) -> tuple[int, dict[str, Any]]:
    """Return status and body; every refusal is 400, as in public tests."""
    flows = {CLIENT_CREDENTIALS: _client_credentials, JWT_BEARER: _jwt_bearer}
    try:
        flow = flows.get(call.form.get("grant_type", ""))
        if flow is None:
            raise LoginRefused("unsupported_grant_type", "grant type not supported")
        flow(org, call)
    except LoginRefused as refused:
        return 400, {"error": refused.error, "error_description": refused.description}
    return 200, _token(org)


def _client_credentials(org: Org, call: TokenCall) -> None:
    if call.host.partition(":")[0] in LOGIN_HOSTS:
        raise LoginRefused("invalid_grant", "request not supported on this domain")
    key, secret = _basic(call.authorization) or (
        call.form.get("client_id", ""),
        call.form.get("client_secret", ""),
    )
    if key != org.logins.consumer_key:
        raise _unknown_client()
    if not hmac.compare_digest(secret.encode(), org.logins.consumer_secret.encode()):
        raise LoginRefused("invalid_client", "invalid client credentials")
    if not org.settings.client_credentials_user:
        raise LoginRefused("invalid_grant", "no client credentials user enabled")


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        key, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise _unknown_client() from None
    return key, secret


def _jwt_bearer(org: Org, call: TokenCall) -> None:
    assertion = call.form.get("assertion", "")
    claims = _claims(org, assertion)
    now = org.clock().timestamp()
    try:
        expires = float(claims.get("exp", 0))
    except (TypeError, ValueError):
        expires = 0.0
    if not now - _CLOCK_SKEW_S < expires <= now + ASSERTION_LIFE_S + _CLOCK_SKEW_S:
        # unverified wording; the five minutes are documented.
        raise LoginRefused("invalid_grant", "expired assertion")
    audiences = {f"https://{host}" for host in LOGIN_HOSTS} | {org.instance_url.rstrip("/")}
    if claims.get("aud") not in audiences:
        raise LoginRefused("invalid_grant", "audience is invalid")
    if claims.get("sub") != org.logins.username:
        raise LoginRefused("invalid_grant", "user hasn't approved this consumer")


def _claims(org: Org, assertion: str) -> dict[str, Any]:
    """Return the claims of an assertion that is signed by a registered key, whatever they say."""
    try:
        unverified = jwt.decode(assertion, options={"verify_signature": False})
        pem = org.certificates.get(str(unverified.get("iss")))
        if pem is None:
            raise _unknown_client()
        unchecked = {f"verify_{claim}": False for claim in ("exp", "aud", "iat", "nbf", "iss", "sub", "jti")}
        return jwt.decode(assertion, public_key(pem), algorithms=["RS256"], options=unchecked)  # type: ignore[arg-type]
    except (jwt.PyJWTError, ValueError):
        raise LoginRefused("invalid_grant", "invalid assertion") from None


def public_key(pem: str) -> RSAPublicKey:
    """Return the RSA key of a PEM certificate or public key; raises ValueError."""
    is_certificate = "BEGIN CERTIFICATE" in pem
    raw = pem.encode()
    key: object = load_pem_x509_certificate(raw).public_key() if is_certificate else load_pem_public_key(raw)
    if not isinstance(key, RSAPublicKey):
        raise ValueError("RS256 needs an RSA key.")
    return key


def _unknown_client() -> LoginRefused:
    return LoginRefused("invalid_client_id", "client identifier invalid")


def _token(org: Org) -> dict[str, Any]:
    now: datetime = org.clock()
    issued_at = str(int(now.timestamp() * 1000))
    identity = f"{org.instance_url}/id/{org.org_id}/{USER_ID}"
    digest = hmac.new(org.logins.consumer_secret.encode(), (identity + issued_at).encode(), hashlib.sha256)
    return {
        "access_token": org.sessions.open(org.org_id, now=now),
        "signature": base64.b64encode(digest.digest()).decode(),
        "scope": "api",
        "instance_url": org.instance_url,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued_at,
    }
