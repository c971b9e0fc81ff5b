"""Known accounts, and what is known of every record in Zuora.

An `Account` row is what an administrator sees: the last outcome, and which Zuora account it became. `RecordLink` rows are
the engine's memory: Zuora's ids by keys known beforehand. Losing them loses nothing but time; everything is found again
by CRM id, contact CRM id and order number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from connector.domain import ids
from connector.domain.operations import CATALOGUE, Noun
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


class RecordLinkManager(models.Manager["RecordLink"]):
    def attributes(self, integration: Integration, *, noun: str, key: str) -> dict[str, str] | None:
        """What is known of a record, at least {"id": …}; None where nothing is."""
        return self.attributes_of(integration, [(noun, key)]).get((noun, key))

    def attributes_of(
        self, integration: Integration, records: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], dict[str, str]]:
        """As `attributes`, of all these (noun, key) in one query; without those of which nothing is known."""
        if not records:
            return {}
        alike = self.filter(
            integration=integration,
            noun__in={noun for noun, _ in records},
            key__in={key for _, key in records},
        )
        found = {(noun, key): known for noun, key, known in alike.values_list("noun", "key", "attributes")}
        return {record: found[record] for record in records if record in found}

    def remember(
        self,
        integration: Integration,
        *,
        noun: str,
        key: str,
        attributes: Mapping[str, str],
        account: Account | None = None,
        salesforce_id: str = "",
    ) -> RecordLink:
        """Store what Zuora said of a record. Attributes add up while the Zuora id stays, and begin anew with another.

        Of an account the Zuora id and number also go to its `Account` row, where there is one.
        """
        with transaction.atomic():
            link, is_new = self.select_for_update().get_or_create(
                integration=integration,
                noun=noun,
                key=key,
                defaults={"attributes": dict(attributes), "account": account, "salesforce_id": salesforce_id},
            )
            if not is_new:
                link._take(attributes, account=account, salesforce_id=salesforce_id)
            if noun == Noun.ACCOUNT:
                link._show_on_account()
        return link

    def remember_all(
        self,
        integration: Integration,
        links: Mapping[tuple[str, str], Mapping[str, str]],
        *,
        of: str,
        syncing: Account | None,
    ) -> None:
        """As `remember`, of all that one create yielded as {(noun, key): attributes}: where `Account.objects.showing` says. What is new
        is inserted at once."""
        shown = {
            noun: Account.objects.showing(integration, noun, of=of, syncing=syncing) for noun, _ in links
        }
        known = set(self.attributes_of(integration, links))
        new = [
            RecordLink(
                integration=integration, noun=noun, key=key, attributes=dict(attributes), account=shown[noun]
            )
            for (noun, key), attributes in links.items()
            if (noun, key) not in known
        ]
        try:
            with transaction.atomic():
                self.bulk_create(new)
        except IntegrityError:  # another run remembers one of them just now
            known, new = set(links), []
        for link in new:
            if link.noun == Noun.ACCOUNT:
                link._show_on_account()
        for noun, key in known:
            self.remember(integration, noun=noun, key=key, attributes=links[noun, key], account=shown[noun])

    def take_in(
        self, account: Account, records: Collection[tuple[str, str]], *, holders: Mapping[str, str]
    ) -> None:
        """The account's own link is shown under it, whoever's sync made it. Of the (noun, key) of `records` a contact is shown under
        the account that holds it in Zuora, where that is on the list: `holders` are Salesforce ids by the contact's Zuora id. Others
        that stand under no account, as theirs was removed from the list, are shown under this one."""
        own = self.filter(integration=account.integration_id, noun=Noun.ACCOUNT, key=account.salesforce_id)
        own.exclude(account=account).update(account=account)
        mates = Account.objects.filter(integration=account.integration_id)
        listed = dict(
            mates.filter(salesforce_id__in=set(holders.values())).values_list("salesforce_id", "pk")
        )
        listed[account.salesforce_id] = account.pk
        alike = self.filter(integration=account.integration_id, key__in={key for _, key in records})
        for link in [each for each in alike if (each.noun, each.key) in records]:
            lost = "" if link.account_id else account.salesforce_id
            shown = listed.get(holders.get(link.zuora_id, lost))
            if shown and shown != link.account_id:
                self.filter(pk=link.pk, account=link.account_id).update(account=shown)

    def show_held(
        self, integration: Integration, records: Collection[tuple[str, str]], *, holder: str
    ) -> None:
        """Contacts that were created in a Zuora account, `holder`, are shown under its row, where it is on the list."""
        held_by = Account.objects.filter(integration=integration, zuora_id=holder).first() if holder else None
        for noun, key in records if held_by else ():
            self.filter(integration=integration, noun=noun, key=key).update(account=held_by)

    def forget(self, integration: Integration, *, noun: str, key: str) -> None:
        """The record is gone from Zuora, or was never the right one."""
        with transaction.atomic():
            self.filter(integration=integration, noun=noun, key=key).delete()
            if noun == Noun.ACCOUNT:
                Account.objects.filter(integration=integration, salesforce_id=key).update(
                    zuora_id="", zuora_account_number=""
                )


class RecordLink(models.Model):
    """One record's Zuora id (and number), by the key the plan names it with."""

    class Noun(models.TextChoices):
        ACCOUNT = Noun.ACCOUNT.value, "Account"
        CONTACT = Noun.CONTACT.value, "Contact"
        PRODUCT = Noun.PRODUCT.value, "Product"
        RATE_PLAN = Noun.RATE_PLAN.value, "Rate plan"
        CHARGE = Noun.CHARGE.value, "Charge"
        ORDER = Noun.ORDER.value, "Order"
        ORDER_LINE_ITEM = Noun.ORDER_LINE_ITEM.value, "Order line item"
        SUBSCRIPTION = Noun.SUBSCRIPTION.value, "Subscription"

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="links")
    noun = models.CharField(max_length=20, choices=Noun.choices)
    key = models.CharField(max_length=255)
    attributes = models.JSONField(default=dict)
    account = models.ForeignKey(
        Account,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="links",
        help_text="Whose sync created or found the record; none for what accounts share.",
    )
    salesforce_id = models.CharField("Salesforce id", max_length=18, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = RecordLinkManager()

    class Meta:
        ordering = ("noun", "key")
        default_permissions = ("view", "delete")
        constraints = (
            models.UniqueConstraint(
                fields=("integration", "noun", "key"), name="connector_recordlink_once_per_record"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_noun_display()} {self.key} → {self.zuora_id}"

    @property
    def zuora_id(self) -> str:
        return str(self.attributes.get("id", ""))

    def _take(self, attributes: Mapping[str, str], *, account: Account | None, salesforce_id: str) -> None:
        is_same_record = attributes.get("id", self.zuora_id) == self.zuora_id
        self.attributes = {**(self.attributes if is_same_record else {}), **attributes}
        self.account = account or self.account
        self.salesforce_id = salesforce_id or self.salesforce_id
        self.save(update_fields=("attributes", "account", "salesforce_id", "updated_at"))

    def _show_on_account(self) -> None:
        Account.objects.filter(integration=self.integration, salesforce_id=self.key).update(
            zuora_id=self.zuora_id, zuora_account_number=self.attributes.get("accountNumber", "")
        )
