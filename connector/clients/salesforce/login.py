"""Salesforce's three ways in, each ending in a session and the host it is good for.

Client credentials and JWT bearer are spoken here, on the My Domain host, because simple-salesforce builds the token address
itself and knows no timeout. The legacy SOAP login with username, password and security token is simple-salesforce's, and
only for API versions that still have it. None of them states how long a session lasts.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from typing import Any, Self
from xml.parsers.expat import ExpatError

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from requests import Response
from simple_salesforce.exceptions import SalesforceError
from simple_salesforce.login import SalesforceLogin as soap_login

from connector.clients import exact_json
from connector.clients.credentials import SalesforceCredentials, SalesforceLogin
from connector.clients.hosts import LOGIN_AUDIENCES, check_host, check_url
from connector.clients.http import RemoteSession, request_id, retry_after
from connector.clients.tokens import LOGIN_TIMEOUT_S, IssuedToken, LoginRefused
from connector.errors import ConnectorError, RemoteRejected, RemoteUnavailable

KEPT_S = 30 * 60
"""Salesforce says nothing of a session's life; its shortest setting is 15 minutes, a usual one two hours. A 401 renews it."""
ASSERTION_LIFE_S = 180
LAST_SOAP_VERSION = 64
"""SOAP login() is absent from API version 65 up.
Reference: https://help.salesforce.com/s/articleView?id=release-notes.rn_api_upcoming_retirement_258rn.htm"""

PASSING = frozenset({408, 409, 423, 425, 429})
"""Timeouts, locks and limits say nothing of the credentials."""
_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ADVICE: tuple[tuple[str, str], ...] = (
    # The first fragment found in "error: description" gives the advice.
    ("no client credentials user", "Set a Run As user in the app's client-credentials policy."),
    (
        "not supported on this domain",
        "Enter the My Domain host; login.salesforce.com has no client-credentials grant.",
    ),
    ("hasn't approved", "Pre-authorise the user for the app (OAuth policies: admin approved users)."),
    ("audience", "Check whether the org is a sandbox: its audience is https://test.salesforce.com."),
    (
        "invalid assertion",
        "Check that the private key belongs to the certificate of the app, and the username.",
    ),
    ("invalid_client_id", "Check the consumer key: the app is not known in this org."),
    ("invalid_client", "Check the consumer key and secret."),
    ("inactive", "Activate the user, or choose another."),
    ("INVALID_LOGIN", "Check username, password and security token, and that the user is not locked."),
    ("login() is disabled", "Use client credentials or JWT bearer: this org has SOAP login switched off."),
    ("UNSUPPORTED_API_VERSION", "Use client credentials or JWT bearer: this org has no SOAP login."),
)
_OTHER_ADVICE = (
    "Check the consumer key and secret (or username and key), and that the app's user may use the API."
)


@dataclass(frozen=True, slots=True)
class Session:
    """A session id and the host it is good for, packed into one text for the token cache."""

    host: str
    token: str = field(repr=False)

    @property
    def packed(self) -> str:
        return f"{self.host} {self.token}"

    @classmethod
    def unpack(cls, packed: str) -> Self:
        host, _, token = packed.partition(" ")
        return cls(host, token)


class Login:
    def __init__(
        self,
        session: RemoteSession,
        credentials: SalesforceCredentials,
        *,
        host: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._session = session
        self._credentials = credentials
        self._host = host
        self._clock = clock
        self._key: RSAPrivateKey | None = None
        session.hide(
            credentials.consumer_secret,
            credentials.password,
            credentials.security_token,
            credentials.private_key,
        )

    def issue(self) -> IssuedToken:
        """Log in. Raises LoginRefused where Salesforce does not accept the credentials, or they cannot be used."""
        made = self._session.repeat(self._way())
        self._session.hide(made.token)
        return IssuedToken(made.packed, KEPT_S)

    def _way(self) -> Callable[[], Session]:
        match self._credentials.login:
            case SalesforceLogin.CLIENT_CREDENTIALS:
                return self._client_credentials
            case SalesforceLogin.JWT_BEARER:
                return self._jwt_bearer
            case SalesforceLogin.PASSWORD:
                return self._password

    # Reference: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_client_credentials_flow.htm
    def _client_credentials(self) -> Session:
        pair = f"{self._credentials.consumer_key}:{self._credentials.consumer_secret}"
        basic = base64.b64encode(pair.encode()).decode()
        self._session.hide(basic)
        return self._token({"grant_type": "client_credentials"}, {"Authorization": f"Basic {basic}"})

    # Reference: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm
    def _jwt_bearer(self) -> Session:
        assertion = self._assertion()
        self._session.hide(assertion)
        return self._token({"grant_type": _JWT_GRANT, "assertion": assertion}, {})

    def _assertion(self) -> str:
        audience = self._credentials.login_audience
        if audience not in LOGIN_AUDIENCES and audience != f"https://{self._host}":
            raise self._refusal(
                f"the audience {audience!r} is neither login nor test.salesforce.com", "Correct it."
            )
        claims: dict[str, Any] = {
            "iss": self._credentials.consumer_key,
            "sub": self._credentials.username,
            "aud": audience,
            "exp": int(self._clock()) + ASSERTION_LIFE_S,
        }
        return jwt.encode(claims, self._signing_key(), algorithm="RS256")

    def _signing_key(self) -> RSAPrivateKey:
        """The connection's key, read once: checking it costs more than signing with it."""
        if self._key is None:
            with suppress(ValueError, TypeError, UnsupportedAlgorithm):  # they may quote the key
                found = load_pem_private_key(self._credentials.private_key.encode(), password=None)
                self._key = found if isinstance(found, RSAPrivateKey) else None
        if self._key is None:
            raise self._refusal(
                "its private key cannot be read",
                "Paste the RSA key in PEM form, without a passphrase, whole.",
            )
        return self._key

    def _token(self, form: dict[str, str], headers: dict[str, str]) -> Session:
        response = self._session.post(
            f"https://{self._host}/services/oauth2/token",
            data=form,
            headers=headers,
            timeout=min(LOGIN_TIMEOUT_S, self._session.network.read_timeout),
        )
        answer = self._session.redact(exact_json.decode_or_none(response.content))
        if failure := self._failure(response, answer):
            raise failure
        token = (exact_json.decode_or_none(response.content) or {}).get("access_token")
        if not isinstance(token, str) or not token:
            raise RemoteRejected(
                "unexpected reply of Salesforce to a token request: it holds no access_token.",
                system="Salesforce",
            )
        return Session(self._instance_host(str(answer.get("instance_url") or f"https://{self._host}")), token)

    def _failure(self, response: Response, answer: object) -> ConnectorError | None:
        status = response.status_code
        if status < 300 and isinstance(answer, dict):
            return None
        if status < 300 or status in PASSING or status >= 500 or not isinstance(answer, dict):
            return RemoteUnavailable(
                f"Salesforce gave no session now (HTTP {status}).",
                system="Salesforce",
                status=status,
                request_id=request_id(response),
                retry_after=retry_after(response),
            )
        said = ": ".join(str(answer[name]) for name in ("error", "error_description") if answer.get(name))
        return self._refusal(said or f"HTTP {status}")

    def _refusal(self, said: str, advice: str = "") -> LoginRefused:
        if not advice:
            advice = next(
                (text for fragment, text in _ADVICE if fragment.lower() in said.lower()), _OTHER_ADVICE
            )
        return LoginRefused(
            f"Connection {self._credentials.name!r} cannot log in to Salesforce: {said}. {advice}"
        )

    def _instance_host(self, instance_url: str) -> str:
        """The host the session is good for, held to the same rules as the one an administrator enters."""
        return check_url("Salesforce", instance_url, self._session.network)

    # Reference: https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_login.htm
    def _password(self) -> Session:
        version = self._credentials.api_version
        if float(version) > LAST_SOAP_VERSION:
            raise self._refusal(
                f"API version {version} has no login with username and password",
                f"Use client credentials or JWT bearer, or an API version up to {LAST_SOAP_VERSION}.0.",
            )
        failure: ConnectorError | None = None
        token, host = "", ""
        try:
            token, host = soap_login(
                username=self._credentials.username,
                password=self._credentials.password,
                security_token=escape(self._credentials.security_token),
                sf_version=version,
                session=self._session,
                scratch_url=f"https://{self._host}",
            )
        except SalesforceError as error:
            failure = self._soap_failure(error)
        except (ExpatError, ValueError, TypeError, AttributeError):  # of a page, or half an answer
            failure = RemoteUnavailable("Salesforce's answer to a login cannot be read.", system="Salesforce")
        if failure is not None:
            raise failure
        # simple-salesforce cuts "-api" out of any host it is told; ours may be called so.
        host = self._host if host == self._host.replace("-api", "") else host
        return Session(check_host("Salesforce", host, self._session.network), token)

    def _soap_failure(self, error: SalesforceError) -> ConnectorError:
        code = getattr(error, "code", None)
        if isinstance(code, int) or code in ("SERVER_UNAVAILABLE", "REQUEST_LIMIT_EXCEEDED"):
            return RemoteUnavailable(
                f"Salesforce gave no session now ({code}).", system="Salesforce", code=str(code)
            )
        said = self._session.redact(f"{code}: {getattr(error, 'auth_message', '')}")
        return self._refusal(str(said))
