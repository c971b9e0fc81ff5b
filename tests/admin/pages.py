"""Reading a page as a person would: its text, its buttons, and where they lead."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse

_SILENT = {"script", "style", "title"}


class Page(HTMLParser):
    """`text` is what is shown, `buttons` and `links` the words on them, `forms` the addresses that are posted to;
    `attributes` are all of them, as (tag, name, value)."""

    def __init__(self, response: HttpResponse | str) -> None:
        super().__init__()
        self.html = response if isinstance(response, str) else response.content.decode()
        self.tags: Counter[str] = Counter()
        self.forms: list[str] = []
        self.addresses: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self._open: list[str] = []
        self._words: dict[str, list[str]] = {"button": [], "a": []}
        self._text: list[str] = []
        self.feed(self.html)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._text).split())

    @property
    def buttons(self) -> list[str]:
        return [word.strip() for word in self._words["button"]]

    @property
    def links(self) -> list[str]:
        return [word.strip() for word in self._words["a"]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.tags[tag] += 1
        self._open.append(tag)
        if tag in self._words:
            self._words[tag].append("")
        if tag == "form" and given.get("method") == "post":
            self.forms.append(given.get("action") or "")
        if tag == "button" and given.get("formaction"):
            self.forms.append(str(given["formaction"]))
        if tag == "a":
            self.addresses.append(given.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if _SILENT & set(self._open):
            return
        self._text.append(data)
        for tag, words in self._words.items():
            if tag in self._open and words:
                words[-1] += data


def messages(response: Any) -> list[str]:
    """What a page says on top, once."""
    return [str(message) for message in response.context["messages"]]
