import django.db.models.deletion
from django.db import migrations, models

import connector.models.mappings


class Migration(migrations.Migration):
    dependencies = [
        ("connector", "0001_connections"),
    ]

    operations = [
        migrations.CreateModel(
            name="Integration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="How this integration is called here, for example “Production”.",
                        max_length=100,
                        unique=True,
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Nothing is synced while this is off; what was synced stays known.",
                        verbose_name="is active",
                    ),
                ),
                (
                    "state_rule",
                    models.CharField(
                        choices=[
                            ("every_country", "In every country"),
                            ("where_subdivided", "Only where Zuora knows states (US, Canada, …)"),
                        ],
                        default="every_country",
                        help_text="An account whose billing address lacks a needed state is not synced, and its log says so.",
                        max_length=20,
                        verbose_name="billing address needs a state",
                    ),
                ),
                (
                    "sync_contacts",
                    models.BooleanField(
                        default=True,
                        help_text="Besides bill-to and sold-to, carry the account's other Salesforce contacts to Zuora.",
                        verbose_name="sync further contacts",
                    ),
                ),
                (
                    "sync_orders",
                    models.BooleanField(
                        default=True,
                        help_text="Carry the account's activated orders to Zuora.",
                        verbose_name="sync orders",
                    ),
                ),
                (
                    "default_currency",
                    models.CharField(
                        default="USD",
                        help_text="ISO code for accounts that state none, for example USD. Zuora never changes it later.",
                        max_length=3,
                    ),
                ),
                (
                    "bill_to_contact",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Relationship on Account, for example Billing_Contact__r. Empty: named after the account.",
                        max_length=200,
                        verbose_name="bill-to contact field",
                    ),
                ),
                (
                    "sold_to_contact",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The same for the sold-to contact.",
                        max_length=200,
                        verbose_name="sold-to contact field",
                    ),
                ),
                (
                    "max_price_decimals",
                    models.PositiveSmallIntegerField(
                        default=6,
                        help_text="How many decimal places a price sent to Zuora may have, at most 9.",
                        verbose_name="decimal places of prices",
                    ),
                ),
                (
                    "money_rule",
                    models.CharField(
                        choices=[("stop", "Do not send the order"), ("warn", "Send it and warn in the log")],
                        default="stop",
                        help_text="What to do with an order that Zuora would bill differently from what Salesforce sold.",
                        max_length=10,
                        verbose_name="when amounts differ",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "salesforce",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="integrations",
                        to="connector.salesforceconnection",
                        verbose_name="Salesforce",
                    ),
                ),
                (
                    "zuora",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="integrations",
                        to="connector.zuoraconnection",
                        verbose_name="Zuora",
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="FieldMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "pair",
                    models.CharField(
                        choices=[
                            ("account", "Account → account"),
                            ("bill_to", "Account → bill-to contact"),
                            ("sold_to", "Account → sold-to contact"),
                            ("contact", "Contact → contact"),
                        ],
                        max_length=20,
                        verbose_name="from → to",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, help_text="Rows are applied in this order."),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        help_text="Salesforce field, also through relationships: Name, Owner.Email. Empty: always the default.",
                        max_length=255,
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        help_text="Zuora field as its REST API names it: notes, taxInfo.VATId, Region__c.",
                        max_length=255,
                    ),
                ),
                (
                    "transform",
                    models.CharField(
                        blank=True,
                        choices=connector.models.mappings.transform_choices,
                        default="",
                        max_length=20,
                    ),
                ),
                (
                    "arguments",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='Of the transform, for example {"length": 50} to cut to 50 characters.',
                    ),
                ),
                (
                    "default",
                    models.JSONField(
                        blank=True,
                        default=None,
                        help_text='Taken where the source is empty, as JSON: "text" in quotes, 1, true.',
                        null=True,
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("always", "Always"),
                            ("create_only", "Only when creating"),
                            ("if_empty", "Only where Zuora has nothing"),
                        ],
                        default="always",
                        max_length=20,
                    ),
                ),
                (
                    "required",
                    models.BooleanField(
                        default=False, help_text="A record without a value here is not synced."
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="is active")),
                (
                    "note",
                    models.CharField(
                        blank=True, default="", help_text="For your colleagues.", max_length=255
                    ),
                ),
                (
                    "integration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mappings",
                        to="connector.integration",
                    ),
                ),
            ],
            options={
                "ordering": ("integration", "position", "pk"),
            },
        ),
        migrations.AddConstraint(
            model_name="integration",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_price_decimals__lte", 9)),
                name="connector_integration_price_decimals",
                violation_error_message="Prices can have at most 9 decimal places.",
            ),
        ),
        migrations.AddConstraint(
            model_name="fieldmapping",
            constraint=models.UniqueConstraint(
                fields=("integration", "pair", "target"),
                name="connector_fieldmapping_one_per_target",
                violation_error_message="Another row of this integration fills the same Zuora field.",
            ),
        ),
    ]
