from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from connector.domain import fields
from connector.domain.fields import Kind
from connector.domain.rules import Pair

DOCUMENT = Path(__file__).parents[3] / "shared" / "reference" / "zuora-openapi-subset.yaml"

# Fields that belong to the flow: a mapping row must not reach them.
OF_THE_FLOW = {
    *("accountId", "billToContact", "billToContactId", "soldToContact", "soldToContactId"),
    *("shipToContact", "shipToContactId", "soldToSameAsBillTo", "shipToSameAsBillTo"),
    *("asBillTo", "asSoldTo", "asShipTo", "subscription", "applicationOrder", "applyCredit"),
    *("applyCreditBalance", "collect", "runBilling", "targetDate", "documentDate"),
    *("creditCard", "creditMemoReasonCode", "paymentMethod", "hpmCreditCardPaymentMethodId"),
    "defaultPaymentMethodId",
}
KINDS = {
    "string": {Kind.TEXT, Kind.EMAIL},
    "boolean": {Kind.BOOLEAN},
    "integer": {Kind.INTEGER},
    "array": {Kind.LIST},
}
REQUESTS = [
    (Pair.ACCOUNT, True, "/v1/accounts", "post", ""),
    (Pair.ACCOUNT, False, "/v1/accounts/{account-key}", "put", ""),
    (Pair.BILL_TO, True, "/v1/accounts", "post", "billToContact"),
    (Pair.BILL_TO, False, "/v1/accounts/{account-key}", "put", "billToContact"),
    (Pair.SOLD_TO, True, "/v1/accounts", "post", "soldToContact"),
    (Pair.SOLD_TO, False, "/v1/accounts/{account-key}", "put", "soldToContact"),
    (Pair.CONTACT, True, "/v1/contacts", "post", ""),
    (Pair.CONTACT, False, "/v1/contacts/{contactId}", "put", ""),
]
LOST = {"description"}
"""The copy of the document was made without descriptions, and without the fields of that name."""
DATES_AS_TEXT = {"quote.OpportunityCloseDate__QT"}
"""A date of the subscription, whose kind the document gives there."""
_OPENED = ("subscriptions", "orderActions", "createSubscription")


class Document:
    def __init__(self) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.content = yaml.load(DOCUMENT.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506

    def properties(self, path: str, method: str, inside: str) -> dict[str, dict[str, Any]]:
        request = self.content["paths"][path][method]["requestBody"]
        found = self._properties(request["content"]["application/json"]["schema"])
        found = self._properties(found[inside]) if inside else found
        if "subscriptions" in found:
            # The fields of a quote are those of an order in a mapping, and of each of its subscriptions in a request.
            found["quote"] = self._properties(found["subscriptions"]["items"])["quote"]
        for group in ("taxInfo", "einvoiceProfile", "quote"):
            if group in found:
                nested = self._properties(found.pop(group))
                found |= {f"{group}.{name}": schema for name, schema in nested.items()}
        return {name: self._resolved(schema) for name, schema in found.items()}

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = self.content["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        return schema

    def _properties(self, schema: dict[str, Any]) -> dict[str, Any]:
        schema = self._resolved(schema)
        found = dict(schema.get("properties", {}))
        for branch in schema.get("allOf", []):
            found |= self._properties(branch)
        return found


@pytest.fixture(scope="module")
def document() -> Document:
    if not DOCUMENT.exists():
        pytest.skip("Zuora's OpenAPI document is not beside this checkout")
    return Document()


@pytest.mark.parametrize(("pair", "creating", "path", "method", "inside"), REQUESTS)
def test_the_tables_agree_with_zuoras_own_document(
    document: Document, pair: Pair, creating: bool, path: str, method: str, inside: str
) -> None:
    published = document.properties(path, method, inside)
    ours = {name for name in fields.names(pair) if _writable(pair, name, creating=creating)}
    assert ours == set(published) - OF_THE_FLOW - ({"accountNumber"} if pair is Pair.CONTACT else set())
    for name in ours:
        field, schema = fields.find(pair, name), published[name]
        assert field is not None
        assert field.kind in KINDS[schema["type"]] or schema.get("format") == field.kind == "date", name
        assert set(field.choices) == set(schema.get("enum", field.choices)), name
        if schema["type"] == "string" and "maxLength" in schema:
            assert field.max_length is not None, name
            assert field.max_length <= schema["maxLength"], name


CREATED = [
    (Pair.PRODUCT, "/v1/object/product", ()),
    (Pair.RATE_PLAN, "/v1/object/product-rate-plan", ()),
    (Pair.CHARGE, "/v1/object/product-rate-plan-charge", ()),
    (Pair.ORDER, "/v1/orders", ()),
    (Pair.ORDER_LINE_ITEM, "/v1/orders", ("orderLineItems",)),
    (Pair.SUBSCRIPTION, "/v1/orders", _OPENED),
    (Pair.SUBSCRIPTION_RATE_PLAN, "/v1/orders", (*_OPENED, "subscribeToRatePlans")),
    (Pair.SUBSCRIPTION_CHARGE, "/v1/orders", (*_OPENED, "subscribeToRatePlans", "chargeOverrides")),
]


@pytest.mark.parametrize(("pair", "path", "inside"), CREATED)
def test_what_may_be_mapped_of_products_and_orders_is_part_of_zuoras_document(
    document: Document, pair: Pair, path: str, inside: tuple[str, ...]
) -> None:
    published = document.properties(path, "post", "")
    for name in inside:
        schema = published[name]
        published = document._properties(schema["items"] if schema.get("type") == "array" else schema)
    for name in set(fields.names(pair)) - LOST:
        field, schema = fields.find(pair, name), document._resolved(published[name])
        assert field is not None
        assert field.kind in KINDS[schema["type"]] or name in DATES_AS_TEXT, name
        if field.choices:
            assert set(field.choices) == set(schema["enum"]), name
        if "maxLength" in schema:
            assert field.max_length is not None, name
            assert field.max_length <= schema["maxLength"], name


def _writable(pair: Pair, name: str, *, creating: bool) -> bool:
    field = fields.find(pair, name)
    assert field is not None
    return creating or field.on_update


@pytest.mark.parametrize(
    ("pair", "target", "max_length"),
    [
        (Pair.ACCOUNT, "name", 255),
        (Pair.ACCOUNT, "salesRep", 50),
        (Pair.BILL_TO, "lastName", 100),
        (Pair.SOLD_TO, "zipCode", 20),
        (Pair.BILL_TO, "mobilePhone", 40),
        (Pair.CONTACT, "mobilePhone", 100),
        (Pair.CONTACT, "country", 64),
    ],
)
def test_lengths_are_those_of_the_request_the_field_travels_in(
    pair: Pair, target: str, max_length: int
) -> None:
    field = fields.find(pair, target)
    assert field is not None
    assert field.max_length == max_length


@pytest.mark.parametrize(
    ("pair", "target"),
    [
        (Pair.ACCOUNT, "billToContact"),
        (Pair.ACCOUNT, "billToContact.firstName"),
        (Pair.ACCOUNT, "taxInfo"),
        (Pair.ACCOUNT, "Name"),
        (Pair.ACCOUNT, "paymentMethod"),
        (Pair.ACCOUNT, "firstName"),
        (Pair.CONTACT, "accountId"),
        (Pair.BILL_TO, "postalCode"),
        (Pair.BILL_TO, "contactDescription"),
        (Pair.ACCOUNT, "taxInfo.Region__c"),
        (Pair.ACCOUNT, "__c"),
        (Pair.ACCOUNT, "Region__c\n"),
        (Pair.ACCOUNT, "1Region__c"),
    ],
)
def test_a_name_zuora_does_not_take_is_no_field(pair: Pair, target: str) -> None:
    assert fields.find(pair, target) is None


@pytest.mark.parametrize("pair", list(Pair))
def test_custom_fields_are_accepted_everywhere(pair: Pair) -> None:
    field = fields.find(pair, "crmId__c")
    assert field is not None
    assert field.kind is Kind.CUSTOM
    assert fields.is_custom("crmId__c")


def test_only_names_refuse_characters_of_four_bytes() -> None:
    refusing = {
        (pair, name) for pair in Pair for name in fields.names(pair) if not _accepts_emoji(pair, name)
    }
    assert refusing == {(Pair.ACCOUNT, "name")} | {
        (pair, name)
        for pair in (Pair.BILL_TO, Pair.SOLD_TO, Pair.CONTACT)
        for name in ("firstName", "lastName")
    }


def _accepts_emoji(pair: Pair, name: str) -> bool:
    field = fields.find(pair, name)
    assert field is not None
    return field.four_byte


def test_currency_and_account_number_are_only_written_once() -> None:
    once = {name for name in fields.names(Pair.ACCOUNT) if not _writable(Pair.ACCOUNT, name, creating=False)}
    assert once == {"accountNumber", "currency", "organizationLabel"}
