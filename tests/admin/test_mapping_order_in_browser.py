"""Rows of a mapping are dragged, or moved with the arrow keys, and stay where the server says they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from connector.models import Integration
from connector.models.stored_mappings import rows_of
from tests.models import rows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAVED = "The order of “Account → account” is saved."


@pytest.fixture
def integration(transactional_db: None) -> Integration:
    return rows.integration()


@pytest.fixture
def shown(page: Page, visit: Callable[[str], None], integration: Integration) -> Page:
    visit(reverse("admin:connector_integration_change", args=[integration.pk]))
    return page


def order_of(integration: Integration, pair: str = "account") -> list[int]:
    return [row.pk for row in rows_of(integration) if row.pair == pair]


def grip(page: Page, key: int) -> Locator:
    return page.locator(f"#grip-{key}")


def row(page: Page, key: int) -> Locator:
    return page.locator(f"tr[data-row='{key}']")


def point_at(page: Page, element: Locator) -> None:
    """With the button held: a drag needs more than one movement."""
    box = element.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)


def shown_order(page: Page, pair: str = "account") -> list[int]:
    found = page.locator(f"#mapping-{pair} tr[data-row]")
    return [int(each.get_attribute("data-row") or 0) for each in found.all()]


def test_a_row_is_dragged_to_another_place_of_its_pair(shown: Page, integration: Integration) -> None:
    first, second, third, *others = order_of(integration)

    grip(shown, first).drag_to(row(shown, third))

    expect(shown.locator("#mapping-said")).to_have_text(SAVED)
    wanted = [second, third, first, *others]
    assert order_of(integration) == shown_order(shown) == wanted
    shown.reload()
    assert shown_order(shown) == wanted


def test_a_row_that_is_let_go_outside_its_pair_goes_back(shown: Page, integration: Integration) -> None:
    before = order_of(integration)
    other_pair = order_of(integration, "bill_to")

    grip(shown, before[0]).hover()
    shown.mouse.down()
    point_at(shown, row(shown, before[2]))
    first = shown.locator("#mapping-account tr[data-row]").first
    expect(first).not_to_have_attribute("data-row", str(before[0]))
    point_at(shown, row(shown, other_pair[0]))
    shown.mouse.up()

    expect(shown.locator(f"#mapping-account tr[data-row]:nth-child(2) #grip-{before[0]}")).to_have_count(1)
    assert shown_order(shown) == before
    assert (order_of(integration), order_of(integration, "bill_to")) == (before, other_pair)
    expect(shown.locator("#mapping-said")).to_be_empty()


def test_a_row_is_moved_with_the_arrow_keys_and_keeps_the_focus(
    shown: Page, integration: Integration
) -> None:
    first, second, *others = order_of(integration)

    grip(shown, first).press("ArrowDown")
    expect(shown.locator("#mapping-said")).to_have_text(SAVED)
    assert order_of(integration) == [second, first, *others]
    expect(grip(shown, first)).to_be_focused()

    with shown.expect_response("**/mapping/order/"):
        shown.keyboard.press("ArrowUp")
    expect(shown.locator(f"#mapping-account[data-seen^='{first},{second}']")).to_have_count(1)
    assert order_of(integration) == [first, second, *others]
    grip(shown, first).press("ArrowUp")  # the head of the pair stays on top
    assert shown_order(shown) == [first, second, *others]


def test_an_order_that_is_out_of_date_is_refused_and_the_rows_come_anew(
    shown: Page, integration: Integration
) -> None:
    first, second, *_ = order_of(integration)
    added = integration.mappings.create(pair="account", source="Name", target="Region__c", position=0)
    before = order_of(integration)

    grip(shown, first).drag_to(row(shown, second))

    expect(shown.locator("#mapping-said")).to_contain_text("Somebody changed the rows of")
    expect(row(shown, added.pk)).to_be_visible()
    assert shown_order(shown) == order_of(integration) == before


@pytest.mark.parametrize("answer", [500, 0])
def test_an_order_that_could_not_be_saved_is_told_and_taken_back(
    shown: Page, integration: Integration, answer: int
) -> None:
    before = order_of(integration)
    shown.route("**/mapping/order/", lambda route: route.fulfill(status=answer) if answer else route.abort())

    grip(shown, before[0]).drag_to(row(shown, before[1]))

    said = "the console answered 500" if answer else "the console did not answer"
    expect(shown.locator("#mapping-said")).to_have_text(
        f"The order was not saved: {said}. Load the page anew and try again."
    )
    assert shown_order(shown) == order_of(integration) == before
    shown.unroute("**/mapping/order/")
    grip(shown, before[0]).press("ArrowDown")
    expect(shown.locator("#mapping-said")).to_have_text(SAVED)
