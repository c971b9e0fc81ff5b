"""The pages that carry whole field mappings: their addresses, what is sent to them, and the same two rows in each format."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import LogEntry as AdminLog
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from connector.models import FieldMapping, Integration
from tests.admin.pages import Page

JSON = """{
  "kind": "field-mapping",
  "version": 1,
  "rows": [
    {"pair": "account", "source": "Legal_Name__c", "target": "name", "required": true},
    {"pair": "account", "source": "Region__c", "target": "Region__c", "note": "Für Wien"}
  ]
}
"""
CSV = (
    "pair,source,target,transform,arguments,required,note\r\n"
    "account,Legal_Name__c,name,,,yes,\r\n"
    "account,Region__c,Region__c,,,no,Für Wien\r\n"
)
LISTS = "accountCustomFields : Legal_Name__c, Region__c\nzuoraAccountCustomFields : name, Region__c\n"
HUBSPOT = """[
  {"sourceObject": "Account", "targetObject": "Account", "fields": [
     {"source": "Legal_Name__c", "target": "name"},
     {"source": "Region__c", "target": "Region__c"}
  ]}
]
"""
FILES = {"json": JSON, "csv": CSV, "lists": LISTS, "hubspot": HUBSPOT}
REASON = "Spring release"


def source(integration: Integration, origin: str = "import") -> str:
    return reverse("admin:connector_integration_mapping_source", args=[integration.pk, origin])


def take_over(integration: Integration) -> str:
    return reverse("admin:connector_integration_mapping_take_over", args=[integration.pk])


def restore(integration: Integration) -> str:
    return reverse("admin:connector_integration_mapping_restore", args=[integration.pk])


def export(integration: Integration, form: str) -> str:
    return reverse("admin:connector_integration_mapping_export", args=[integration.pk, form])


def page_of(integration: Integration) -> str:
    return reverse("admin:connector_integration_change", args=[integration.pk])


def entered(text: str | bytes = "", form: str = "json", **fields: Any) -> dict[str, Any]:
    """The form of an import; bytes are an uploaded file."""
    given: dict[str, Any] = {"form": form, "how": "keep", "reason": REASON, "text": "", **fields}
    if isinstance(text, bytes):
        return {**given, "file": SimpleUploadedFile("mapping.txt", text)}
    return {**given, "text": text}


def sealed(response: Any) -> str:
    """What the button of a dry run would send; empty without one."""
    page = Page(response)
    values = [value for tag, name, value in page.attributes if tag == "input" and name == "value"]
    return max(values, key=len) if "Take over" in page.buttons else ""


def stored(integration: Integration) -> list[dict[str, Any]]:
    return list(integration.mappings.order_by("pk").values())


def everything() -> list[Any]:
    """What an import could leave behind."""
    return [
        list(FieldMapping.objects.order_by("pk").values()),
        FieldMapping.history.count(),
        AdminLog.objects.count(),
    ]


def taken(
    client: Client, integration: Integration, text: str | bytes, form: str = "json", **fields: Any
) -> Any:
    looked_at = client.post(source(integration), entered(text, form, **fields))
    return client.post(take_over(integration), {"sealed": sealed(looked_at)}, follow=True)
