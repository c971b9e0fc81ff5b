"""Who answers at the other end, and what its description of a contact may not do to us."""

from __future__ import annotations

import pytest

from connector.clients.zuora import ZuoraClient
from connector.clients.zuora.client import custom_fields
from connector.errors import ConfigError, RemoteRejected, RemoteUnavailable
from connector.sandbox.zuora.tenant import CLIENT_ID
from tests.clients.conftest import ZUORA_HOST, Reply, Sandbox, Script, tenant_client

DESCRIBED = b"""<?xml version="1.0" encoding="UTF-8"?>
<object><name>Contact</name><label>Contact</label><fields>
  <field><name>FirstName</name><label>First__c</label><type>text</type></field>
  <field><name>crmId__c</name><label>CRM &amp; Id</label><type>text</type><options><option>A__c</option></options></field>
  <field><name> Region__c </name><type>picklist</type></field>
</fields><related-objects><object><name>Other__c</name></object></related-objects></object>"""
BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>
<object><fields><field><name>&b;__c</name></field></fields></object>"""
OUTSIDE = b"""<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>
<object><fields><field><name>&f;__c</name></field></fields></object>"""
LIMITS = {
    "RateLimit-Limit": "50000, 50000;w=60",
    "RateLimit-Remaining": "49990",
    "RateLimit-Reset": "12",
    "Concurrency-Limit-Type": "Default",
    "X-Other": "x",
}


def test_it_says_who_answered_and_what_is_left(zuora: ZuoraClient, script: Script) -> None:
    script.answer({"data": []}, Reply(DESCRIBED, headers={"Content-Type": "text/xml", **LIMITS}))
    found = zuora.tenant()
    assert (found.host, found.client_id_hint, found.zuora_version) == (ZUORA_HOST, "cccccc…", "2025-08-12")
    assert found.contact_custom_fields == {"crmId__c", "Region__c"}
    assert found.has_contact_identity is True
    assert dict(found.limits) == {name: value for name, value in LIMITS.items() if name != "X-Other"}
    assert [asked.path for asked in script.api] == ["/object-query/accounts", "/v1/describe/Contact"]


def test_a_tenant_without_the_identity_field_shows_that(zuora: ZuoraClient, script: Script) -> None:
    script.answer({"data": []}, Reply(b"<object><fields/></object>"))
    found = zuora.tenant()
    assert (found.contact_custom_fields, found.has_contact_identity) == (frozenset(), False)


@pytest.mark.parametrize(
    "content", [BOMB, OUTSIDE, b"", b"<html>", b'{"success": true}', b"\xff", b"<a>" * 5]
)
def test_what_is_no_plain_description_is_refused(content: bytes) -> None:
    with pytest.raises(RemoteRejected, match="plain XML"):
        custom_fields(content, "Contact")


@pytest.mark.parametrize("status", [200, 403])
def test_an_error_of_the_description_is_judged_like_any_other(
    zuora: ZuoraClient, script: Script, status: int
) -> None:
    refused = {"success": False, "reasons": [{"code": 50000010, "message": "not permitted"}]}
    script.answer({"data": []}, Reply(refused, status=status))
    with pytest.raises(ConfigError, match=r"not permitted.*permission"):
        zuora.tenant()


def test_a_description_that_is_away_is_asked_for_again(zuora: ZuoraClient, script: Script) -> None:
    script.answer({"data": []}, Reply(b"<html>", status=503))
    with pytest.raises(RemoteUnavailable):
        zuora.tenant()
    assert len(script.api) == 1 + 3


def test_a_client_that_may_not_query_is_told_at_the_test(zuora: ZuoraClient, script: Script) -> None:
    script.answer(Reply({"reasons": [{"code": 50000010, "message": "no access"}]}, status=403))
    with pytest.raises(ConfigError, match="no access"):
        zuora.tenant()
    assert len(script.api) == 1


def test_the_sandbox_says_who_it_is(tenant: Sandbox) -> None:
    with tenant_client(tenant) as client:
        found = client.tenant()
    assert found.has_contact_identity is True
    assert "crmOrderId__c" in found.contact_custom_fields
    assert found.client_id_hint == f"{CLIENT_ID[:6]}…"
    assert {"RateLimit-Limit", "RateLimit-Remaining", "Concurrency-Limit-Type"} <= set(found.limits)
