"""The demo's own rows: two connections to the sandboxes, their integration, every account of the org, one administrator."""

from __future__ import annotations

import secrets

from django.contrib.auth import get_user_model

from connector.models import Account, Integration, SalesforceConnection, Secret, ZuoraConnection
from connector.sandbox.salesforce.org import Org
from connector.sandbox.zuora.tenant import Tenant

ADMINISTRATOR = "admin"


def create_rows(
    org: Org, tenant: Tenant, *, salesforce_host: str, zuora_host: str
) -> tuple[Integration, str]:
    """Make all rows; the answer is the integration and the administrator's password, made up at random."""
    salesforce = SalesforceConnection(
        name="Demo org",
        host=salesforce_host,
        login=SalesforceConnection.Login.CLIENT_CREDENTIALS,
        consumer_key=org.logins.consumer_key,
        consumer_secret=Secret.encrypt(org.logins.consumer_secret),
    )
    zuora = ZuoraConnection(
        name="Demo tenant",
        data_centre=ZuoraConnection.DataCentre.CUSTOM,
        custom_host=zuora_host,
        client_id=tenant.client_id,
        client_secret=Secret.encrypt(tenant.client_secret),
    )
    for connection in (salesforce, zuora):
        connection.full_clean()
        connection.save()
    integration = Integration.objects.create(
        name="Demo",
        salesforce=salesforce,
        zuora=zuora,
        catalog_currencies="USD, EUR, GBP, CAD, JPY",
        invoice_owner_field="InvoiceOwner__c",
        subscription_owner_field="SubscriptionOwner__c",
    )
    password = secrets.token_urlsafe(9)
    get_user_model().objects.create_superuser(ADMINISTRATOR, "admin@example.com", password)
    return integration, password


def add_accounts(integration: Integration, records: list[dict[str, object]]) -> list[Account]:
    return [
        Account.objects.remember(integration, str(record["Id"]), name=str(record["Name"]))
        for record in records
    ]
