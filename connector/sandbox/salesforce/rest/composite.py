"""Up to 25 calls in one, the later ones using what the earlier ones answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, unquote

from connector.sandbox.salesforce.errors import ApiError
from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.records import Json
from connector.sandbox.salesforce.rest.messages import Call, Reply

MAX_CALLS = 25
MAX_QUERIES = 5

Route = Callable[[Org, Call], Reply]

_REFERENCE = re.compile(r"@\{([\w]+)\.([\w.\[\]]+)\}")
_REFERENCE_ID = re.compile(r"[A-Za-z]\w*", re.ASCII)
_VERSIONED = re.compile(r"/services/data/v(\d+)\.0/(.*)", re.DOTALL)
_ROLLED_BACK = "The transaction was rolled back since another operation in the same transaction failed."


def composite(org: Org, call: Call, *, route: Route) -> Reply:
    """Answer every call in its place; with allOrNone a failure undoes them all."""
    body = call.json_object()
    calls = body.get("compositeRequest")
    if not isinstance(calls, list) or not calls or not all(isinstance(each, dict) for each in calls):
        raise ApiError("JSON_PARSER_ERROR", "compositeRequest must be a list of requests")
    _check_counts(calls)
    before = org.store.copy() if body.get("allOrNone") else None
    answers: dict[str, Reply] = {}
    for each in calls:
        answers[each["referenceId"]] = _answer(org, call, each, answers, route)
    if before is not None and any(reply.status >= 400 for reply in answers.values()):
        org.store = before
        answers = {name: _halted(reply) for name, reply in answers.items()}
    return Reply(body={"compositeResponse": [_entry(name, reply) for name, reply in answers.items()]})


def _check_counts(calls: list[dict[str, Json]]) -> None:
    if len(calls) > MAX_CALLS:
        # unverified wording.
        raise ApiError("LIMIT_EXCEEDED", f"The composite limit of {MAX_CALLS} requests was exceeded")
    names = [each.get("referenceId") for each in calls]
    if len(set(names)) != len(names) or not all(
        isinstance(name, str) and _REFERENCE_ID.fullmatch(name) for name in names
    ):
        raise ApiError("INVALID_INPUT", "Every request needs a referenceId of its own")
    queries = sum("/query" in str(each.get("url")) for each in calls)
    if queries > MAX_QUERIES:
        raise ApiError("LIMIT_EXCEEDED", f"The composite limit of {MAX_QUERIES} queries was exceeded")


def _answer(
    org: Org, outer: Call, described: dict[str, Json], answers: dict[str, Reply], route: Route
) -> Reply:
    try:
        url = _resolved(str(described.get("url", "")), answers)
        versioned = _VERSIONED.fullmatch(url)
        if versioned is None:
            raise ApiError("NOT_FOUND", "The requested resource does not exist", status=404)
        path, _, query = versioned[2].partition("?")
        headers = {
            str(name).lower(): str(value) for name, value in (described.get("httpHeaders") or {}).items()
        }
        call = Call(
            str(described.get("method", "")).upper(),
            unquote(path).strip("/"),
            int(versioned[1]),
            dict(parse_qsl(query, keep_blank_values=True)),
            headers,
            _resolved(described.get("body"), answers),
        )
        return route(org, call)
    except ApiError as error:
        return Reply(error.status, error.body())


def _resolved(value: Json, answers: dict[str, Reply]) -> Json:
    """Put earlier answers in the place of `@{ref.path}` anywhere in a value."""
    if isinstance(value, dict):
        return {name: _resolved(each, answers) for name, each in value.items()}
    if isinstance(value, list):
        return [_resolved(each, answers) for each in value]
    if not isinstance(value, str):
        return value
    return _REFERENCE.sub(lambda match: str(_look_up(match[1], match[2], answers)), value)


def _look_up(name: str, path: str, answers: dict[str, Reply]) -> Json:
    reply = answers.get(name)
    found: Json = reply.body if reply is not None and reply.status < 400 else None
    for part in re.findall(r"[^.\[\]]+", path):
        if isinstance(found, list) and part.isdecimal() and int(part) < len(found):
            found = found[int(part)]
        else:
            found = found.get(part) if isinstance(found, dict) else None
    if found is None:
        raise ApiError("PROCESSING_HALTED", f"Invalid reference specified. No value for {name}.{path} found")
    return found


def _halted(reply: Reply) -> Reply:
    return reply if reply.status >= 400 else Reply(400, ApiError("PROCESSING_HALTED", _ROLLED_BACK).body())


def _entry(name: str, reply: Reply) -> dict[str, Json]:
    return {
        "body": reply.body,
        "httpHeaders": dict(reply.headers),
        "httpStatusCode": reply.status,
        "referenceId": name,
    }
