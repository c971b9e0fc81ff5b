"""A running sandbox, a small client for it, and Zuora's own document as the judge of what goes over the
wire.
"""

from __future__ import annotations

import copy
import importlib.util
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import requests

from connector.sandbox.serving import SandboxServer
from connector.sandbox.zuora.app import create_app
from connector.sandbox.zuora.tenant import CLIENT_ID, CLIENT_SECRET

JSON = Any
SHARED = Path(__file__).resolve().parents[4] / "shared"
NOT_DOCUMENTED = {"id"}  # of a contact: the live system answers it, the document leaves it out


@cache
def judge_module() -> ModuleType | None:
    source = SHARED / "tools" / "judge_zuora.py"
    if not source.exists():
        return None
    spec = importlib.util.spec_from_file_location("judge_zuora", source)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Document:
    """Zuora's OpenAPI document, with what is known to be wrong in it allowed for."""

    def __init__(self, module: ModuleType) -> None:
        self.judge = module.Judge()
        self._answers = copy.copy(self.judge)
        self._answers.doc = copy.deepcopy(self.judge.doc)
        self._validators: dict[str, Any] = {}
        self._schemas: dict[tuple[str, str], JSON] = {}
        self._module = module
        schemas = self._answers.doc["components"]["schemas"]
        for name in ("CommonResponse", "ErrorResponse"):  # codes are numbers in practice
            schemas[name]["properties"]["reasons"]["items"]["properties"]["code"] = {"type": "integer"}
        for name, schema in schemas.items():
            if name.startswith(("Expanded", "Nested")):  # custom fields are no objects in practice
                schema.pop("additionalProperties", None)
        _allow_nulls(schemas)
        for operations in self._answers.doc["paths"].values():
            _allow_nulls(operations)
        document = module.Resource(contents=self._answers.doc, specification=module.DRAFT4)
        self._answers.registry = module.Registry().with_resource("urn:zuora", document)

    def request_findings(self, method: str, path: str, body: JSON) -> list[str]:
        return [f"{kind} {where} {text}" for kind, where, text in self.judge.findings(method, path, body)]

    def answer_findings(self, method: str, path: str, status: int, body: JSON) -> list[str]:
        if body.get("success") is False and status == 200:
            status = 400  # before 2024-05-20 a refusal travels as 200
        if (
            "result" in body and body["result"] is None
        ):  # of a job under way; the document forgets it may be null
            body = {name: value for name, value in body.items() if name != "result"}
        answers = self._documented_answers(method, path)
        answer = answers.get(str(status)) or answers.get(f"{status // 100}XX") or {}
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            return []
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            pinned = json.loads(key.replace('"#/', '"urn:zuora#/'))
            self._validators[key] = self._module.OAS30Validator(
                pinned, registry=self._answers.registry, format_checker=self._module.oas30_format_checker
            )
        found = [
            f"/{'/'.join(map(str, e.path))} {e.message}" for e in self._validators[key].iter_errors(body)
        ]
        unknown = [
            where for where in self._answers.unknown(schema, body) if where.strip("/") not in NOT_DOCUMENTED
        ]
        return found + [f"{where} is not documented" for where in unknown]

    def _documented_answers(self, method: str, path: str) -> JSON:
        if path in self._answers.doc["paths"]:
            return self._answers.doc["paths"][path].get(method.lower(), {}).get("responses", {})
        if (method, path) not in self._schemas:
            found = (
                operations[method.lower()]["responses"]
                for template, operations in self._answers.doc["paths"].items()
                if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path)
                and method.lower() in operations
            )
            self._schemas[method, path] = next(found, {})
        return self._schemas[method, path]


def _allow_nulls(node: JSON) -> None:
    """The document says of hardly any field that it may be null; real answers are full of nulls."""
    if isinstance(node, dict):
        if isinstance(node.get("type"), str):
            node["nullable"] = True
            if "enum" in node:
                node["enum"] = [*node["enum"], None]
        for value in node.values():
            _allow_nulls(value)
    elif isinstance(node, list):
        for value in node:
            _allow_nulls(value)


@pytest.fixture(scope="session")
def document() -> Document | None:
    module = judge_module()
    return Document(module) if module else None


class Zuora:
    """Talks to the sandbox as a client would; every exchange is held against the document where that is
    at hand.
    """

    def __init__(self, url: str, document: Document | None) -> None:
        self.url = url
        self.session = requests.Session()
        self.version = "2025-08-12"
        self.token = ""
        self._document = document

    def log_in(self) -> None:
        form = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "grant_type": "client_credentials"}
        answer = self.session.post(f"{self.url}/oauth/token", data=form, timeout=10)
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["access_token"]

    def send(self, method: str, path: str, body: JSON = None, **options: Any) -> requests.Response:
        if not self.token:
            self.log_in()
        headers = {"Authorization": f"Bearer {self.token}", "Zuora-Version": self.version}
        headers.update(options.pop("headers", {}))
        kept = {name: value for name, value in headers.items() if value is not None}
        options.setdefault("timeout", 10)
        answer = self.session.request(method, self.url + path, json=body, headers=kept, **options)
        self._judge(method, path.split("?")[0], body, answer)
        return answer

    def _judge(self, method: str, path: str, body: JSON, answer: requests.Response) -> None:
        if self._document is None or "json" not in answer.headers.get("Content-Type", ""):
            return
        found = self._document.answer_findings(method, path, answer.status_code, answer.json())
        assert not found, f"{method} {path} answered what the document does not know: {found}"
        if body is not None and answer.status_code == 200 and answer.json().get("success", True):
            try:
                found = self._document.request_findings(method, path, body)
            except LookupError:
                return
            assert not found, f"{method} {path} took what the document refuses: {found}"

    def done(self, method: str, path: str, body: JSON = None, **options: Any) -> JSON:
        """The answer of a call that must succeed."""
        answer = self.send(method, path, body, **options)
        assert answer.status_code == 200, answer.text
        read = answer.json()
        assert read.get("success", read.get("Success", True)) is True, read
        return read

    def refused(
        self, method: str, path: str, body: JSON = None, *, status: int = 400, **options: Any
    ) -> JSON:
        """The reasons of a call that must be refused, as `[(category, message)]`."""
        answer = self.send(method, path, body, **options)
        assert answer.status_code == status, answer.text
        read = answer.json()
        assert read.get("success", False) is False, read
        return [(reason["code"] % 100, reason["message"]) for reason in read["reasons"]]

    def control(self, method: str, name: str, body: JSON = None) -> JSON:
        answer = self.session.request(method, f"{self.url}/__sandbox__/{name}", json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def settings(self, **changes: Any) -> None:
        self.control("POST", "settings", changes)

    def state(self) -> JSON:
        return self.control("GET", "state")

    def find(self, name: str, **parameters: Any) -> list[JSON]:
        """What object query answers; `filter` and `expand` may be lists."""
        asked = {
            f"{k}[]" if k in ("filter", "expand", "sort", "fields") else k: v for k, v in parameters.items()
        }
        found: list[JSON] = self.done("GET", f"/object-query/{name}", params=asked)["data"]
        return found

    def account(self, **changes: Any) -> JSON:
        return self.done("POST", "/v1/accounts", account_body(**changes))


def contact_body(**changes: Any) -> JSON:
    body = {
        "firstName": "Ada",
        "lastName": "Lovelace",
        "address1": "1 Analytical Way",
        "city": "San Francisco",
        "state": "California",
        "zipCode": "94105",
        "country": "United States",
        "workEmail": "ada.lovelace@example.com",
    }
    return {name: value for name, value in (body | changes).items() if value is not ...}


def account_body(**changes: Any) -> JSON:
    """Acme Corp with Ada as bill-to and Grace as sold-to; `name=...` (an ellipsis) leaves a field out."""
    body = {
        "name": "Acme Corp",
        "crmId": "001Ak00000AcmeCoIA",
        "currency": "USD",
        "billCycleDay": 1,
        "autoPay": False,
        "billToContact": contact_body(),
        "soldToContact": contact_body(
            firstName="Grace", lastName="Hopper", workEmail="grace.hopper@example.com"
        ),
    }
    return {name: value for name, value in (body | changes).items() if value is not ...}


@pytest.fixture
def make_account_body() -> Callable[..., JSON]:
    return account_body


@pytest.fixture
def make_contact_body() -> Callable[..., JSON]:
    return contact_body


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    with SandboxServer(create_app()) as server:
        yield server.url


@pytest.fixture
def zuora(server_url: str, document: Document | None) -> Iterator[Zuora]:
    client = Zuora(server_url, document)
    client.control("POST", "reset")
    yield client
    client.session.close()
