import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("connector", "0002_integrations_and_field_mappings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "salesforce_id",
                    models.CharField(
                        help_text="Of the account, 15 or 18 characters; kept as 18.",
                        max_length=18,
                        verbose_name="Salesforce id",
                    ),
                ),
                ("name", models.CharField(blank=True, default="", max_length=255)),
                (
                    "parent_salesforce_id",
                    models.CharField(
                        blank=True, default="", max_length=18, verbose_name="Salesforce id of the parent"
                    ),
                ),
                (
                    "zuora_id",
                    models.CharField(blank=True, default="", max_length=64, verbose_name="Zuora id"),
                ),
                (
                    "zuora_account_number",
                    models.CharField(
                        blank=True, default="", max_length=70, verbose_name="Zuora account number"
                    ),
                ),
                (
                    "chosen_zuora_id",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Only where several Zuora accounts carry this CRM id: the id of the one to use.",
                        max_length=64,
                        verbose_name="Zuora account to use",
                    ),
                ),
                (
                    "last_outcome",
                    models.CharField(
                        choices=[
                            ("never", "Never synced"),
                            ("running", "Running"),
                            ("succeeded", "Succeeded"),
                            ("partial", "Partly synced"),
                            ("failed", "Failed"),
                        ],
                        default="never",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("last_message", models.TextField(blank=True, default="", editable=False)),
                ("last_synced_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "integration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="connector.integration",
                    ),
                ),
            ],
            options={
                "ordering": ("name", "salesforce_id"),
                "permissions": (
                    ("sync_account", "Can sync accounts"),
                    ("preview_account", "Can preview accounts"),
                ),
            },
        ),
        migrations.CreateModel(
            name="RecordLink",
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
                ("attributes", models.JSONField(default=dict)),
                (
                    "salesforce_id",
                    models.CharField(blank=True, default="", max_length=18, verbose_name="Salesforce id"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        help_text="Whose sync created or found the record; none for what accounts share.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="links",
                        to="connector.account",
                    ),
                ),
                (
                    "integration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="connector.integration",
                    ),
                ),
            ],
            options={
                "ordering": ("noun", "key"),
                "default_permissions": ("view", "delete"),
            },
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["last_outcome", "name"], name="connector_account_outcome"),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                fields=("integration", "salesforce_id"),
                name="connector_account_once_per_integration",
                violation_error_message="This integration knows the account already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    django.db.models.functions.text.Length("salesforce_id"), 18
                ),
                name="connector_account_id_of_18_characters",
                violation_error_message="A Salesforce id is kept with 18 characters.",
            ),
        ),
        migrations.AddConstraint(
            model_name="recordlink",
            constraint=models.UniqueConstraint(
                fields=("integration", "noun", "key"), name="connector_recordlink_once_per_record"
            ),
        ),
    ]
