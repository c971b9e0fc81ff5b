import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("connector", "0025_when_it_was_sent"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DriftReport",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("running", "Running"),
                            ("waiting", "Waiting to go on"),
                            ("finished", "Finished"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("attempt", models.PositiveIntegerField(default=0)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("losses", models.PositiveSmallIntegerField(default=0)),
                ("position", models.BigIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0, verbose_name="accounts")),
                ("in_step", models.PositiveIntegerField(default=0)),
                ("differs", models.PositiveIntegerField(default=0, verbose_name="differ")),
                ("missing", models.PositiveIntegerField(default=0, verbose_name="would be created")),
                ("stopped", models.PositiveIntegerField(default=0, verbose_name="cannot be planned")),
                ("unread", models.PositiveIntegerField(default=0, verbose_name="could not be read")),
                ("message", models.TextField(blank=True, default="")),
                ("who_acts", models.CharField(blank=True, default="", max_length=200)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
                ("progressed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "integration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drift_reports",
                        to="connector.integration",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "drift report",
                "ordering": ("-created_at",),
                "permissions": (("start_driftreport", "Can start and stop drift reports"),),
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="DriftFinding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("differs", "Differs"),
                            ("missing", "Would be created"),
                            ("stopped", "Cannot be planned"),
                            ("unread", "Could not be read"),
                        ],
                        max_length=10,
                    ),
                ),
                ("message", models.TextField(blank=True, default="")),
                ("who_acts", models.CharField(blank=True, default="", max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drift_findings",
                        to="connector.account",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="connector.driftreport",
                    ),
                ),
            ],
            options={
                "verbose_name": "drift finding",
                "ordering": ("account__name", "account_id"),
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="DriftDifference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "noun",
                    models.CharField(
                        choices=[
                            ("account", "Account"),
                            ("contact", "Contact"),
                            ("product", "Product"),
                            ("rate plan", "Rate plan"),
                            ("charge", "Charge"),
                            ("order", "Order"),
                        ],
                        max_length=20,
                    ),
                ),
                ("record", models.TextField()),
                ("field", models.CharField(blank=True, default="", max_length=200)),
                ("before", models.TextField(blank=True, default="")),
                ("after", models.TextField(blank=True, default="")),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="differences",
                        to="connector.driftfinding",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "default_permissions": (),
                "indexes": [models.Index(fields=["noun", "field"], name="connector_drift_field")],
            },
        ),
        migrations.AddConstraint(
            model_name="driftreport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("queued", "running", "waiting"))),
                fields=("integration",),
                name="connector_one_open_drift_report",
                violation_error_message="A drift report of this integration is open already.",
            ),
        ),
        migrations.AddIndex(
            model_name="driftfinding",
            index=models.Index(fields=["report", "kind"], name="connector_drift_kind"),
        ),
        migrations.AddConstraint(
            model_name="driftfinding",
            constraint=models.UniqueConstraint(
                fields=("report", "account"), name="connector_drift_finding_once"
            ),
        ),
    ]
