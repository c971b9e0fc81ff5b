"""Who changed which setting, when, and what differs: one row per save of a setting, written with it and kept when it goes.

Decisions: a history row has no column for a secret, so nothing can put one there; that a secret was entered, replaced or cleared
is its change reason. What a test or a login found out is no change of a setting and is left out as well. The name of whoever
changed it is kept beside the user, which may be deleted one day. There is no way back from here but for mapping rows, which know no
secret: any other setting is changed on its page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.dispatch import receiver
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record
from simple_history.utils import bulk_create_with_history

from connector.models.encryption import taken_secret_changes

COMMAND_LINE = "command line"
DEFAULTS = "Default mapping"
BEGINNING = "As it was when this history began"

_NO_SETTINGS = ("tested_at", "test_report", "refused_at", "refusal", "created_at", "updated_at")


class Changed(models.Model):
    """What every history row carries beside the library's own columns."""

    changed_by = models.CharField(max_length=150, blank=True, default=COMMAND_LINE, db_default=COMMAND_LINE)

    class Meta:
        abstract = True


def kept(*, without: Sequence[str] = ()) -> HistoricalRecords:
    return HistoricalRecords(
        bases=(Changed,),
        excluded_fields=list(without),
        history_change_reason_field=models.TextField(null=True, blank=True),
    )


def kept_of_connection(*without: str) -> HistoricalRecords:
    """`without` names the secrets, and what the remote told."""
    return kept(without=(*_NO_SETTINGS, *without))


def create_defaults(rows: Sequence[models.Model]) -> None:
    """Store new rows at once, each with its history."""
    if rows:
        user = type(rows[0]).history.model.get_default_history_user(rows[0])  # type: ignore[attr-defined]
        bulk_create_with_history(
            list(rows),
            type(rows[0]),
            default_user=user,
            default_change_reason=DEFAULTS,
            custom_historical_attrs={"changed_by": _name(user)},
        )


@receiver(pre_create_historical_record)
def _complete(sender: type[models.Model], instance: models.Model, history_instance: Any, **_: Any) -> None:
    if issubclass(sender, Changed):
        said = [history_instance.history_change_reason, *taken_secret_changes(instance)]
        history_instance.history_change_reason = " ".join(each for each in said if each) or None
        history_instance.changed_by = _name(history_instance.history_user)


def _name(user: Any) -> str:
    return user.get_username() if user is not None else COMMAND_LINE
