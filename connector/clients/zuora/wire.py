"""One authorised call to Zuora: headers, token, judgement, repetition. What each endpoint is for stands beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Self, cast
from urllib.parse import quote

from requests import Response

from connector.clients import exact_json
from connector.clients.credentials import Network, ZuoraCredentials
from connector.clients.http import CallCounts, CallRecord, RemoteSession, check_host
from connector.clients.tokens import TokenCache, TokenSource, cache_key
from connector.clients.zuora.errors import Asked, failure_of, repeats, unexpected
from connector.clients.zuora.login import ZuoraLogin
from connector.domain import JSON
from connector.errors import RecordError, RemoteRejected, RemoteUnavailable

PAGE_SIZE = 99
LIST_PAGE_SIZE = "40"
"""The largest page of a v1 list."""
MAX_PAGES = 1000
IN_LIST = 50
"""Values of one IN filter: far from the length a gateway would refuse, few enough calls for 200 accounts."""

_TRACK_ID_SIZE = 64
_FOREIGN_IN_FILTER = re.compile(r"[^A-Za-z0-9_-]")


class Wire:
    """What every group of endpoints builds on. `track_id` is echoed in Zuora's own logs (64 characters at most)."""

    def __init__(
        self,
        credentials: ZuoraCredentials,
        network: Network,
        tokens: TokenCache,
        *,
        track_id: str = "",
        on_call: Callable[[CallRecord], None] | None = None,
        **session_options: Any,
    ) -> None:
        self._credentials = credentials
        self._network = network
        self._host = check_host("Zuora", credentials.host, network)
        self._track_id = re.sub(r"[^A-Za-z0-9._-]", "-", track_id)[:_TRACK_ID_SIZE]
        self._session = RemoteSession("Zuora", network, on_call=on_call, **session_options)
        login = ZuoraLogin(self._session, credentials)
        self._tokens = TokenSource(
            tokens,
            cache_key(
                "Zuora",
                self._host,
                credentials.entity_id,
                credentials.client_id,
                secret=credentials.client_secret,
            ),
            issue=login.issue,
            lasting_refusal=(
                f"Zuora accepts the client id and secret of connection {credentials.name!r} but refuses the token it "
                "gave for them. Check that the OAuth client's user is active and may use the API."
            ),
        )

    @property
    def calls(self) -> CallCounts:
        return self._session.counts

    def close(self) -> None:
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, path: str, *, record: str = "", params: Sequence[tuple[str, str]] = ()) -> JSON:
        return self._call(Asked("GET", path, record), params=params)

    def _poll(self, path: str, *, record: str) -> JSON | None:
        """As `_find`, sent once: whoever polls asks again by himself, and knows for how long."""
        try:
            return self._call(Asked("GET", path, record, is_repeatable=False))
        except RemoteRejected as error:
            if not _says_absent(error):
                raise
        return None

    def _find(self, path: str, *, record: str = "", params: Sequence[tuple[str, str]] = ()) -> JSON | None:
        """A read that answers None where Zuora says that there is no such record."""
        try:
            return self._read(path, record=record, params=params)
        except RemoteRejected as error:
            if not _says_absent(error):
                raise
        return None

    def _change(self, path: str, payload: JSON, *, record: str) -> JSON:
        """A PUT: idempotent by content, so it is repeated; Zuora refuses an idempotency key on it."""
        return self._call(Asked("PUT", path, record), payload=payload)

    def _create(
        self,
        path: str,
        payload: JSON,
        *,
        record: str,
        idempotency_key: str,
        params: Sequence[tuple[str, str]] = (),
    ) -> JSON:
        """A POST that makes a record: sent once, whatever happens; its caller knows how to look the record up."""
        if not idempotency_key:
            raise ValueError("A create goes out with an idempotency key only.")
        return self._call(
            Asked("POST", path, record, creates=True),
            payload=payload,
            params=params,
            headers={"Idempotency-Key": idempotency_key},
        )

    def _ask(self, path: str, payload: JSON, *, record: str = "") -> JSON:
        """A POST that only reads."""
        return self._call(Asked("POST", path, record), payload=payload)

    def _call(
        self,
        asked: Asked,
        *,
        payload: JSON | None = None,
        params: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> JSON:
        answer = self._exchange(asked, payload=payload, params=params, headers=headers)
        return cast("JSON", exact_json.decode(answer.content))

    def _exchange(
        self,
        asked: Asked,
        *,
        payload: JSON | None = None,
        params: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        judge: Callable[[Response], Exception | None] | None = None,
    ) -> Response:
        body = None if payload is None else exact_json.encode(payload)

        def send(token: str) -> Response:
            self._session.hide(token)
            response = self._session.request(
                asked.method,
                f"https://{self._host}{asked.path}",
                params=list(params),
                data=body,
                headers={**self._headers(token, has_body=body is not None), **(headers or {})},
            )
            failure = judge(response) if judge else self._failure(response, asked)
            if failure is not None:
                raise failure
            return response

        def times(error: RemoteUnavailable) -> int:
            if asked.creates or not asked.is_repeatable:
                return 0
            return repeats(error, network_retries=self._network.retries)

        # The token around the repetition: a token call repeats itself, and must not do so once per attempt.
        return self._tokens.use(lambda token: self._session.repeat(lambda: send(token), times=times))

    def _failure(self, response: Response, asked: Asked) -> Exception | None:
        body = self._decoded(response)
        if response.ok and not isinstance(body, dict):
            body = None  # JSON, but no object: as unreadable as no JSON
        return failure_of(response, body, asked)

    def _decoded(self, response: Response) -> object:
        """The body without secrets, for judging; None where it is not JSON."""
        return self._session.redact(exact_json.decode_or_none(response.content))

    def _headers(self, token: str, *, has_body: bool) -> dict[str, str]:
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "Zuora-Version": self._credentials.zuora_version,
        }
        if has_body:
            headers["Content-Type"] = "application/json"
        if self._credentials.entity_id:
            headers["Zuora-Entity-Ids"] = self._credentials.entity_id
        if self._track_id:
            headers["Zuora-Track-Id"] = self._track_id
        return headers

    def _query(self, noun: str, *, filters: Sequence[str], expand: Sequence[str] = ()) -> Iterator[JSON]:
        """Every record an object query answers, page by page.

        Reference: https://developer.zuora.com/docs/guides/object-query/
        """
        path = f"/object-query/{noun}"
        params = [("pageSize", str(PAGE_SIZE))]
        params += [("filter[]", text) for text in filters] + [("expand[]", text) for text in expand]
        seen: set[str] = set()
        cursor = ""
        while True:
            page = self._read(path, params=[*params, ("cursor", cursor)] if cursor else params)
            records = page.get("data")
            if not isinstance(records, list):
                raise unexpected(Asked("GET", path), "data")
            yield from records
            cursor = str(page.get("nextPage") or "")
            if not cursor:
                return
            if cursor in seen or len(seen) >= MAX_PAGES:
                raise unexpected(Asked("GET", path), "end: a page is repeated")
            seen.add(cursor)

    def _pages(
        self, path: str, name: str, *, record: str, params: Sequence[tuple[str, str]] = ()
    ) -> Iterator[tuple[list[JSON], Asked]]:
        """Every page of a v1 list, whose records stand under `name`. A list that Zuora does not have has none."""
        asked = Asked("GET", path, record)
        for page in range(1, MAX_PAGES + 1):
            paging = [("page", str(page)), ("pageSize", LIST_PAGE_SIZE)]
            answer = self._find(path, record=record, params=[*paging, *params])
            if answer is None:
                return
            records = answer.get(name)
            if not isinstance(records, list):
                raise unexpected(asked, name)
            yield records, asked
            if not answer.get("nextPage"):
                return
        raise unexpected(asked, "end: there are too many pages")


def in_filters(field: str, values: Iterable[str]) -> Iterator[str]:
    """IN filters of bounded length. Raises RecordError for a value that could end the list early."""
    wanted = iter(dict.fromkeys(values))
    while chunk := list(islice(wanted, IN_LIST)):
        for value in chunk:
            if not value or _FOREIGN_IN_FILTER.search(value):
                raise RecordError(
                    f"{value[:60]!r} is not an id and cannot be looked up in Zuora.", record=value[:60]
                )
        yield f"{field}.IN:[{','.join(chunk)}]"


def part(value: str, what: str) -> str:
    """One segment of a path. Raises RecordError for a text that would name another resource."""
    if not value or value in (".", ".."):
        raise RecordError(
            f"{value!r} is not the {what} of anything in Zuora. Correct it in Salesforce and resync.",
            record=value,
        )
    return quote(value, safe="")


def wanted(answer: JSON, name: str, asked: Asked) -> str:
    """A text the answer must hold."""
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise unexpected(asked, name)
    return value


def _says_absent(error: RemoteRejected) -> bool:
    return error.status == 404 or (error.code.isdigit() and error.code.endswith("40"))
