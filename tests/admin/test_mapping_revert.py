"""An earlier version of a mapping row is put back from its history page, if it may still be entered."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from connector.models import FieldMapping, Integration, SalesforceConnection
from tests.admin.pages import Page, messages
from tests.models import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(db: None) -> FieldMapping:
    """notes, from Description; then from Owner.Email and only where empty."""
    row = rows.integration().mappings.get(target="notes")
    row.source, row.mode, row.default = "Owner.Email", "if_empty", {"a": 1}
    row.save()
    return row


def history_page(row: FieldMapping, pk: int | None = None) -> str:
    return reverse("admin:connector_fieldmapping_history", args=[pk or row.pk])


def put_back(record: Any) -> str:
    return reverse("admin:connector_fieldmapping_put_back", args=[record.id, record.history_id])


def first(row: FieldMapping) -> Any:
    return row.history.earliest()


def test_an_earlier_version_is_put_back(administrator: Client, row: FieldMapping) -> None:
    assert put_back(first(row)) in Page(administrator.get(history_page(row))).forms

    response = administrator.post(put_back(first(row)), follow=True)

    assert messages(response) == ["Put back “Account → account: Description → notes”."]
    row.refresh_from_db()
    assert (row.source, row.mode, row.default, row.pk) == ("Description", "always", None, first(row).id)
    kept = row.history.first()
    assert (kept.history_type, kept.changed_by) == ("~", "anna")
    assert kept.history_change_reason.startswith("Put back as it was on ")
    assert "Source Owner.Email Description" in Page(response).text


def test_what_is_as_the_row_is_now_has_no_button(administrator: Client, row: FieldMapping) -> None:
    forms = Page(administrator.get(history_page(row))).forms
    assert put_back(row.history.first()) not in forms
    administrator.post(put_back(first(row)))
    forms = Page(administrator.get(history_page(row))).forms
    assert put_back(first(row)) not in forms
    assert len([form for form in forms if form.endswith("/put-back/")]) == 1


@pytest.mark.postgres
def test_a_row_that_was_removed_comes_back_as_the_same_row(administrator: Client, row: FieldMapping) -> None:
    pk = row.pk
    row.delete()
    gone = FieldMapping.history.filter(id=pk).first()
    assert gone is not None
    assert put_back(gone) in Page(administrator.get(history_page(row, pk))).forms

    administrator.post(put_back(gone))

    back = FieldMapping.objects.get(pk=pk)
    assert (back.source, back.mode, back.default) == ("Owner.Email", "if_empty", {"a": 1})
    assert [each.history_type for each in back.history.all()] == ["+", "-", "~", "+"]


def test_a_version_whose_target_another_row_fills_by_now_is_not_put_back(
    administrator: Client, row: FieldMapping
) -> None:
    row.target = "Notes__c"
    row.save()
    FieldMapping.objects.create(integration=row.integration, pair="account", source="X", target="notes")
    before = list(FieldMapping.objects.order_by("pk").values())

    response = administrator.post(put_back(first(row)), follow=True)

    assert messages(response) == [
        "This version cannot be put back. Another row of this integration fills the same Zuora field."
    ]
    assert list(FieldMapping.objects.order_by("pk").values()) == before


def test_a_version_that_an_option_rules_out_by_now_is_not_put_back(
    administrator: Client, row: FieldMapping
) -> None:
    row.target = "accountNumber"
    row.save()
    then = row.history.first()
    row.target = "notes"
    row.save()
    Integration.objects.update(account_number_template="SF-{Id}")

    response = administrator.post(put_back(then), follow=True)

    assert "The integration makes account numbers from a template." in messages(response)[0]
    row.refresh_from_db()
    assert row.target == "notes"


def _values(row: FieldMapping) -> dict[str, Any]:
    return FieldMapping.objects.filter(pk=row.pk).values().get()


@pytest.mark.postgres
def test_a_row_of_an_integration_that_is_gone_does_not_come_back(
    administrator: Client, row: FieldMapping
) -> None:
    pk = row.pk
    row.integration.delete()

    response = administrator.post(put_back(FieldMapping.history.filter(id=pk).first()), follow=True)

    assert messages(response)[0].startswith("This version cannot be put back. ")
    assert not FieldMapping.objects.exists()


@pytest.mark.parametrize("who", ["viewer", "operator"])
def test_who_may_not_change_rows_puts_nothing_back(
    request: pytest.FixtureRequest, row: FieldMapping, who: str
) -> None:
    client: Client = request.getfixturevalue(who)
    before, pk = _values(row), row.pk

    assert "Put this version back" not in Page(client.get(history_page(row))).buttons
    assert client.post(put_back(first(row))).status_code == 403
    assert _values(row) == before
    row.delete()
    assert client.post(put_back(FieldMapping.history.filter(id=pk).first())).status_code == 403
    assert not FieldMapping.objects.filter(pk=pk).exists()


def test_only_a_post_of_this_site_puts_back(administrator: Client, row: FieldMapping) -> None:
    before = _values(row)

    response = administrator.get(put_back(first(row)), follow=True)

    assert messages(response) == ["Press the button again; nothing was started."]
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = administrator.cookies
    assert strict.post(put_back(first(row))).status_code == 403
    assert _values(row) == before


def test_a_version_of_another_row_is_not_found(administrator: Client, row: FieldMapping) -> None:
    other = row.integration.mappings.get(target="workEmail")
    for pk, version in ((row.pk, other.history.get().history_id), (row.pk, "x"), ("x", 1), (9 * 10**18, 1)):
        address = reverse("admin:connector_fieldmapping_put_back", args=[pk, version])
        assert administrator.post(address).status_code == 404, address


def test_the_history_of_other_settings_and_the_trail_offer_nothing(superuser: Client) -> None:
    integration = rows.integration()
    for changed in (integration, integration.salesforce):
        changed.name = f"{changed.name} anew"
        changed.save()
        address = reverse(f"admin:connector_{changed._meta.model_name}_history", args=[changed.pk])
        assert "Put this version back" not in Page(superuser.get(address)).buttons
    assert "Put this version back" not in Page(superuser.get(reverse("audit_trail"))).buttons
    assert SalesforceConnection.history.count() == 2
    assert User.objects.count() == 1
