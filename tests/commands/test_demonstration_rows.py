"""The rows of the demo: its integration carries what its org shows."""

from __future__ import annotations

import pytest

from connector.management.demonstration.rows import create_rows
from connector.sandbox import demo_org
from connector.sandbox.salesforce.org import Org
from connector.sandbox.zuora.tenant import Tenant

pytestmark = pytest.mark.django_db


def test_the_demo_reads_the_owners_its_orders_name() -> None:
    integration, _ = create_rows(
        Org(), Tenant(), salesforce_host="demo.my.salesforce.com", zuora_host="rest.test.zuora.com"
    )
    options = integration.options()
    orders = demo_org.build()["Order"]

    for field in (options.invoice_owner_field, options.subscription_owner_field):
        assert any(order.get(field) for order in orders)
