"""Reading one variable: what counts as set, where a secret may stand, and the sentence for a wrong one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from syncadmin.environment import Environment, SettingsError, load_env_file, write_env_file


@pytest.mark.parametrize("word", ["1", "true", "YES", " on "])
def test_a_flag_is_on(word: str) -> None:
    assert Environment({"DEBUG": word}).flag("DEBUG", default=False) is True


@pytest.mark.parametrize("word", ["0", "False", "no", "off"])
def test_a_flag_is_off(word: str) -> None:
    assert Environment({"WEB_SECURE": word}).flag("WEB_SECURE", default=True) is False


@pytest.mark.parametrize("default", [True, False])
def test_an_empty_flag_is_not_set(default: bool) -> None:
    assert Environment({"DEBUG": " "}).flag("DEBUG", default=default) is default


def test_a_flag_is_not_guessed() -> None:
    with pytest.raises(SettingsError, match=r"^DEBUG must be one of 1, true, yes, on or .* it is 'maybe'\.$"):
        Environment({"DEBUG": "maybe"}).flag("DEBUG", default=False)


def test_a_choice_is_read_in_any_case() -> None:
    environment = Environment({"LOG_LEVEL": "debug"})

    assert environment.choice("LOG_LEVEL", choices=["DEBUG", "INFO"], default="INFO") == "DEBUG"


def test_a_choice_outside_the_list_names_the_list() -> None:
    with pytest.raises(SettingsError, match=r"^LOG_LEVEL must be one of DEBUG, INFO; it is 'loud'\.$"):
        Environment({"LOG_LEVEL": "loud"}).choice("LOG_LEVEL", choices=["DEBUG", "INFO"], default="INFO")


def test_a_list_drops_empty_entries() -> None:
    environment = Environment({"ALLOWED_HOSTS": " a.example.com, ,b.example.com,"})

    assert environment.listed("ALLOWED_HOSTS") == ["a.example.com", "b.example.com"]


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("of gold\n")
    environment = Environment({"SECRET_KEY_FILE": str(file)})

    assert environment.secret("SECRET_KEY") == "of gold"
    assert environment.has("SECRET_KEY")


def test_a_secret_has_one_place() -> None:
    environment = Environment({"SECRET_KEY": "a", "SECRET_KEY_FILE": "/b"})

    with pytest.raises(
        SettingsError, match=r"^Both SECRET_KEY and SECRET_KEY_FILE are set: keep one of them\.$"
    ):
        environment.secret("SECRET_KEY")


def test_a_secret_file_that_is_missing_is_named(tmp_path: Path) -> None:
    environment = Environment({"REDIS_URL_FILE": str(tmp_path / "none")})

    with pytest.raises(SettingsError, match=r"^REDIS_URL_FILE points to .*none, which cannot be read"):
        environment.secret("REDIS_URL", default="redis://unused")


def test_an_empty_secret_file_is_not_a_secret(tmp_path: Path) -> None:
    (tmp_path / "key").touch()

    with pytest.raises(SettingsError, match="which is empty: write the value of SECRET_KEY into it"):
        Environment({"SECRET_KEY_FILE": str(tmp_path / "key")}).secret("SECRET_KEY")


def test_a_binary_secret_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(SettingsError, match="it is not text"):
        Environment({"SECRET_KEY_FILE": str(tmp_path / "key")}).secret("SECRET_KEY")


def test_a_missing_secret_says_what_to_do() -> None:
    with pytest.raises(SettingsError, match=r"^SECRET_KEY is not set: make one\.$"):
        Environment({}).secret("SECRET_KEY", remedy="make one.")


def test_an_env_file_fills_in_what_is_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAST_PARENT", "Acme Holding")
    monkeypatch.delenv("CAST_ACCOUNT", raising=False)
    file = tmp_path / ".env"
    file.write_text("# the cast\nCAST_PARENT=somebody else\nexport CAST_ACCOUNT='Acme Corp'\n")

    load_env_file(file)

    assert os.environ["CAST_PARENT"] == "Acme Holding"
    assert os.environ.pop("CAST_ACCOUNT") == "Acme Corp"


def test_an_env_file_with_a_broken_line_names_the_line_and_not_its_content(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DEBUG=0\nhunter2\n")

    with pytest.raises(SettingsError, match=r"^Line 2 of .*\.env is not NAME=value") as caught:
        load_env_file(file)
    assert "hunter2" not in str(caught.value)


def test_a_missing_env_file_is_fine(tmp_path: Path) -> None:
    load_env_file(tmp_path / ".env")


def test_a_written_env_file_reads_back_and_is_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "demo" / "demo.env"
    value = 'sqlite:///a "b" $c\\d #e'
    monkeypatch.delenv("CAST_DATABASE", raising=False)

    write_env_file(file, {"CAST_DATABASE": value})
    load_env_file(file)

    assert os.environ.pop("CAST_DATABASE") == value
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == ["demo.env"]


@pytest.mark.parametrize("value", ["it's", "two\nlines"])
def test_a_value_that_an_env_file_cannot_carry_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(ValueError, match="CAST_DATABASE holds a quote or a line break"):
        write_env_file(tmp_path / "demo.env", {"CAST_DATABASE": value})
    assert list(tmp_path.iterdir()) == []
