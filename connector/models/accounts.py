"""Known accounts, as an administrator sees them: the last outcome, and which Zuora account each became."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from connector.domain import ids
from connector.domain.operations import CATALOGUE
from connector.domain.to_check import LOOKED_AT, WHO_LOOKS
from connector.errors import RecordError
from connector.models import sanitise
from connector.models.integrations import Integration

if TYPE_CHECKING:
    from connector.models.runs import SyncRun

_NAME_LENGTH = 255


class AccountManager(models.Manager["Account"]):
    def remember(
        self, integration: Integration, salesforce_id: str, *, name: str = "", parent_salesforce_id: str = ""
    ) -> Account:
        """The row of a Salesforce account, made where it is new; name and parent as Salesforce has them now.

        Takes ids of 15 or 18 characters. Raises RecordError where one is no Salesforce account id.
        """
        parent = ids.expect(parent_salesforce_id, what="parent account") if parent_salesforce_id else ""
        shown = {"name": sanitise.line(name, limit=_NAME_LENGTH)} if name else {}
        account, _ = self.update_or_create(
            integration=integration,
            salesforce_id=ids.expect(salesforce_id),
            defaults={**shown, "parent_salesforce_id": parent},
        )
        return account

    def showing(
        self, integration: Integration, noun: str, *, of: str, syncing: Account | None
    ) -> Account | None:
        """Under which account a record of Zuora is shown: that with the Salesforce id `of` (a parent, say) where it is on the list,
        else the one whose sync it is; none for what accounts share."""
        if noun in CATALOGUE:
            return None
        if not of or (syncing and syncing.salesforce_id == of):
            return syncing
        return self.filter(integration=integration, salesforce_id=of).first() or syncing

    def holding(self, integration: Integration, zuora_id: str) -> Account | None:
        """The account that is this one in Zuora, where it is on the list."""
        return self.filter(integration=integration, zuora_id=zuora_id).first() if zuora_id else None


class Account(models.Model):
    """A Salesforce account that this integration keeps in step."""

    class Outcome(models.TextChoices):
        NEVER = "never", "Never synced"
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Succeeded"
        PARTIAL = "partial", "Partly synced"
        FAILED = "failed", "Failed"

    FAILURES = (Outcome.FAILED, Outcome.PARTIAL)
    """The last sync left something to be put right, or one before it something to be looked at."""

    # An account's links guard against creating it twice: they do not go with a click on the integration.
    integration = models.ForeignKey(Integration, on_delete=models.PROTECT, related_name="accounts")
    salesforce_id = models.CharField(
        "Salesforce id", max_length=18, help_text="Of the account, 15 or 18 characters; kept as 18."
    )
    name = models.CharField(max_length=_NAME_LENGTH, blank=True, default="")
    parent_salesforce_id = models.CharField(
        "Salesforce id of the parent", max_length=18, blank=True, default=""
    )
    zuora_id = models.CharField("Zuora id", max_length=64, blank=True, default="")
    zuora_account_number = models.CharField("Zuora account number", max_length=70, blank=True, default="")
    chosen_zuora_id = models.CharField(
        "Zuora account to use",
        max_length=64,
        blank=True,
        default="",
        help_text="Only where several Zuora accounts carry this CRM id: the id of the one to use.",
    )
    last_run = models.ForeignKey(
        "connector.SyncRun",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    last_outcome = models.CharField(
        max_length=10, choices=Outcome.choices, default=Outcome.NEVER, editable=False
    )
    last_message = models.TextField(blank=True, default="", editable=False)
    to_check = models.TextField(blank=True, default="", db_default="", editable=False)
    """What runs told somebody to look at himself and nobody has yet: `connector.domain.to_check` reads and writes it."""
    last_synced_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AccountManager()

    class Meta:
        ordering = ("name", "salesforce_id")
        constraints = (
            models.UniqueConstraint(
                fields=("integration", "salesforce_id"),
                name="connector_account_once_per_integration",
                violation_error_message="This integration knows the account already.",
            ),
            models.CheckConstraint(
                name="connector_account_id_of_18_characters",
                condition=Exact(Length("salesforce_id"), 18),
                violation_error_message="A Salesforce id is kept with 18 characters.",
            ),
        )
        indexes = (models.Index(fields=("last_outcome", "name"), name="connector_account_outcome"),)
        permissions = (("sync_account", "Can sync accounts"), ("preview_account", "Can preview accounts"))

    def __str__(self) -> str:
        return self.name or self.salesforce_id

    def clean(self) -> None:
        try:
            self.salesforce_id = ids.expect(self.salesforce_id)
        except RecordError as error:
            raise ValidationError({"salesforce_id": str(error)}) from None
        self.chosen_zuora_id = self.chosen_zuora_id.strip()

    def shown_run(self) -> SyncRun | None:
        """Its last sync, without the plan, which may be large."""
        return self.runs.defer("plan").filter(pk=self.last_run_id).first() if self.last_run_id else None

    @property
    def who_acts(self) -> str:
        """On what `last_message` says; empty where nobody has to."""
        is_done = self.last_message.startswith(LOOKED_AT)
        of_run = self.last_run.who_acts if self.last_run and not is_done else ""
        return of_run or (WHO_LOOKS if self.to_check else "")

    @property
    def known_zuora_id(self) -> str:
        """What an administrator chose, else what is remembered; empty before the first sync."""
        return self.chosen_zuora_id or self.zuora_id
