"""The org on HTTP: logins, the REST API with its headers, and the control routes of the sandbox.

A thin shell: it turns requests into calls and replies into responses, holds the org's lock while a
call is answered, and knows nothing of what the calls do.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from connector.sandbox.control import install
from connector.sandbox.faults import Answer
from connector.sandbox.salesforce.errors import ApiError, not_found
from connector.sandbox.salesforce.login.oauth import TokenCall, answer_token, public_key
from connector.sandbox.salesforce.login.soap import answer_login
from connector.sandbox.salesforce.org import USER_ID, Org
from connector.sandbox.salesforce.records import Json
from connector.sandbox.salesforce.rest.limits import daily_limit
from connector.sandbox.salesforce.rest.messages import Call, Reply, refusal
from connector.sandbox.salesforce.rest.routes import route, versions

JSON_TYPE = "application/json;charset=UTF-8"
MAX_URI_AND_HEADERS = 16_384
COMMON_HEADERS = {
    "Cache-Control": "no-cache,must-revalidate,max-age=0,no-store,private",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}
_METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]


def create_app(*, org: Org | None = None) -> Flask:
    """Return the sandbox as a WSGI application around one org; its control is among the extensions."""
    state = org or Org()
    app = Flask("salesforce_sandbox", static_folder=None)
    app.url_map.strict_slashes = False
    _add_logins(app, state)
    _add_rest(app, state)
    _add_control(app, state)
    app.register_error_handler(HTTPException, _unrouted)
    app.extensions["sandbox_control"] = install(app, state=state, lock_answer=_locked)
    return app


def _add_logins(app: Flask, org: Org) -> None:
    @app.post("/services/oauth2/token")
    def token() -> Response:
        call = TokenCall(request.form, request.headers.get("Authorization", ""), request.host)
        with org.lock:
            status, body = answer_token(org, call)
        return _json(status, body)

    @app.get("/services/oauth2/userinfo")
    def user_info() -> Response:
        with org.lock:
            if not _has_session(org):
                # unverified: this endpoint answers 403 and plain text, not the REST API's 401.
                return Response("Bad_OAuth_Token", 403, content_type="text/html;charset=UTF-8")
            return _json(200, _user_info(org))

    @app.post("/services/Soap/u/<version>")
    @app.post("/services/Soap/u/<version>/<path:_rest>")
    def soap_login(version: str, _rest: str = "") -> Response:
        with org.lock:
            status, xml = answer_login(org, version, request.get_data(as_text=True))
        return Response(xml, status, content_type="text/xml; charset=UTF-8")


def _add_rest(app: Flask, org: Org) -> None:
    @app.get("/services/data")
    def version_list() -> Response:
        return _json(200, versions())

    @app.route("/services/data/v<int:version>.0", methods=_METHODS)
    @app.route("/services/data/v<int:version>.0/<path:path>", methods=_METHODS)
    def rest(version: int, path: str = "") -> Response:
        with org.lock:
            reply = _answered(org, lambda: _call(version, path))
            headers = {**COMMON_HEADERS, **reply.headers}
            if reply.status < 500 and reply.status != 401:
                headers["Sforce-Limit-Info"] = f"api-usage={org.api_requests}/{daily_limit(org)}"
        return _json(reply.status, reply.body, headers)


def _answered(org: Org, make_call: Callable[[], Call]) -> Reply:
    too_big = _too_big()
    if too_big is not None:
        return too_big
    try:
        if not _has_session(org):
            raise ApiError("INVALID_SESSION_ID", "Session expired or invalid", status=401)
        if org.api_requests >= daily_limit(org):
            raise ApiError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", status=403)
        org.api_requests += 1
        return route(org, make_call())
    except ApiError as error:
        return refusal(error)
    except RecursionError:  # JSON that nests deeper than anything here can walk
        return refusal(ApiError("JSON_PARSER_ERROR", "The request body is nested too deeply"))


def _call(version: int, path: str) -> Call:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Call(request.method, path.strip("/"), version, request.args.to_dict(), headers, _body())


def _body() -> Json:
    raw = request.get_data()
    if not raw:
        return None
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ApiError("JSON_PARSER_ERROR", f"Unexpected character in the request body: {error}") from error


def _too_big() -> Reply | None:
    """Address and headers together have 16,384 bytes; the bodies of both refusals are unverified."""
    uri = len(str(request.environ.get("REQUEST_URI") or request.full_path))
    if uri > MAX_URI_AND_HEADERS:
        return Reply(414, ApiError("URI_TOO_LONG", "URI Too Long").body())
    headers = sum(len(name) + len(value) for name, value in request.headers.items())
    if uri + headers > MAX_URI_AND_HEADERS:
        return Reply(431, ApiError("HEADERS_TOO_LARGE", "Request Header Fields Too Large").body())
    return None


def _has_session(org: Org) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    is_open = org.sessions.is_open(token, now=org.clock(), life_s=org.settings.token_life_s)
    return scheme in ("Bearer", "OAuth") and is_open


def _user_info(org: Org) -> dict[str, Any]:
    user = org.record("User", USER_ID)
    return {
        "sub": f"{org.instance_url}/id/{org.org_id}/{USER_ID}",
        "user_id": USER_ID,
        "organization_id": org.org_id,
        "preferred_username": user["Username"],
        "nickname": user["Alias"],
        "name": user["Name"],
        "email": user["Email"],
        "email_verified": True,
        "given_name": user["FirstName"],
        "family_name": user["LastName"],
        "zoneinfo": user["TimeZoneSidKey"],
        "active": user["IsActive"],
        "user_type": "STANDARD",
        "urls": {"rest": f"{org.instance_url}/services/data/v{{version}}/"},
        "updated_at": user["SystemModstamp"],
    }


def _add_control(app: Flask, org: Org) -> None:
    def merge(given: dict[str, Any]) -> None:
        org.merge(str(given.get("winner")), str(given.get("loser")))

    def update(given: dict[str, Any]) -> None:
        fields = given.get("fields")
        if not isinstance(fields, dict):
            raise ValueError("fields is an object of field names and values.")
        try:
            org.update(str(given.get("object")), str(given.get("id")), **fields)
        except LookupError as error:
            raise ValueError(str(error)) from error

    def register_certificate(given: dict[str, Any]) -> None:
        pem = str(given.get("certificate"))
        public_key(pem)
        org.register_certificate(str(given.get("consumer_key")), pem)

    def expire_cursors(given: dict[str, Any]) -> None:
        with org.lock:
            org.cursors.expire()

    for name, work in (
        ("merge", merge),
        ("update", update),
        ("custom-fields", org.add_described_field),
        ("certificates", register_certificate),
        ("expire-cursors", expire_cursors),
    ):
        app.add_url_rule(f"/__sandbox__/{name}", f"sandbox_{name}", _controlled(work), methods=["POST"])


def _controlled(work: Callable[[dict[str, Any]], None]) -> Callable[[], tuple[Response, int]]:
    def view() -> tuple[Response, int]:
        given = request.get_json(silent=True) or {}
        try:
            work(given if isinstance(given, dict) else {})
        except ValueError as error:
            return jsonify({"error": str(error)}), 400
        return jsonify({"done": True}), 200

    return view


def _locked() -> Answer:
    """The error for a record another transaction holds; its text is recorded."""
    error = ApiError("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record", fields=())
    return Answer(400, [("Content-Type", JSON_TYPE)], json.dumps(error.body()).encode())


def _unrouted(error: HTTPException) -> Response:
    if request.path.startswith("/services/"):
        refused = not_found()
        return _json(refused.status, refused.body())
    return Response("<html><body>URL No Longer Exists</body></html>", error.code, content_type="text/html")


def _json(status: int, body: Json, headers: dict[str, str] | None = None) -> Response:
    if body is None:
        response = Response(status=status, headers=headers or {})
        del response.headers["Content-Type"]
        return response
    layout: dict[str, Any] = {"separators": (",", ":")}
    if request.headers.get("X-PrettyPrint") == "1":
        layout = {"indent": 2, "separators": (",", " : ")}
    try:
        text = json.dumps(body, ensure_ascii=False, **layout).encode()
    except UnicodeEncodeError:  # a lone surrogate can only go out escaped
        text = json.dumps(body, **layout).encode()
    return Response(text, status, headers=headers or {}, content_type=JSON_TYPE)
