"""What *Test connection* keeps of what it found."""

from __future__ import annotations

from connector import jobs
from connector.models import ZuoraConnection
from tests.services.world import World


def _report() -> dict[str, object]:
    report = ZuoraConnection.objects.get().test_report
    assert isinstance(report, dict)
    return report


def test_a_tenant_with_the_contact_field_is_reported_without_a_warning(world: World) -> None:
    lines = jobs.test_zuora(world.integration.zuora)

    assert _report() == {"ok": True, "lines": lines, "warnings": []}
    assert lines["Contact field"] == "crmId__c is there"


def test_a_tenant_without_the_contact_field_is_reported_with_a_warning(world: World) -> None:
    del world.tenant.settings.custom_fields["Contact"]["crmId__c"]

    lines = jobs.test_zuora(world.integration.zuora)

    report = _report()
    assert (report["ok"], report["lines"]) == (True, lines)
    assert report["warnings"] == [
        "crmId__c is missing: create this indexed text field on Contact in Zuora before the first sync"
    ]


def test_a_test_of_salesforce_has_no_warnings(world: World) -> None:
    jobs.test_salesforce(world.integration.salesforce)

    assert world.integration.salesforce.test_report["warnings"] == []
