"""Pages by number, as the v1 lists have them: `page`, `pageSize`, and the address of the next page."""

from __future__ import annotations

from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import request

from connector.sandbox.zuora.errors import BAD_VALUE, refuse

LARGEST_PAGE = 40
Item = TypeVar("Item")


def page_of(items: list[Item], *, usual: int = 20) -> tuple[list[Item], dict[str, Any]]:
    """The requested page, and `{"nextPage": url}` where there is one."""
    page, size = _number("page", 1), _number("pageSize", usual)
    if size > LARGEST_PAGE:  # unverified; a larger page may be cut silently
        raise refuse(BAD_VALUE, f"'pageSize' is at most {LARGEST_PAGE}.")
    end = page * size
    if end >= len(items):
        return items[end - size : end], {}
    asked = {**request.args.to_dict(), "page": str(page + 1), "pageSize": str(size)}
    return items[end - size : end], {"nextPage": f"{request.base_url}?{urlencode(asked)}"}


def _number(name: str, usual: int) -> int:
    text = request.args.get(name, str(usual))
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise refuse(BAD_VALUE, f"'{name}' has the value '{text}', which is not a number from 1 up.")
    return int(text)
