"""GET /healthz: whether this process reaches its database and its Redis, for load balancers and probes.

It names which of the two is down and nothing more: it needs no login, so it must not describe the inside. It is answered by a
middleware, before anything asks for the host's name: load balancers ask by address, which is in nobody's ALLOWED_HOSTS.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

PATH = "/healthz"


def middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answers the health check; everything else goes on its way."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        return healthz(request) if request.path_info == PATH else get_response(request)

    return answer


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when both answer, otherwise 503; the body says which does not."""
    states = {
        "database": _state(_ask_database, expected=DatabaseError),
        "redis": _state(_ask_redis, expected=redis.RedisError),
    }
    healthy = all(state == "ok" for state in states.values())
    return JsonResponse({"status": "ok" if healthy else "down", **states}, status=200 if healthy else 503)


def _state(ask: Callable[[], None], *, expected: type[Exception]) -> str:
    try:
        ask()
    except expected as error:
        logger.warning("Health check: %s", error)
        return "down"
    return "ok"


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_redis() -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.ping()
