"""The Django app of the connector."""

from __future__ import annotations

from django.apps import AppConfig


class ConnectorConfig(AppConfig):
    name = "connector"
    verbose_name = "Connector"
    default_auto_field = "django.db.models.BigAutoField"
