"""/v1/describe"""

from __future__ import annotations

from xml.sax.saxutils import escape

from flask import Blueprint, Response

from connector.sandbox.zuora.describe import describe
from connector.sandbox.zuora.errors import Refused
from connector.sandbox.zuora.wire import tenant

blueprint = Blueprint("descriptions", __name__, url_prefix="/v1/describe")
XML_TYPE = "text/xml; charset=utf-8"


@blueprint.get("/<name>")
def read(name: str) -> Response:
    try:
        with tenant().reading():
            return Response(describe(name, settings=tenant().settings), content_type=XML_TYPE)
    except Refused as refusal:  # this one is answered in XML as well
        text = escape(refusal.reasons[0].message)
        body = f'<?xml version="1.0" encoding="UTF-8"?><error>{text}</error>'
        return Response(body, status=404, content_type=XML_TYPE)
