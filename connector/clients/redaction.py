"""Secrets are taken out here, once, before anything reaches an exception, a log or the journal.

Two nets, because either alone has holes: names and shapes that are always secret (an Authorization header, a
password field, a PEM block, a bearer token), and the very values a session knows to be secret, wherever a remote
may echo them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

HIDDEN = "[hidden]"

_SECRET_NAMES = frozenset(
    {
        "accesstoken",
        "apikey",
        "assertion",
        "authorization",
        "clientassertion",
        "clientsecret",
        "consumersecret",
        "cookie",
        "hmacsecret",
        "idtoken",
        "jwt",
        "password",
        "privatekey",
        "proxyauthorization",
        "refreshtoken",
        "secret",
        "securitytoken",
        "sessionid",
        "setcookie",
        "signature",
        "token",
    }
)
_NAMES_IN_TEXT = (
    r"access_token|refresh_token|id_token|client_secret|consumer_secret|client_assertion|assertion|password|"
    r"security_token|private_key|session_id|sessionId|signature|authorization"
)
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", re.S),
        HIDDEN,
    ),
    (re.compile(r"\b(Bearer|Basic|OAuth)\s+[A-Za-z0-9+/=._~!-]{8,}", re.I), rf"\1 {HIDDEN}"),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"), HIDDEN),
    (re.compile(r"\b00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{8,}"), HIDDEN),  # a Salesforce session id
    (re.compile(rf"([\"'](?:{_NAMES_IN_TEXT})[\"']\s*:\s*[\"'])[^\"']*", re.I), rf"\1{HIDDEN}"),
    (re.compile(rf"\b((?:{_NAMES_IN_TEXT})=)[^&\s\"'<>]+", re.I), rf"\1{HIDDEN}"),
    (re.compile(rf"(<(?:\w+:)?(?:{_NAMES_IN_TEXT})>)[^<]*", re.I), rf"\1{HIDDEN}"),
)
_SHORTEST_SECRET = 4


def redact(value: Any, *, secrets: Iterable[str] = ()) -> Any:
    """The same value without its secrets: text, headers, or any nesting of JSON. Never raises, never changes its input.

    `secrets` are values known to be secret; a text of fewer than four characters is no secret, it would blot out
    ordinary words.
    """
    known = _spellings(secrets)
    return _walk(value, lambda text: _clean(text, known))


def _walk(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, (bytes, bytearray)):
        return clean(bytes(value).decode("utf-8", "replace"))
    if isinstance(value, Mapping):
        return {
            clean(str(name)): HIDDEN if _is_secret_name(str(name)) else _walk(item, clean)
            for name, item in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_walk(item, clean) for item in value]
    return value


def _is_secret_name(name: str) -> bool:
    return re.sub(r"[^a-z]", "", name.lower()) in _SECRET_NAMES


def _spellings(secrets: Iterable[str]) -> tuple[str, ...]:
    """Every spelling in which a secret may be echoed, longest first, so that none leaves a rest of another."""
    found: set[str] = set()
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            found.update((secret, quote(secret, safe=""), quote_plus(secret)))
    return tuple(sorted(found, key=lambda text: (-len(text), text)))


def _clean(text: str, known: tuple[str, ...]) -> str:
    for secret in known:
        text = text.replace(secret, HIDDEN)
    for pattern, replacement in _SHAPES:
        text = pattern.sub(replacement, text)
    return text
