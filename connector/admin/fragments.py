"""A part of a page that asks after its session ended: the login would be put into the part, so the page is loaded anew.

One middleware for every part there is; the whole page then leads to the login, and back to itself.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRefresh

Answer = Callable[[HttpRequest], HttpResponse]


def middleware(get_response: Answer) -> Answer:
    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_part = request.headers.get("HX-Request") == "true"
        return HttpResponseClientRefresh() if is_part and _leads_to_login(response) else response

    return answer


def _leads_to_login(response: HttpResponse) -> bool:
    address = response.headers.get("Location", "")
    return response.status_code == 302 and address.split("?")[0] == resolve_url("admin:login")
