"""The client as a whole, and who answers at its other end: what *Test connection* shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from requests import Response

from connector.clients.zuora.accounts import Accounts
from connector.clients.zuora.catalog import Catalog
from connector.clients.zuora.errors import Asked, failure_of
from connector.clients.zuora.orders import Orders
from connector.clients.zuora.subscriptions import Subscriptions
from connector.errors import RemoteRejected

CONTACT_IDENTITY_FIELD = "crmId__c"
_LIMIT_HEADERS = (
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Concurrency-Limit-Type",
    "Concurrency-Limit-Limit",
    "Concurrency-Limit-Remaining",
)
_CUSTOM_SUFFIX = "__c"
_HINT = 6


@dataclass(frozen=True, slots=True)
class ZuoraIdentity:
    """What can be known of the tenant that answered. Zuora's API names neither the tenant nor the user of a token, so the
    host, the entity and the first characters of the client id have to do. `limits` are the headers it sent, by name."""

    host: str
    client_id_hint: str
    entity_id: str
    zuora_version: str
    contact_custom_fields: frozenset[str] = frozenset()
    limits: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_contact_identity(self) -> bool:
        """Whether contacts have the custom field by which they are found again."""
        return CONTACT_IDENTITY_FIELD in self.contact_custom_fields


class ZuoraClient(Accounts, Catalog, Orders, Subscriptions):
    """All of Zuora the connector uses. One client serves one job: it is not for several threads at once."""

    # Reference: https://developer.zuora.com/v1-api-reference/api/describe/get_describe/
    def tenant(self) -> ZuoraIdentity:
        """Ask who answers and with which contact fields; also that object queries, which every sync needs, are allowed."""
        self._read("/object-query/accounts", params=[("pageSize", "1")])
        response = self._described("Contact")
        return ZuoraIdentity(
            host=self._host,
            client_id_hint=f"{self._credentials.client_id[:_HINT]}…",
            entity_id=self._credentials.entity_id,
            zuora_version=self._credentials.zuora_version,
            contact_custom_fields=custom_fields(response.content, "Contact"),
            limits={name: response.headers[name] for name in _LIMIT_HEADERS if name in response.headers},
        )

    def custom_fields(self, object_name: str) -> frozenset[str]:
        """The custom fields of an object, under its name in Zuora's describe. Raises RemoteRejected where it has none of that name."""
        return custom_fields(self._described(object_name).content, object_name)

    def _described(self, object_name: str) -> Response:
        asked = Asked("GET", f"/v1/describe/{object_name}")
        return self._exchange(asked, judge=lambda answer: self._described_failure(answer, asked))

    def _described_failure(self, response: Response, asked: Asked) -> Exception | None:
        """The only answer in XML: a good one is not JSON, a bad one may be, under 200 as well."""
        body = self._decoded(response)
        return None if response.ok and body is None else failure_of(response, body, asked)


def custom_fields(description: bytes, object_name: str) -> frozenset[str]:
    """Names of the custom fields in Zuora's XML description of an object.

    A document type or an entity is refused before it is expanded: neither belongs in this answer, and both are how XML
    makes a reader open files or exhaust its memory.
    """
    names: set[str] = set()
    path: list[str] = []
    text: list[str] = []

    def start(name: str, _: Mapping[str, str]) -> None:
        path.append(name)
        text.clear()

    def end(name: str) -> None:
        if path[-2:] == ["field", "name"]:
            names.add("".join(text).strip())
        path.pop()

    def refuse(*_: object) -> None:
        raise expat.ExpatError("a document type")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text.append
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    readable = True
    try:
        parser.Parse(description, True)
    except expat.ExpatError:
        readable = False
    if not readable:
        raise RemoteRejected(
            f"unexpected reply of Zuora to GET /v1/describe/{object_name}: it is not a plain XML description.",
            system="Zuora",
        )
    return frozenset(name for name in names if name.endswith(_CUSTOM_SUFFIX))
