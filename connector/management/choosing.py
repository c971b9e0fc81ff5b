"""Which account and integration a command means."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence

from django.core.management.base import CommandError

from connector.domain import ids
from connector.errors import RecordError
from connector.models import Account, Integration


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("salesforce_id", help="the account's Salesforce id, 15 or 18 characters")
    add_integration(parser)


def add_integration(parser: ArgumentParser) -> None:
    parser.add_argument("--integration", help="the integration's name; needed only where there are several")


def chosen_account(salesforce_id: str, integration_name: str | None) -> Account:
    """The account of that id, made known where it is new. Raises CommandError that says what to do."""
    (account,) = chosen_accounts([salesforce_id], integration_name)
    return account


def chosen_accounts(salesforce_ids: Sequence[str], integration_name: str | None) -> list[Account]:
    """As `chosen_account`, each once; none is made known where one is no id."""
    try:
        known_ids = list(dict.fromkeys(ids.expect(each) for each in salesforce_ids))
    except RecordError as error:
        raise CommandError(str(error)) from None
    integration = chosen_integration(integration_name)
    there = {each.salesforce_id: each for each in integration.accounts.filter(salesforce_id__in=known_ids)}
    return [there.get(each) or Account.objects.remember(integration, each) for each in known_ids]


def chosen_integration(name: str | None) -> Integration:
    """The one of that name, or the only one there is. Raises CommandError."""
    found = list(Integration.objects.filter(name=name) if name else Integration.objects.all())
    if len(found) == 1:
        return found[0]
    if name:
        raise CommandError(f"There is no integration called {name!r}.")
    if not found:
        raise CommandError("There is no integration yet. Create one in the admin, or start “manage.py demo”.")
    names = ", ".join(repr(integration.name) for integration in found)
    raise CommandError(f"There are several integrations: {names}. Choose one with --integration.")
