"""Zuora's OAuth client-credentials grant. No authorization header goes with it, and no idempotency key."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from requests import Response

from connector.clients import exact_json
from connector.clients.credentials import ZuoraCredentials
from connector.clients.http import RemoteSession, request_id, retry_after
from connector.clients.tokens import LOGIN_TIMEOUT_S, IssuedToken, LoginRefused
from connector.errors import ConnectorError, RemoteRejected, RemoteUnavailable

MARGIN_S = 60
"""A token is renewed this long before its end, so that no call starts with one about to expire."""
SHORT_LIFE_SHARE = Decimal("0.9")
PASSING = frozenset({408, 409, 423, 425, 429})
"""Timeouts, locks and limits say nothing of the credentials."""


class ZuoraLogin:
    def __init__(self, session: RemoteSession, credentials: ZuoraCredentials) -> None:
        self._session = session
        self._credentials = credentials
        session.hide(credentials.client_secret)

    def issue(self) -> IssuedToken:
        """Ask for a token. Raises LoginRefused where Zuora does not accept the client id and secret."""
        return self._session.repeat(self._ask)

    # Reference: https://developer.zuora.com/v1-api-reference/api/oauth/createtoken/
    def _ask(self) -> IssuedToken:
        response = self._session.post(
            f"https://{self._credentials.host}/oauth/token",
            data={
                "client_id": self._credentials.client_id,
                "client_secret": self._credentials.client_secret,
                "grant_type": "client_credentials",
            },
            headers=self._entity(),
            timeout=min(LOGIN_TIMEOUT_S, self._session.network.read_timeout),
        )
        if failure := self._failure(response):
            raise failure
        return self._read(response)

    def _entity(self) -> Mapping[str, str]:
        return {"Zuora-Entity-Ids": self._credentials.entity_id} if self._credentials.entity_id else {}

    def _failure(self, response: Response) -> ConnectorError | None:
        status = response.status_code
        if status < 300:
            return None
        if status in PASSING or status >= 500:
            return RemoteUnavailable(
                f"Zuora gave no token now (HTTP {status}).",
                system="Zuora",
                status=status,
                request_id=request_id(response),
                retry_after=retry_after(response),
            )
        # The body of a refusal is undocumented (unverified), so any other 4xx is taken to be about the credentials.
        return LoginRefused(
            f"Zuora refused the credentials of connection {self._credentials.name!r} (HTTP {status}). Check its "
            f"client id and secret, that the OAuth client is active, and that {self._credentials.host} is the data "
            "centre of the tenant."
        )

    def _read(self, response: Response) -> IssuedToken:
        answer = exact_json.decode_or_none(response.content)
        if not isinstance(answer, dict):
            raise RemoteUnavailable(
                "Zuora's answer to a token request cannot be read.",
                system="Zuora",
                status=response.status_code,
                request_id=request_id(response),
            )
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            raise RemoteRejected(
                "unexpected reply of Zuora to a token request: it holds no access_token.",
                system="Zuora",
                status=response.status_code,
                request_id=request_id(response),
            )
        self._session.hide(token)
        return IssuedToken(token, _keepable(answer.get("expires_in")))


def _keepable(expires_in: object) -> int:
    """Seconds to keep a token of that life; a life that is not stated is taken to be five minutes."""
    life = Decimal(expires_in) if isinstance(expires_in, (int, Decimal)) and expires_in > 0 else Decimal(300)
    return int(max(life - MARGIN_S, life * SHORT_LIFE_SHARE))
