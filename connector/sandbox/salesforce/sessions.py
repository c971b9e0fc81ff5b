"""Access tokens handed out by a login, and whether one still works."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta


class Sessions:
    """Tokens with the time they were issued; expiring forgets them all."""

    def __init__(self) -> None:
        self._issued: dict[str, datetime] = {}

    def open(self, org_id: str, *, now: datetime) -> str:
        """Return a new token in the shape of a session id: the short org id, `!`, random text."""
        token = f"{org_id[:15]}!{secrets.token_urlsafe(48)}"
        self._issued[token] = now
        return token

    def is_open(self, token: str, *, now: datetime, life_s: float | None) -> bool:
        issued = self._issued.get(token)
        return issued is not None and (life_s is None or now - issued < timedelta(seconds=life_s))

    def expire(self) -> None:
        self._issued.clear()
