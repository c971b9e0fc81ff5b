"""Secrets at rest: one field type, encrypted with the operator's keys, that never shows what it holds.

Decision: a row carries its ciphertext only, also in memory. A `Secret` is decrypted at the moment somebody calls
`reveal()`, so that a page, a log line, an export or a traceback cannot hold what was never decrypted, and so
that a row whose key was lost still loads, saves (unchanged) and can be given a new secret in the admin.

Keys are settings.FIELD_ENCRYPTION_KEYS: the first encrypts, all decrypt. A new key is put first, `rotate_keys` is
run, then the old one is removed.
"""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from typing import TYPE_CHECKING, Any, final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django import forms
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.text import capfirst

from connector.errors import ConfigError

_FERNET_VERSION = 0x80
_FERNET_SHORTEST = 73  # version, time, IV, one AES block, HMAC


@lru_cache(maxsize=4)
def _fernets(keys: tuple[str, ...]) -> tuple[Fernet, ...]:
    try:
        fernets = tuple(Fernet(key) for key in keys)
    except (ValueError, TypeError):
        fernets = ()
    if not fernets:
        raise ConfigError(
            "FIELD_ENCRYPTION_KEYS holds no usable key, so stored secrets can neither be read nor written. "
            "Set it to one or more Fernet keys, the newest first."
        )
    return fernets


def _keys() -> tuple[Fernet, ...]:
    return _fernets(tuple(settings.FIELD_ENCRYPTION_KEYS))


def is_token(text: str) -> bool:
    """Whether the text has the shape of a Fernet token, whatever key made it."""
    try:
        raw = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return False
    return len(raw) >= _FERNET_SHORTEST and raw[0] == _FERNET_VERSION


def reencrypted(token: str) -> str | None:
    """The same secret under the first key; None where the first key made the token already.

    Raises ConfigError where no key decrypts it.
    """
    keys = _keys()
    try:
        keys[0].decrypt(token)
    except InvalidToken:
        pass
    else:
        return None
    try:
        return MultiFernet(keys).rotate(token.encode()).decode()
    except InvalidToken:
        raise lost_key("A stored secret") from None


def lost_key(what: str) -> ConfigError:
    return ConfigError(
        f"{what} cannot be decrypted with any key in FIELD_ENCRYPTION_KEYS. "
        "Put the key it was encrypted with back into the list, or enter the secret again."
    )


@final
class Secret:
    """One encrypted value. Truthy where something is stored; `str` and `repr` say only that."""

    __slots__ = ("_label", "_token")

    def __init__(self, token: str = "", *, label: str = "A stored secret") -> None:
        self._token = token
        self._label = label

    @classmethod
    def encrypt(cls, plain: str, *, label: str = "A stored secret") -> Secret:
        """Raises ConfigError where there is no usable key."""
        token = _keys()[0].encrypt(plain.encode()).decode() if plain else ""
        return cls(token, label=label)

    @property
    def token(self) -> str:
        """The ciphertext, as stored; empty where nothing is."""
        return self._token

    @property
    def is_readable(self) -> bool:
        """False where the key this secret was encrypted with is gone."""
        try:
            self.reveal()
        except ConfigError:
            return False
        return True

    def reveal(self) -> str:
        """The secret itself. Raises ConfigError where no key decrypts it."""
        if not self._token:
            return ""
        try:
            return MultiFernet(_keys()).decrypt(self._token).decode()
        except (InvalidToken, UnicodeDecodeError):
            raise lost_key(self._label) from None

    def __bool__(self) -> bool:
        return self._token != ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._token == self._token

    def __hash__(self) -> int:
        return hash(self._token)

    def __repr__(self) -> str:
        return "Secret(set)" if self else "Secret(empty)"

    __str__ = __repr__


class SecretFormField(forms.CharField):
    """Write-only: never shows what is stored nor what was typed; left blank, it keeps what is stored."""

    def prepare_value(self, value: Any) -> str:
        return ""

    def to_python(self, value: Any) -> Any:
        return "" if isinstance(value, Secret) else super().to_python(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(data))


_CHANGES = "_secret_changes"


def taken_secret_changes(instance: models.Model) -> list[str]:
    """What became of the secrets of a row since this was asked last, as sentences without any of them."""
    return list(instance.__dict__.pop(_CHANGES, {}).values())


class _SecretAttribute(DeferredAttribute):
    """Encrypts plain text the moment it is assigned, so that an instance never carries it."""

    field: EncryptedTextField

    def __set__(self, instance: models.Model, value: object) -> None:
        changes = instance.__dict__.setdefault(_CHANGES, {})
        if isinstance(value, Secret):
            if value != instance.__dict__.get(self.field.attname):  # read from the database again
                changes.pop(self.field.attname, None)
        else:
            was_set = bool(instance.__dict__.get(self.field.attname))
            value = Secret.encrypt(str(value or ""), label=self.field.label)
            if value or was_set:
                what = "replaced" if value and was_set else "entered" if value else "cleared"
                changes[self.field.attname] = f"{capfirst(self.field.verbose_name)} {what}."
        instance.__dict__[self.field.attname] = value


if TYPE_CHECKING:
    _SecretTextField = models.TextField[str | Secret, Secret]
else:
    _SecretTextField = models.TextField


class EncryptedTextField(_SecretTextField):
    """Text stored as a Fernet token; reads as `Secret`, takes plain text. Never null: nothing stored is ''."""

    descriptor_class = _SecretAttribute

    @property
    def label(self) -> str:
        return f"The {self.verbose_name} of this {self.model._meta.verbose_name}"

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Secret:
        return Secret(value or "", label=self.label)

    def to_python(self, value: Any) -> Secret:
        """What a fixture holds is ciphertext already; anything else is plain text."""
        if isinstance(value, Secret):
            return value
        text = str(value or "")
        return Secret(text, label=self.label) if is_token(text) else Secret.encrypt(text, label=self.label)

    def get_prep_value(self, value: Any) -> str:
        return value.token if isinstance(value, Secret) else Secret.encrypt(str(value or "")).token

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))

    def get_lookup(self, lookup_name: str) -> Any:
        """Ciphertext differs each time it is made: a comparison would silently find nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def formfield(self, **kwargs: Any) -> Any:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        return super().formfield(**{"form_class": SecretFormField, "widget": widget, **kwargs})

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        if data:
            setattr(instance, self.name, data)
