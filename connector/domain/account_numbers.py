"""Our own number for an account that is created: a template such as `SF-{Id}` over fields of the Salesforce account.

Zuora refuses a second account of the same number, so a template whose result is unique makes a second creation impossible at
Zuora itself, whatever became of our own records. A number is given at creation only; Zuora never changes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from connector.domain import JSON, ids, paths
from connector.domain.drafts import account_key
from connector.domain.labels import account_label
from connector.domain.operations import Problem, Severity
from connector.domain.rules import Options, Pair, Rule
from connector.domain.snapshot import AccountSnapshot
from connector.domain.values import cleaned
from connector.errors import ConfigError, ConnectorError, RecordError

OPTION = "Account number from a template"
TARGET = "accountNumber"
LONGEST = 50
"""The shorter of two published lengths (schema 70, text 50; unverified which holds)."""

_FIELD = re.compile(r"\{([^{}]*)\}")
_SEPARATORS = "/\\"
"""Accounts are read by number in the path of an address."""


def fields(template: str) -> tuple[str, ...]:
    """The source paths of Account a template reads."""
    return tuple(_FIELD.findall(template))


def fault(template: str) -> str:
    """What is wrong with a template, and what to do; empty where it is sound, or there is none."""
    if not template:
        return ""
    text = _FIELD.sub("", template)
    if "{" in text or "}" in text:
        return "Close every brace, and put nothing but a field between two: SF-{Id}."
    if not fields(template):
        return (
            "Name a field of Account in braces, for example SF-{Id}: all accounts would get the same number."
        )
    if wrong := [path for path in fields(template) if not paths.is_valid(path)]:
        return f"{{{wrong[0]}}} names no field. Write a field of Account or a path to one, for example {{AccountNumber}}."
    if len(text) >= LONGEST or any(each in text for each in _SEPARATORS):
        return f"Write a number of at most {LONGEST} characters, without / and \\."
    return ""


def account_number(account: AccountSnapshot, rules: Iterable[Rule], options: Options) -> str:
    """The number the account is created with; empty where there is no template, so Zuora gives one.

    Raises ConfigError where the template cannot hold, RecordError where the account's values make no number.
    """
    template = options.account_number_template
    if not template:
        return ""
    if any(rule.pair is Pair.ACCOUNT and rule.target == TARGET for rule in rules):
        raise ConfigError(
            f"{account_label(account)}: a mapping row fills {TARGET}, and so does the option “{OPTION}”. Remove one of the two.",
            record=account.salesforce_id,
        )
    if wrong := fault(template):
        raise ConfigError(
            f"The option “{OPTION}” ({template}) cannot be used. {wrong}", record=account.salesforce_id
        )
    number = _FIELD.sub(lambda field: _value(account, field[1]), template).strip()
    if len(number) > LONGEST or any(each in number for each in _SEPARATORS):
        raise RecordError(
            f"{account_label(account)} would get the account number {number}, by the option “{OPTION}”; Zuora takes at most {LONGEST} "
            f"characters, and none of / and \\. Shorten {' or '.join(fields(template))} in Salesforce and resync.",
            record=account.salesforce_id,
        )
    return number


def kept_number(
    account: AccountSnapshot, found: JSON, rules: Iterable[Rule], options: Options
) -> tuple[Problem, ...]:
    """A notice where Zuora's account has another number than the template would give it now; it is never sent."""
    try:
        wanted = account_number(account, rules, options)
    except ConnectorError:
        return ()  # a matter of creation alone
    held = str(found["accountNumber"])
    if not wanted or wanted == held:
        return ()
    label = f"{account_label(account)} is {held} in Zuora, not {wanted}"
    shared = "Accounts keep the number they have in Zuora, which never changes it, though the template would give another now"
    message = f"{label}: it keeps the number, which Zuora never changes, though the template would give another now."
    key = account_key(account.salesforce_id)
    return (Problem(Severity.NOTICE, key, account.salesforce_id, message, shared=shared, subject=label),)


def _value(account: AccountSnapshot, path: str) -> str:
    if not paths.has(account.record, path):
        raise ConfigError(
            f"{account_label(account)}: {path}, which the option “{OPTION}” names, does not exist on Account or is hidden from the "
            "integration user. Give the user access to it, or correct the template.",
            record=account.salesforce_id,
        )
    if path.lower() == "id":
        return ids.normalise(account.salesforce_id)
    value = paths.read(account.record, path)
    if isinstance(value, (float, Decimal)) and value == int(value):
        value = int(value)  # a number without decimals is written 1001.0
    text = cleaned(str(value if value is not None else ""), multiline=False)
    if not text:
        raise RecordError(
            f"{account_label(account)} has no {path}, of which its account number in Zuora is made (option “{OPTION}”). Fill it in "
            "Salesforce and resync.",
            record=account.salesforce_id,
        )
    return text
