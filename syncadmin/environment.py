"""Reads settings from the environment, one variable at a time.

A missing or malformed variable stops the start with one sentence that names it and says what to do. Nothing
is guessed and no value of a secret is ever repeated in a sentence. A secret NAME may instead stand in a file
that NAME_FILE points to (Docker and Kubernetes mount secrets so).
"""

from __future__ import annotations

import io
import math
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})
ENV_FILE_LINE = re.compile(r"\A(?:export )?[A-Za-z_0-9]+=")


class SettingsError(ImproperlyConfigured):
    """One sentence for the operator: which variable, what is wrong with it, what to do."""


class Environment:
    """Typed reading of one mapping of variables; an empty variable counts as one that is not set."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def has(self, name: str) -> bool:
        """Whether the variable, or its _FILE variant, is set."""
        return bool(self.text(name) or self.text(f"{name}_FILE"))

    def text(self, name: str, *, default: str = "") -> str:
        return self._values.get(name, "").strip() or default

    def secret(self, name: str, *, default: str = "", remedy: str = "") -> str:
        """The value of `name`, or the content of the file that `name`_FILE points to.

        Raises SettingsError when both are set, when the file cannot be read, and when neither is set and
        there is no default; `remedy` is then the second half of the sentence.
        """
        value, path = self.text(name), self.text(f"{name}_FILE")
        if value and path:
            raise SettingsError(f"Both {name} and {name}_FILE are set: keep one of them.")
        if path:
            value = _file_content(name, path)
        if not value and not default:
            raise SettingsError(f"{name} is not set: {remedy}")
        return value or default

    def flag(self, name: str, *, default: bool) -> bool:
        word = self.text(name).lower()
        if not word:
            return default
        if word in TRUE_WORDS:
            return True
        if word in FALSE_WORDS:
            return False
        raise SettingsError(f"{name} must be one of 1, true, yes, on or 0, false, no, off; it is {word!r}.")

    def number(self, name: str, *, lowest: float, highest: float, default: float) -> float:
        word = self.text(name, default=f"{default:g}")
        try:
            number = float(word)
        except ValueError:
            number = math.nan
        if not lowest <= number <= highest:  # also false for "nan"
            raise SettingsError(f"{name} must be a number from {lowest:g} to {highest:g}; it is {word!r}.")
        return number

    def whole_number(self, name: str, *, lowest: int, highest: int, default: int) -> int:
        word = self.text(name, default=str(default))
        if not re.fullmatch(r"[0-9]{1,9}", word) or not lowest <= int(word) <= highest:
            raise SettingsError(f"{name} must be a whole number from {lowest} to {highest}; it is {word!r}.")
        return int(word)

    def choice(self, name: str, *, choices: Iterable[str], default: str) -> str:
        allowed = {choice.lower(): choice for choice in choices}
        word = self.text(name, default=default)
        if word.lower() not in allowed:
            raise SettingsError(f"{name} must be one of {', '.join(allowed.values())}; it is {word!r}.")
        return allowed[word.lower()]

    def listed(self, name: str, *, default: Iterable[str] = ()) -> list[str]:
        """The comma-separated entries, without empty ones."""
        entries = [entry.strip() for entry in self.text(name).split(",")]
        return [entry for entry in entries if entry] or list(default)


def _file_content(name: str, path: str) -> str:
    try:
        content = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise SettingsError(
            f"{name}_FILE points to {path}, which cannot be read ({reason}): "
            f"correct the path or give this user the right to read the file."
        ) from error
    if not content:
        raise SettingsError(
            f"{name}_FILE points to {path}, which is empty: write the value of {name} into it."
        )
    return content


def load_env_file(path: Path) -> None:
    """Take variables from a `.env` file into the process; what is set already wins."""
    if not path.is_file():
        return
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The file {path} cannot be read ({error}): make it readable or remove it."
        ) from error
    for number, line in enumerate(content.splitlines(), start=1):
        if line.strip() and not line.startswith("#") and not ENV_FILE_LINE.match(line):
            raise SettingsError(f"Line {number} of {path} is not NAME=value: correct it or start it with #.")
    environ.Env.read_env(io.StringIO(content))


def write_env_file(path: Path, values: Mapping[str, str]) -> None:
    """Write variables for `load_env_file`, readable by this user alone, whole or not at all."""
    for name, value in values.items():
        if any(character in value for character in "'\n\r"):
            raise ValueError(f"{name} holds a quote or a line break, which an env file cannot carry")
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{name}='{value}'\n" for name, value in values.items())
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # made with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
