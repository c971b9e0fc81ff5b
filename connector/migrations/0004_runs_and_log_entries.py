import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("connector", "0003_accounts_and_record_links"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SyncRun",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(choices=[("preview", "Preview"), ("sync", "Sync")], max_length=10)),
                (
                    "trigger",
                    models.CharField(
                        choices=[("admin", "Admin page"), ("command", "Command line"), ("api", "API")],
                        max_length=10,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("running", "Running"),
                            ("retrying", "Waiting to try again"),
                            ("succeeded", "Succeeded"),
                            ("partial", "Partly synced"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField(default=0)),
                ("message", models.TextField(blank=True, default="")),
                ("who_acts", models.CharField(blank=True, default="", max_length=200)),
                ("plan", models.JSONField(blank=True, default=None, null=True)),
                (
                    "salesforce_calls",
                    models.PositiveIntegerField(default=0, verbose_name="calls to Salesforce"),
                ),
                ("zuora_calls", models.PositiveIntegerField(default=0, verbose_name="calls to Zuora")),
                (
                    "salesforce_token_calls",
                    models.PositiveIntegerField(default=0, verbose_name="logins to Salesforce"),
                ),
                ("zuora_token_calls", models.PositiveIntegerField(default=0, verbose_name="logins to Zuora")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="connector.account",
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
                "verbose_name": "run",
                "ordering": ("-created_at",),
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField(default=0)),
                ("sequence", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("gather", "Read"),
                            ("plan", "Decide"),
                            ("apply", "Write"),
                            ("finish", "Finish"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("notice", "Notice"), ("warning", "Warning"), ("error", "Error")],
                        default="notice",
                        max_length=10,
                    ),
                ),
                ("noun", models.CharField(blank=True, default="", max_length=20)),
                ("action", models.CharField(blank=True, default="", max_length=20)),
                ("record", models.CharField(blank=True, default="", max_length=255)),
                (
                    "salesforce_id",
                    models.CharField(blank=True, default="", max_length=18, verbose_name="Salesforce id"),
                ),
                (
                    "zuora_id",
                    models.CharField(blank=True, default="", max_length=64, verbose_name="Zuora id"),
                ),
                ("message", models.TextField()),
                ("who_acts", models.CharField(blank=True, default="", max_length=200)),
                ("detail", models.JSONField(blank=True, default=dict)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="log_entries",
                        to="connector.account",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="connector.syncrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "log entry",
                "verbose_name_plural": "log entries",
                "ordering": ("run", "sequence", "pk"),
                "default_permissions": ("view",),
            },
        ),
        migrations.AddField(
            model_name="account",
            name="last_run",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="connector.syncrun",
            ),
        ),
        migrations.AddIndex(
            model_name="syncrun",
            index=models.Index(fields=["account", "-created_at"], name="connector_run_of_account"),
        ),
        migrations.AddIndex(
            model_name="syncrun",
            index=models.Index(
                condition=models.Q(("status__in", ("queued", "running", "retrying"))),
                fields=["heartbeat_at"],
                name="connector_run_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="syncrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "sync"), ("status__in", ("queued", "running", "retrying"))),
                fields=("account",),
                name="connector_one_open_sync_per_account",
                violation_error_message="A sync of this account is open already.",
            ),
        ),
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(fields=["account", "-at"], name="connector_log_of_account"),
        ),
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(fields=["run", "sequence"], name="connector_log_of_run"),
        ),
    ]
