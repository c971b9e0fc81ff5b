import django.db.models.deletion
from django.db import migrations, models

import connector.models.intents


class Migration(migrations.Migration):
    dependencies = [
        ("connector", "0004_runs_and_log_entries"),
    ]

    operations = [
        migrations.CreateModel(
            name="WriteIntent",
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
                ("key", models.CharField(max_length=255)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("unknown", "Outcome unknown"),
                            ("settled", "Settled"),
                            ("failed", "Failed"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "idempotency_key",
                    models.CharField(default=connector.models.intents.new_key, max_length=64),
                ),
                ("payload_digest", models.CharField(max_length=64)),
                ("attempts", models.PositiveIntegerField(default=1)),
                ("opened_at", models.DateTimeField()),
                ("key_issued_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, default="")),
                (
                    "integration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="intents",
                        to="connector.integration",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="intents",
                        to="connector.syncrun",
                    ),
                ),
            ],
            options={
                "ordering": ("-opened_at",),
                "default_permissions": ("view",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("open", "unknown"))),
                        fields=("integration", "noun", "key"),
                        name="connector_one_live_intent_per_record",
                    )
                ],
            },
        ),
    ]
