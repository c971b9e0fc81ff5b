"""What can be switched on an org while it runs, checked so that a misspelt switch is not ignored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from connector.sandbox.salesforce.schema.fields import MULTI_CURRENCY, STATE_COUNTRY

DEFAULT_INSTANCE_URL = "https://salesforce.sandbox.test"
DEFAULT_CURRENCIES = ("USD", "EUR", "GBP", "CAD", "AUD", "JPY", "CHF", "SEK", "INR", "BRL", "SGD", "MXN")

_NULLABLE = {"page_size", "child_page_size", "token_life_s", "api_request_limit"}
_KINDS: dict[str, type | tuple[type, ...]] = {
    "instance_url": str,
    "latency_ms": (int, float),
    "token_life_s": (int, float),
    "api_request_limit": int,
    "page_size": int,
    "child_page_size": int,
    "multi_currency": bool,
    "state_country_picklists": bool,
    "currencies": list,
    "hidden_fields": dict,
    "client_credentials_user": bool,
    "soap_login": bool,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """`page_size` and `child_page_size` force pages below the 200 rows a real org never goes under.

    The first currency is the corporate one; `hidden_fields` names, per object, what field-level
    security hides from the integration user; no `client_credentials_user` is an app without a run-as
    user; `token_life_s` null lets tokens live until they are expired by hand.
    """

    instance_url: str = DEFAULT_INSTANCE_URL
    latency_ms: float = 0.0
    token_life_s: float | None = None
    api_request_limit: int | None = None
    page_size: int | None = None
    child_page_size: int | None = None
    multi_currency: bool = False
    state_country_picklists: bool = False
    currencies: tuple[str, ...] = DEFAULT_CURRENCIES
    hidden_fields: Mapping[str, list[str]] = field(default_factory=dict)
    client_credentials_user: bool = True
    soap_login: bool = True

    def features(self) -> frozenset[str]:
        switched = {MULTI_CURRENCY: self.multi_currency, STATE_COUNTRY: self.state_country_picklists}
        return frozenset(name for name, is_on in switched.items() if is_on)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "currencies": list(self.currencies)}

    def changed(self, changes: Mapping[str, Any]) -> Settings:
        """Return settings with the changes merged in; raises ValueError naming the one that is wrong."""
        known = {each.name for each in fields(self)}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"There is no setting {name}; there are {', '.join(sorted(known))}.")
            _check(name, value)
        given = dict(changes)
        if "currencies" in given:
            given["currencies"] = tuple(given["currencies"])
        return replace(self, **given)


def _check(name: str, value: Any) -> None:
    if value is None and name in _NULLABLE:
        return
    is_flag = isinstance(value, bool)
    if not isinstance(value, _KINDS[name]) or is_flag is not (_KINDS[name] is bool):
        raise ValueError(f"The setting {name} cannot be {value!r}.")
    if isinstance(value, int | float) and not is_flag and value < 0:
        raise ValueError(f"The setting {name} cannot be negative.")
    if name in ("page_size", "child_page_size") and value == 0:
        raise ValueError(f"The setting {name} is at least 1.")
    if name == "currencies" and not value:
        raise ValueError("An org has at least one currency.")
