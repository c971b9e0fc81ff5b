"""The Django app of the connector."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ConnectorConfig(AppConfig):
    name = "connector"
    verbose_name = "Connector"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from connector.models import roles  # models can be imported only once every app is known

        post_migrate.connect(roles.ensure_roles, sender=self)
