"""What is known of every record in Zuora: its ids, by keys known beforehand.

Losing the rows loses nothing but time; everything is found again by CRM id, contact CRM id and order number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import IntegrityError, models, transaction
from django.db.models.fields.json import KT

from connector.domain.operations import Noun
from connector.models.accounts import Account
from connector.models.integrations import Integration


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
        is inserted at once. Always in the same order: of two that remember the same records one waits, and none for ever."""
        shown = {
            noun: Account.objects.showing(integration, noun, of=of, syncing=syncing) for noun, _ in links
        }
        known = set(self.attributes_of(integration, links))
        new = [
            RecordLink(
                integration=integration,
                noun=noun,
                key=key,
                attributes=dict(links[noun, key]),
                account=shown[noun],
            )
            for noun, key in sorted(links)
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
        for noun, key in sorted(known):
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
        moved: dict[tuple[int | None, int], list[int]] = {}
        for pk, noun, key, before, zuora_id in alike.values_list(
            "pk", "noun", "key", "account_id", KT("attributes__id")
        ):
            lost = "" if before else account.salesforce_id
            shown = listed.get(holders.get(zuora_id, lost))
            if (noun, key) in records and shown and shown != before:
                moved.setdefault((before, shown), []).append(pk)
        for (before, shown), links in moved.items():
            self._move(links, before=before, to=shown)

    def _move(self, links: Collection[int], *, before: int | None, to: int) -> None:
        """What another transaction has just now is left to the next sync: this one waits for none of many rows."""
        free = self.select_for_update(skip_locked=True).filter(pk__in=links, account=before)
        self.filter(pk__in=free.values("pk")).update(account=to)

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
