"""The two kinds of keys: Django's signing key and the Fernet keys that encrypt stored credentials.

There is no default key anywhere: a deployment that forgot one must not start. Sentences never repeat a key.
"""

from __future__ import annotations

import re

from cryptography.fernet import Fernet

from syncadmin.environment import Environment, SettingsError

SECRET_KEY_LENGTH = 50  # the bound of Django's own deployment check

MAKE_SECRET_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"  # noqa: S105 - a command
MAKE_ENCRYPTION_KEY = (
    "python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'"
)


def secret_key(environment: Environment) -> str:
    key = environment.secret("SECRET_KEY", remedy=f"make one with {MAKE_SECRET_KEY} and keep it.")
    if len(key) < SECRET_KEY_LENGTH or len(set(key)) < 5:
        raise SettingsError(
            f"SECRET_KEY is too easy to guess: use at least {SECRET_KEY_LENGTH} random characters, "
            f"for example from {MAKE_SECRET_KEY}."
        )
    return key


def field_encryption_keys(environment: Environment) -> list[str]:
    """Fernet keys, separated by commas or white space: the first encrypts, all of them decrypt."""
    listed = environment.secret(
        "FIELD_ENCRYPTION_KEYS",
        remedy=f"it encrypts the stored credentials; make a key with {MAKE_ENCRYPTION_KEY} and keep it.",
    )
    keys = [key for key in re.split(r"[\s,]+", listed) if key]
    for position, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError as error:
            raise SettingsError(
                f"Key {position} of FIELD_ENCRYPTION_KEYS is not a Fernet key (32 bytes in URL-safe base64): "
                f"make one with {MAKE_ENCRYPTION_KEY}."
            ) from error
    if not keys:
        raise SettingsError(f"FIELD_ENCRYPTION_KEYS holds no key: make one with {MAKE_ENCRYPTION_KEY}.")
    return keys


def throwaway_keys() -> dict[str, str]:
    """Keys that live as long as one process: for tests and for commands that store nothing."""
    return {
        "SECRET_KEY": Fernet.generate_key().decode() + Fernet.generate_key().decode(),
        "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    }
