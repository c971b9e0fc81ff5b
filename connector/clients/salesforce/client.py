"""Salesforce through simple-salesforce, behind a face so narrow that its traps are out of reach.

Used: query, query_more, restful, oauth2. Never used: SFType calls (sf.Account.get), which log in again without bound on a
lasting 401; query_all, which loses nested pages; its logins, which keep calling the old host. It is given a session id and
our own HTTP session, so that hosts, timeouts, bounds and errors are decided where Zuora's are.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self, TypeVar
from urllib.parse import quote as quote_path

from requests import Response
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError

from connector.clients import exact_json
from connector.clients.credentials import Network, SalesforceCredentials
from connector.clients.http import CallCounts, CallRecord, RemoteSession, check_host
from connector.clients.salesforce.allowance import Allowance
from connector.clients.salesforce.errors import LEFT_TO_THE_JOB, failure_of, unexpected, unreadable
from connector.clients.salesforce.login import Login, Session
from connector.clients.salesforce.paging import Pages
from connector.clients.salesforce.soql import (
    LONGEST_QUERY,
    contains,
    encoded_length,
    id_list,
    queries_by_ids,
    quote,
)
from connector.clients.tokens import TokenCache, TokenSource, cache_key
from connector.domain import JSON
from connector.domain.ids import is_salesforce_id, normalise
from connector.errors import ConfigError, ConnectorError, RemoteUnavailable

T = TypeVar("T")

_ACCOUNT_PREFIX = "001"
"""Without it, a word of 15 letters such as "Pharmaceuticals" would be taken for an id."""
_SEARCH_FIELDS = ("Id, Name, BillingCity, BillingState, BillingCountry", "Id, Name")
_VERSION = re.compile(r"[1-9][0-9]{1,2}\.0")


@dataclass(frozen=True, slots=True)
class SalesforceIdentity:
    """Which org answered, as whom, and how much of its daily allowance of API calls is used."""

    org_id: str
    org_name: str
    username: str
    instance_url: str
    is_sandbox: bool
    api_used: int
    api_limit: int


class SalesforceClient:
    """Reads from one org. One client serves one job: it is not for several threads at once."""

    def __init__(
        self,
        credentials: SalesforceCredentials,
        network: Network,
        tokens: TokenCache,
        *,
        allowance: Allowance | None = None,
        on_call: Callable[[CallRecord], None] | None = None,
        clock: Callable[[], float] = time.time,
        **session_options: Any,
    ) -> None:
        if not _VERSION.fullmatch(credentials.api_version):
            raise ConfigError(
                f"{credentials.api_version!r} is not a Salesforce API version; write it as 62.0."
            )
        self._credentials = credentials
        self._network = network
        self._allowance = allowance
        self._host = check_host("Salesforce", credentials.host, network)
        self._session = RemoteSession(
            "Salesforce", network, judge=self._judge, on_call=on_call, **session_options
        )
        login = Login(self._session, credentials, host=self._host, clock=clock)
        self._tokens = TokenSource(
            tokens,
            cache_key(
                "Salesforce",
                self._host,
                credentials.login,
                credentials.consumer_key,
                credentials.username,
                secret=credentials.consumer_secret
                + credentials.password
                + credentials.security_token
                + credentials.private_key,
            ),
            issue=login.issue,
            lasting_refusal=(
                f"Salesforce lets connection {credentials.name!r} log in but refuses the session it gave. Check that "
                "the app's scopes include the API (api) and that session settings do not lock it to another address."
            ),
        )
        self._described: dict[str, JSON] = {}

    @property
    def calls(self) -> CallCounts:
        return self._session.counts

    def close(self) -> None:
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Reference: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm
    def query(self, soql: str, *, include_deleted: bool = False) -> list[JSON]:
        """Every record, all pages and all nested pages; with `include_deleted` also those in the recycle bin.

        Fractions are Decimal. Raises ConfigError for a field or object that is misspelt or hidden.
        """
        if encoded_length(soql) > LONGEST_QUERY:
            raise ConfigError(
                f"A query on Salesforce has {encoded_length(soql)} characters, more than fit into one call "
                f"({LONGEST_QUERY}). Map fewer fields of the same object."
            )
        first = self._run(
            "a query", lambda salesforce: salesforce.query(soql, include_deleted=include_deleted)
        )
        return Pages(self._next_page).collect(first)

    def _next_page(self, url: str) -> JSON:
        return self._run(
            "the next page of a query", lambda salesforce: salesforce.query_more(url, identifier_is_url=True)
        )

    def query_by_ids(
        self,
        template: Callable[[str], str],
        ids: Iterable[str],
        *,
        chunk: int = 200,
        include_deleted: bool = False,
    ) -> list[JSON]:
        """The records of as many queries as the ids need. `template` puts an id list, parentheses included, into SOQL:
        `lambda ids: f"SELECT Id FROM Contact WHERE AccountId IN {ids}"`. No ids: no query, no records."""
        return [
            record
            for soql in queries_by_ids(template, ids, chunk=chunk)
            for record in self.query(soql, include_deleted=include_deleted)
        ]

    # Reference: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm
    def describe(self, object_name: str) -> JSON:
        """Salesforce's description of an object, remembered by this client. Raises ConfigError where it has none."""
        if object_name not in self._described:
            path = f"sobjects/{quote_path(object_name, safe='')}/describe"
            self._described[object_name] = self._run(
                f"the description of {object_name}", lambda salesforce: salesforce.restful(path)
            )
        return self._described[object_name]

    def field_names(self, object_name: str) -> frozenset[str]:
        """The fields of an object that the connection's user may see."""
        fields = self.describe(object_name).get("fields")
        if not isinstance(fields, list):
            raise unexpected(f"the description of {object_name}", "fields")
        return frozenset(str(field.get("name")) for field in fields)

    # Reference: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_limits.htm
    # Reference: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_userinfo_endpoint.htm
    def identity(self) -> SalesforceIdentity:
        """Ask who answers: for *Test connection*. Three calls."""
        [org, *_] = self.query("SELECT Id, Name, IsSandbox FROM Organization") or [{}]
        if not org.get("Id"):
            raise unexpected("SELECT … FROM Organization", "Id")
        limits = self._run("the limits", lambda salesforce: salesforce.restful("limits"))
        daily = limits.get("DailyApiRequests")
        if not isinstance(daily, dict):
            raise unexpected("the limits", "DailyApiRequests")
        limit = int(daily.get("Max") or 0)
        return SalesforceIdentity(
            org_id=str(org["Id"]),
            org_name=str(org.get("Name") or ""),
            username=self._username(),
            instance_url=self._tokens.use(lambda packed: f"https://{Session.unpack(packed).host}"),
            is_sandbox=bool(org.get("IsSandbox")),
            api_used=limit - int(daily.get("Remaining") or 0),
            api_limit=limit,
        )

    def _username(self) -> str:
        """The user behind the session; an app without the openid scope may not ask, then the configured one."""
        try:
            found = self._run("the user", lambda salesforce: salesforce.oauth2("userinfo"))
        except ConfigError:
            return self._credentials.username
        return str(found.get("preferred_username") or self._credentials.username)

    def search_accounts(self, text: str, limit: int = 20) -> list[JSON]:
        """Accounts of that id (15 or 18 characters), or whose name holds the text; Id, Name and billing place."""
        wanted = text.strip()
        if not wanted:
            return []
        is_id = wanted.startswith(_ACCOUNT_PREFIX) and is_salesforce_id(wanted)
        condition = f"Id = {quote(normalise(wanted))}" if is_id else f"Name LIKE {contains(wanted)}"
        rest = f"FROM Account WHERE {condition} ORDER BY Name LIMIT {int(limit)}"
        failure: ConnectorError | None = None
        for fields in _SEARCH_FIELDS:  # the place helps to choose, but its fields may be hidden from the user
            try:
                return self.query(f"SELECT {fields} {rest}")
            except ConfigError as error:
                if "INVALID_FIELD" not in error.message:
                    raise
                failure = error
        raise failure or AssertionError("There is always a list of fields to try.")

    @staticmethod
    def quote(value: str) -> str:
        """A SOQL text literal, quotes included."""
        return quote(value)

    @staticmethod
    def id_list(values: Iterable[str]) -> str:
        """`('001…','001…')` for an IN condition; ValueError for an empty list."""
        return id_list(values)

    def _run(self, what: str, action: Callable[[Salesforce], Any]) -> JSON:
        """One call of simple-salesforce with a session that is good, repeated where it heals within seconds."""

        def attempt(packed: str) -> JSON:
            answer: Any = None
            readable = True
            try:
                answer = action(self._salesforce(Session.unpack(packed)))
            except (ValueError, RecursionError, SalesforceError):  # they quote the body, so they end here
                readable = False
            if not readable:
                raise unreadable(what)
            if not isinstance(answer, dict):
                raise unexpected(what, "JSON object")
            return answer

        if self._allowance is not None:
            self._allowance.check(what)
        # The session around the repetition: a login repeats itself, and must not do so once per attempt.
        return self._tokens.use(
            lambda packed: self._session.repeat(lambda: attempt(packed), times=self._times)
        )

    def _times(self, error: RemoteUnavailable) -> int:
        return 0 if error.code in LEFT_TO_THE_JOB else self._network.retries

    def _salesforce(self, session: Session) -> Salesforce:
        self._session.hide(session.token)
        made = Salesforce(
            session_id=session.token,
            instance_url=f"https://{session.host}",
            version=self._credentials.api_version,
            session=self._session,
            parse_float=Decimal,
            object_pairs_hook=exact_json.unique,
        )
        made.headers.pop("X-PrettyPrint")  # it doubles the size of every answer
        return made

    def _judge(self, response: Response) -> Exception | None:
        if self._allowance is not None:
            self._allowance.see(response)
        return failure_of(response, redact=self._session.redact)
