"""Brings every stored secret under the first key, so that an old key can be taken out of FIELD_ENCRYPTION_KEYS.

Safe to repeat and to interrupt: one transaction per row, and a row is written only when all its secrets could be read.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import models, transaction

from connector.errors import ConfigError
from connector.models.encryption import EncryptedTextField, reencrypted

ROTATED, CURRENT, LOST = "rotated", "current", "lost"


class Command(BaseCommand):
    help = "Re-encrypt every stored secret with the first key of FIELD_ENCRYPTION_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        counts: Counter[str] = Counter()
        for model in apps.get_models():
            fields = [field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]
            if not fields:
                continue
            for pk in model._default_manager.order_by("pk").values_list("pk", flat=True):
                counts += self._rotate_row(model, pk, fields)
        self.stdout.write(
            f"{counts[ROTATED]} secrets re-encrypted with the first key, {counts[CURRENT]} were already, "
            f"{counts[LOST]} cannot be read."
        )
        if counts[LOST]:
            raise CommandError(
                "Rows named above were left as they are. Put the key they were encrypted with back into "
                "FIELD_ENCRYPTION_KEYS and run this again, or enter these secrets again; keep the old keys until then."
            )

    def _rotate_row(
        self, model: type[models.Model], pk: object, fields: list[EncryptedTextField]
    ) -> Counter[str]:
        counts: Counter[str] = Counter()
        fresh: dict[str, Any] = {}
        with transaction.atomic():
            row = model._default_manager.select_for_update().filter(pk=pk).first()
            for field in fields if row is not None else ():
                secret = getattr(row, field.attname)
                if not secret:
                    continue
                try:
                    token = reencrypted(secret.token)
                except ConfigError as error:
                    self.stderr.write(f"{model._meta.verbose_name} “{row}”, {field.verbose_name}: {error}")
                    counts[LOST] += 1
                    continue
                counts[ROTATED if token else CURRENT] += 1
                if token:
                    fresh[field.attname] = type(secret)(token)
            if fresh and not counts[LOST]:
                model._default_manager.filter(pk=pk).update(**fresh)
        if counts[LOST]:
            counts[ROTATED] = 0  # the row was not written
        return counts
