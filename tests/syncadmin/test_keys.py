"""Keys are never defaulted, never weak, and never repeated in a sentence."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from syncadmin.environment import Environment, SettingsError
from syncadmin.keys import field_encryption_keys, secret_key, throwaway_keys


def test_every_listed_key_is_read_in_order() -> None:
    first, second = Fernet.generate_key().decode(), Fernet.generate_key().decode()

    assert field_encryption_keys(Environment({"FIELD_ENCRYPTION_KEYS": f"{first},\n {second}"})) == [
        first,
        second,
    ]


def test_a_malformed_key_is_named_by_its_position_alone() -> None:
    good = Fernet.generate_key().decode()

    with pytest.raises(SettingsError, match=r"^Key 2 of FIELD_ENCRYPTION_KEYS is not a Fernet key") as caught:
        field_encryption_keys(Environment({"FIELD_ENCRYPTION_KEYS": f"{good},hunter2"}))
    assert "hunter2" not in str(caught.value)
    assert good not in str(caught.value)


@pytest.mark.parametrize("value", ["", " , "])
def test_no_key_is_no_encryption(value: str) -> None:
    with pytest.raises(SettingsError, match=r"^FIELD_ENCRYPTION_KEYS (is not set|holds no key)"):
        field_encryption_keys(Environment({"FIELD_ENCRYPTION_KEYS": value}))


def test_a_key_that_is_not_ascii_is_malformed() -> None:
    with pytest.raises(SettingsError, match="Key 1 of FIELD_ENCRYPTION_KEYS"):
        field_encryption_keys(Environment({"FIELD_ENCRYPTION_KEYS": "ключ"}))


@pytest.mark.parametrize("value", ["hunter2", "ab" * 40])
def test_a_secret_key_that_can_be_guessed_is_refused_unrepeated(value: str) -> None:
    with pytest.raises(SettingsError, match=r"^SECRET_KEY is too easy to guess") as caught:
        secret_key(Environment({"SECRET_KEY": value}))
    assert value not in str(caught.value)


def test_throwaway_keys_are_good_ones_and_new_ones() -> None:
    keys = throwaway_keys()

    assert secret_key(Environment(keys)) == keys["SECRET_KEY"]
    assert field_encryption_keys(Environment(keys)) == [keys["FIELD_ENCRYPTION_KEYS"]]
    assert throwaway_keys() != keys
