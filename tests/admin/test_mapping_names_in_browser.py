"""The names of fields on an integration's page are read whole: they break where a reader expects it, or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.models import rows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Every character after which a line ends inside a name, with the name.
BREAKS = """spans => spans.flatMap(span => {
  const found = [], walker = document.createTreeWalker(span, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let before = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    for (let at = 0; at < node.length; at++) {
      range.setStart(node, at); range.setEnd(node, at + 1);
      const box = range.getBoundingClientRect(), letter = node.data[at];
      if (before && box.height && box.top > before.top + 4) found.push([before.letter, span.textContent]);
      if (box.height) before = { top: box.top, letter };
    }
  return found;
})"""


@pytest.mark.parametrize("width", [1280, 390])
def test_names_of_fields_break_after_dots_and_underscores_alone(
    page: Page, visit: Callable[[str], None], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    visit(reverse("admin:connector_integration_change", args=[rows.integration().pk]))
    page.locator("#own-fields > summary").click()
    mapped = page.locator(".sa-mapping__rows td:nth-child(-n+2) > .sa-mono")
    assert mapped.count() > 40
    breaks = mapped.evaluate_all(BREAKS)
    assert breaks, "nothing is as long as to be broken"
    assert [name for letter, name in breaks if letter not in "._"] == []
    own = page.locator("#own-fields .sa-mono").evaluate_all(BREAKS)
    assert [name for letter, name in own if letter != " "] == []
