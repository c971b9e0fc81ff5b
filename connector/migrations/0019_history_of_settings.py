import datetime
from typing import Any

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

import connector.models.mappings


def begin(apps: Any, schema_editor: Any) -> None:
    """What stands already is the first state: the first change after this can say what differs from it."""
    for name in ("SalesforceConnection", "ZuoraConnection", "Integration", "FieldMapping"):
        history = apps.get_model("connector", f"Historical{name}")
        own = {field.attname for field in history._meta.concrete_fields}
        rows = apps.get_model("connector", name).objects.order_by("pk")
        history.objects.bulk_create(
            [
                history(
                    **{
                        field.attname: getattr(row, field.attname)
                        for field in row._meta.concrete_fields
                        if field.attname in own
                    },
                    history_date=timezone.now(),
                    history_type="+",
                    history_change_reason="As it was when this history began",
                )
                for row in rows
            ],
            batch_size=500,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("connector", "0018_hide_personal_data"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalFieldMapping",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                (
                    "changed_by",
                    models.CharField(
                        blank=True, db_default="command line", default="command line", max_length=150
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
                ("history_change_reason", models.TextField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "integration",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="connector.integration",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical field mapping",
                "verbose_name_plural": "historical field mappings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalIntegration",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                (
                    "unit_of_measure",
                    models.CharField(
                        default="Each",
                        help_text="Of products that name none. It must be one of Zuora's units, written the same way.",
                        max_length=25,
                        verbose_name="unit of measure",
                    ),
                ),
                (
                    "tax_mode",
                    models.CharField(
                        choices=[
                            ("TaxExclusive", "Tax is added to the price"),
                            ("TaxInclusive", "The price includes tax"),
                        ],
                        default="TaxExclusive",
                        help_text="Of taxable products that name none. Salesforce CPQ quotes without tax, so with the other choice customers pay less than what was sold plus tax.",
                        max_length=20,
                        verbose_name="tax mode",
                    ),
                ),
                (
                    "accounting_code",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Of products that name none. It must exist in Zuora. Empty: Zuora's own default.",
                        max_length=100,
                        verbose_name="accounting code",
                    ),
                ),
                (
                    "catalog_start_date",
                    models.DateField(
                        default=datetime.date(2000, 1, 1),
                        help_text="Zuora sells a product between these two days only. The default lies before any order; an order of an earlier day is refused by Zuora.",
                        verbose_name="for sale from",
                    ),
                ),
                (
                    "catalog_end_date",
                    models.DateField(
                        default=datetime.date(3000, 1, 1),
                        help_text="The default means without end.",
                        verbose_name="for sale until",
                    ),
                ),
                (
                    "changed_by",
                    models.CharField(
                        blank=True, db_default="command line", default="command line", max_length=150
                    ),
                ),
                (
                    "amend_subscriptions",
                    models.BooleanField(
                        default=True,
                        help_text="Amendments, renewals and cancellations change what Zuora bills. Off: only new orders are carried, and Zuora goes on billing what was sold first; the log names every order that is left out.",
                        verbose_name="amend subscriptions",
                    ),
                ),
                (
                    "use_subscription_start",
                    models.BooleanField(
                        default=True,
                        help_text="A subscription's term begins on the start date of its order line. Off: on that of its contract, so that all lines of a contract renew on one day; each line is billed from its own start all the same.",
                        verbose_name="use subscription start date",
                    ),
                ),
                (
                    "term_in_days",
                    models.BooleanField(
                        default=False,
                        help_text="State every term in days. Off: whole months as months, and only the others in days. Terms in days hit every end date, but a year renewed by 365 days ends a day early after a 29 February.",
                        verbose_name="terms in days",
                    ),
                ),
                (
                    "list_price_base",
                    models.BooleanField(
                        default=False,
                        help_text="State a price for all months of a line (Zuora: “Per Specific Months”) instead of for one billing period. For companies that quote whole terms. Takes whole months only, so not together with terms in days.",
                        verbose_name="list price base",
                    ),
                ),
                (
                    "trigger_dates",
                    models.BooleanField(
                        default=False,
                        help_text="Send an order's Customer Authorized Date as Zuora's customer acceptance date, and its Company Authorized Date as the service activation date. Zuora takes none before the day a line begins or changes, and no acceptance before the activation: such a date is sent as the first day Zuora takes. Switch it on where Zuora asks for these dates: an order without them stays pending there and bills nothing. Off: only the contract's date is sent.",
                        verbose_name="trigger dates on orders",
                    ),
                ),
                (
                    "multi_currency",
                    models.BooleanField(
                        default=False,
                        help_text="Send an order's own currency. Only where Zuora's multi-currency is switched on; without it, an order in another currency than its account's is not sent, and the log says so.",
                        verbose_name="orders in other currencies",
                    ),
                ),
                (
                    "verify_with_zuora",
                    models.BooleanField(
                        default=False,
                        help_text="Have Zuora's own order preview compute each order right before it is sent, and show its total beside the two others; “when amounts differ” says whether a difference stops it. Of a changed subscription Zuora may list the change or all that is not billed yet, and both agree; what it has billed in part looks like a difference: only warn then, or switch this off. Sent unverified, with a note: more than 50 subscriptions or actions, evergreen subscriptions, dates the preview has no field for, and changes to what the same run made. Costs a call for each order, and some seconds for long ones.",
                        verbose_name="verify with Zuora",
                    ),
                ),
                (
                    "order_contacts",
                    models.BooleanField(
                        default=True,
                        help_text="An order's own Bill To and Ship To, the contact or else the address, become those of its subscriptions. Off: the account's are used for all. Zuora takes them with Flexible Billing Attributes only.",
                        verbose_name="bill-to and ship-to of orders",
                    ),
                ),
                (
                    "order_payment_terms",
                    models.BooleanField(
                        default=True,
                        help_text="An order's own payment term becomes that of its subscriptions. Off: the account's is used for all. Each term must exist in Zuora by the same name.",
                        verbose_name="payment terms of orders",
                    ),
                ),
                (
                    "opportunity_fields",
                    models.BooleanField(
                        default=False,
                        help_text="Write number and type of the quote, and name and close date of the opportunity, on the subscriptions. Only where Zuora has its quote fields; Zuora refuses orders with fields that it does not know.",
                        verbose_name="opportunity fields",
                    ),
                ),
                (
                    "invoice_owner_field",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Lookup on Order to the account that pays, for example InvoiceOwner__c. An owner that Zuora lacks is created, without its orders. Empty: the order's account pays.",
                        max_length=80,
                        verbose_name="invoice owner field",
                    ),
                ),
                (
                    "subscription_owner_field",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The same for the account that owns the subscriptions, for example SubscriptionOwner__c. Empty: the order's account.",
                        max_length=80,
                        verbose_name="subscription owner field",
                    ),
                ),
                (
                    "increment_tiers",
                    models.BooleanField(
                        default=False,
                        help_text="For units with decimals, where one tier ends with the number at which the next begins. On: 0 to 185.00, then from 185.01. Off: 0 to 184.99, then from 185.00, as Salesforce counts. It decides which price the number itself has.",
                        verbose_name="increment tier bounds",
                    ),
                ),
                (
                    "unit_decimals",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="The most decimal places that units of measure in Zuora have, at most 9, where usage is counted in fractions such as gigabytes. 0 ends a tier at 184 where the next begins at 185, and 184.5 would fall between them; 2 ends it at 184.99.",
                        verbose_name="decimal places of units",
                    ),
                ),
                (
                    "tier_caps_field",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Field on the order product's consumption rate that holds a tier's cap, for example Cap__c. An order in Zuora cannot state a cap, so an order with one is stopped instead of being billed without. Empty: caps are not looked at.",
                        max_length=80,
                        verbose_name="tier cap field",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        db_index=True,
                        help_text="How this integration is called here, for example “Production”.",
                        max_length=100,
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
                    "catalog_currencies",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="ISO codes, separated by commas, at most five: in these a product that is created in Zuora can be sold, besides the currency of its first order. Each must be enabled in Zuora. A product that exists in Zuora is never changed.",
                        max_length=40,
                        verbose_name="currencies of new products",
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
                (
                    "hide_personal_data",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="In log, previews and messages people's names are initials; e-mail addresses, phone numbers and streets do not appear. Zuora gets them all the same, but a preview no longer shows how they change. Entries written before stay as they are.",
                        verbose_name="hide personal data in the log",
                    ),
                ),
                ("history_change_reason", models.TextField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "salesforce",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="connector.salesforceconnection",
                        verbose_name="Salesforce",
                    ),
                ),
                (
                    "zuora",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="connector.zuoraconnection",
                        verbose_name="Zuora",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical integration",
                "verbose_name_plural": "historical integrations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSalesforceConnection",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                (
                    "changed_by",
                    models.CharField(
                        blank=True, db_default="command line", default="command line", max_length=150
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        db_index=True,
                        help_text="How this connection is called here, for example “Acme production”.",
                        max_length=100,
                    ),
                ),
                (
                    "host",
                    models.CharField(
                        help_text="From Salesforce Setup, My Domain: for example acme.my.salesforce.com.",
                        max_length=253,
                        verbose_name="My Domain host",
                    ),
                ),
                (
                    "login",
                    models.CharField(
                        choices=[
                            ("client_credentials", "OAuth client credentials"),
                            ("jwt_bearer", "OAuth JWT bearer (certificate)"),
                            ("password", "User name and password (legacy, API 64 and older)"),
                        ],
                        default="client_credentials",
                        help_text="Client credentials need an External Client App with a “Run As” user.",
                        max_length=20,
                    ),
                ),
                (
                    "api_version",
                    models.CharField(
                        default="62.0",
                        help_text="Salesforce REST API version, for example 62.0.",
                        max_length=6,
                        verbose_name="API version",
                    ),
                ),
                (
                    "consumer_key",
                    models.CharField(blank=True, help_text="Of the External Client App.", max_length=400),
                ),
                (
                    "username",
                    models.CharField(
                        blank=True,
                        help_text="For JWT bearer and password.",
                        max_length=200,
                        verbose_name="user name",
                    ),
                ),
                (
                    "is_sandbox_org",
                    models.BooleanField(
                        default=False,
                        help_text="JWT bearer: log in at test.salesforce.com.",
                        verbose_name="is a sandbox org",
                    ),
                ),
                (
                    "api_reserve_percent",
                    models.PositiveSmallIntegerField(
                        db_default=10,
                        default=10,
                        help_text="Of the API calls Salesforce allows the whole organization in 24 hours. Once only these are left, syncs wait; 0 keeps none.",
                        validators=[django.core.validators.MaxValueValidator(95)],
                        verbose_name="API calls kept for others, in percent",
                    ),
                ),
                ("history_change_reason", models.TextField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Salesforce connection",
                "verbose_name_plural": "historical Salesforce connections",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalZuoraConnection",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                (
                    "changed_by",
                    models.CharField(
                        blank=True, db_default="command line", default="command line", max_length=150
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        db_index=True,
                        help_text="How this connection is called here, for example “Acme production”.",
                        max_length=100,
                    ),
                ),
                (
                    "data_centre",
                    models.CharField(
                        choices=[
                            ("rest.zuora.com", "US production, cloud 2 (rest.zuora.com)"),
                            ("rest.na.zuora.com", "US production, cloud 1 (rest.na.zuora.com)"),
                            (
                                "rest.apisandbox.zuora.com",
                                "US API sandbox, cloud 2 (rest.apisandbox.zuora.com)",
                            ),
                            (
                                "rest.sandbox.na.zuora.com",
                                "US API sandbox, cloud 1 (rest.sandbox.na.zuora.com)",
                            ),
                            ("rest.test.zuora.com", "US developer and central sandbox (rest.test.zuora.com)"),
                            ("rest.eu.zuora.com", "EU production (rest.eu.zuora.com)"),
                            ("rest.sandbox.eu.zuora.com", "EU API sandbox (rest.sandbox.eu.zuora.com)"),
                            (
                                "rest.test.eu.zuora.com",
                                "EU developer and central sandbox (rest.test.eu.zuora.com)",
                            ),
                            ("rest.ap.zuora.com", "Asia-Pacific production (rest.ap.zuora.com)"),
                            (
                                "rest.test.ap.zuora.com",
                                "Asia-Pacific developer and central sandbox (rest.test.ap.zuora.com)",
                            ),
                            ("custom", "Another host, allowed by the operator"),
                        ],
                        help_text="Where the tenant lives: the address in the browser after logging in to Zuora shows it.",
                        max_length=60,
                    ),
                ),
                (
                    "custom_host",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Only for “Another host”: a name the operator listed in EXTRA_REMOTE_HOSTS.",
                        max_length=253,
                    ),
                ),
                (
                    "client_id",
                    models.CharField(
                        help_text="Of the OAuth client of an API user.",
                        max_length=100,
                        verbose_name="client id",
                    ),
                ),
                (
                    "entity_id",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Only for tenants with several entities.",
                        max_length=64,
                        verbose_name="entity id",
                    ),
                ),
                (
                    "zuora_version",
                    models.CharField(
                        default="2025-08-12",
                        help_text="The API release the requests are written for. Change it only with a new release of this connector.",
                        max_length=10,
                        verbose_name="Zuora version",
                    ),
                ),
                (
                    "calls_a_minute",
                    models.PositiveIntegerField(
                        db_default=2000,
                        default=2000,
                        help_text="At most, of all workers together. Zuora allows 2,500 in an API sandbox, 12,500 in a developer sandbox and 50,000 in production, whoever calls: leave a part to others.",
                        validators=[
                            django.core.validators.MinValueValidator(10),
                            django.core.validators.MaxValueValidator(50000),
                        ],
                        verbose_name="calls a minute",
                    ),
                ),
                (
                    "calls_at_a_time",
                    models.PositiveSmallIntegerField(
                        db_default=20,
                        default=20,
                        help_text="At most, of all workers together, for each of Zuora's three classes of calls. It is halved where Zuora says that it is too much, grows again, and never takes more than half of what Zuora states.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(200),
                        ],
                        verbose_name="calls at a time",
                    ),
                ),
                ("history_change_reason", models.TextField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical Zuora connection",
                "verbose_name_plural": "historical Zuora connections",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
