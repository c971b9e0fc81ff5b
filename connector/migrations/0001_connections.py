from django.db import migrations, models

import connector.models.encryption


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SalesforceConnection",
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
                        help_text="How this connection is called here, for example “Acme production”.",
                        max_length=100,
                        unique=True,
                    ),
                ),
                ("tested_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("test_report", models.JSONField(blank=True, default=dict, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
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
                    "consumer_secret",
                    connector.models.encryption.EncryptedTextField(
                        blank=True, default="", help_text="For client credentials."
                    ),
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
                    "password",
                    connector.models.encryption.EncryptedTextField(
                        blank=True, default="", help_text="Legacy login only."
                    ),
                ),
                (
                    "security_token",
                    connector.models.encryption.EncryptedTextField(
                        blank=True, default="", help_text="Legacy login only."
                    ),
                ),
                (
                    "private_key",
                    connector.models.encryption.EncryptedTextField(
                        blank=True,
                        default="",
                        help_text="For JWT bearer: the RSA private key (PEM) whose certificate the External Client App holds.",
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
                    "org_id",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=18, verbose_name="organization id"
                    ),
                ),
                (
                    "unconfirmed_org_id",
                    models.CharField(blank=True, default="", editable=False, max_length=18),
                ),
            ],
            options={
                "verbose_name": "Salesforce connection",
                "ordering": ("name",),
                "permissions": (("test_salesforceconnection", "Can test Salesforce connections"),),
            },
        ),
        migrations.CreateModel(
            name="ZuoraConnection",
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
                        help_text="How this connection is called here, for example “Acme production”.",
                        max_length=100,
                        unique=True,
                    ),
                ),
                ("tested_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("test_report", models.JSONField(blank=True, default=dict, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
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
                    "client_secret",
                    connector.models.encryption.EncryptedTextField(
                        blank=True, default="", help_text="Zuora shows it once, when it is made."
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
            ],
            options={
                "verbose_name": "Zuora connection",
                "ordering": ("name",),
                "permissions": (("test_zuoraconnection", "Can test Zuora connections"),),
            },
        ),
    ]
