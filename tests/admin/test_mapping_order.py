"""The rows of one pair are put in order: by whoever may change them, all of them or none, with a history row for each that moved."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from connector.domain.rules import Pair
from connector.models import FieldMapping, Integration
from connector.models.stored_mappings import ChangedMeanwhile, put_in_order, rows_of
from tests.admin.pages import Page
from tests.models import rows

pytestmark = pytest.mark.django_db

REFUSED = "Somebody changed the rows of “Account → account” meanwhile. No row was moved; they are shown as they are now."


@pytest.fixture
def integration() -> Integration:
    return rows.integration()


def order_of(integration: Integration, pair: str = "account") -> list[int]:
    return [row.pk for row in rows_of(integration) if row.pair == pair]


def put(client: Client, integration: Integration, wanted: list[Any], *, seen: list[int] | None = None) -> Any:
    form = {
        "pair": "account",
        "rows": ",".join(map(str, wanted)),
        "seen": ",".join(map(str, order_of(integration) if seen is None else seen)),
    }
    address = reverse("admin:connector_integration_mapping_order", args=[integration.pk])
    return client.post(address, form, headers={"HX-Request": "true"})


def everything() -> list[Any]:
    return [list(FieldMapping.objects.order_by("pk").values()), FieldMapping.history.count()]


@pytest.mark.postgres
def test_rows_that_moved_are_stored_with_who_and_no_others(
    administrator: Client, integration: Integration
) -> None:
    first, second, *others = order_of(integration)
    before = {row.pk: row.position for row in rows_of(integration)}
    records = FieldMapping.history.count()

    response = put(administrator, integration, [second, first, *others])

    assert "The order of “Account → account” is saved." in Page(response).text
    assert order_of(integration) == [second, first, *others]
    after = {row.pk: row.position for row in rows_of(integration)}
    assert {pk for pk in after if after[pk] != before[pk]} == {first, second}
    assert FieldMapping.history.count() == records + 2
    kept = FieldMapping.objects.get(pk=first).history.first()
    assert (kept.changed_by, kept.history_change_reason) == ("anna", "Put in order")


def test_the_answer_is_the_rows_of_the_pair_in_their_new_order(
    administrator: Client, integration: Integration
) -> None:
    first, *others = order_of(integration)

    page = Page(put(administrator, integration, [*others, first]))

    assert [value for _, name, value in page.attributes if name == "data-row"] == [
        str(pk) for pk in (*others, first)
    ]


def test_rows_that_share_a_position_are_told_apart(integration: Integration) -> None:
    integration.mappings.filter(pair="account").update(position=0)
    first, second, *others = order_of(integration)

    put_in_order(
        integration,
        Pair.ACCOUNT,
        [second, first, *others],
        seen=[first, second, *others],
        reason="Put in order",
    )

    assert order_of(integration) == [second, first, *others]


@pytest.mark.parametrize("change", ["added", "removed", "moved"])
def test_rows_that_somebody_changed_meanwhile_stay_as_they_are(
    administrator: Client, integration: Integration, change: str
) -> None:
    first, second, *others = seen = order_of(integration)
    if change == "added":
        integration.mappings.create(pair="account", source="Name", target="Region__c", position=1)
    elif change == "removed":
        FieldMapping.objects.get(pk=others[0]).delete()
    else:
        put(administrator, integration, [second, first, *others])
    before, now = everything(), order_of(integration)

    page = Page(put(administrator, integration, [*others, second, first], seen=seen))

    assert REFUSED in page.text
    assert [value for _, name, value in page.attributes if name == "data-row"] == [str(pk) for pk in now]
    assert everything() == before


def test_rows_of_another_pair_or_integration_are_not_taken(
    administrator: Client, integration: Integration
) -> None:
    other = rows.integration(name="Other")
    _, *others = order_of(integration)
    before = everything()

    for stranger in (order_of(integration, "bill_to")[0], order_of(other)[0], "x", "", 0, others[0]):
        assert REFUSED in Page(put(administrator, integration, [stranger, *others])).text

    assert everything() == before


def test_what_is_no_pair_is_refused(administrator: Client, integration: Integration) -> None:
    address = reverse("admin:connector_integration_mapping_order", args=[integration.pk])

    assert administrator.post(address, {"pair": "invoice", "rows": "1", "seen": "1"}).status_code == 400


def test_who_may_not_change_rows_has_no_grip_and_is_refused(viewer: Client, integration: Integration) -> None:
    before = everything()

    response = put(viewer, integration, order_of(integration)[::-1])

    assert response.status_code == 403
    assert everything() == before
    address = reverse("admin:connector_integration_change", args=[integration.pk])
    assert "sa-grip" not in Page(viewer.get(address)).html


def test_two_who_put_the_same_rows_in_order_do_not_undo_each_other(integration: Integration) -> None:
    seen = order_of(integration)
    put_in_order(integration, Pair.ACCOUNT, seen[::-1], seen=seen, reason="One")

    with pytest.raises(ChangedMeanwhile):
        put_in_order(integration, Pair.ACCOUNT, [*seen[1:], seen[0]], seen=seen, reason="Other")

    assert order_of(integration) == seen[::-1]


def test_a_new_row_is_offered_the_place_behind_all_others(
    administrator: Client, integration: Integration
) -> None:
    last = rows_of(integration)[-1]
    page = administrator.get(
        reverse("admin:connector_fieldmapping_add"), {"integration": integration.pk, "pair": "order"}
    )
    assert page.context["adminform"].form["position"].value() == last.position + 1


@pytest.mark.postgres
@pytest.mark.parametrize(("typed", "ends_up"), [(None, "where it was put"), (7, "where it was typed")])
def test_a_page_opened_before_the_rows_were_put_in_order_moves_nothing_back(
    administrator: Client, integration: Integration, typed: int | None, ends_up: str
) -> None:
    first, *others = order_of(integration)
    address = reverse("admin:connector_fieldmapping_change", args=[first])
    opened = administrator.get(address)
    assert 'name="initial-position"' in opened.content.decode()
    form = opened.context["adminform"].form
    given = {bound.html_name: bound.value() for bound in form if bound.value() not in (None, False)}
    given["initial-position"] = given["position"]
    put(administrator, integration, [*others, first])
    moved_to = FieldMapping.objects.get(pk=first).position
    records = FieldMapping.history.count()

    administrator.post(address, {**given, "note": "Seen", **({} if typed is None else {"position": typed})})

    row = FieldMapping.objects.get(pk=first)
    assert row.note == "Seen"
    assert row.position == {"where it was put": moved_to, "where it was typed": typed}[ends_up]
    assert FieldMapping.history.count() == records + 1
    saved, put_there = row.history.all()[:2]
    assert "position" not in saved.diff_against(put_there).changed_fields or typed is not None
