"""SOAP login(), which answers up to API 64 only and can be switched off, as it is in new orgs."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, unescape

from connector.sandbox.salesforce.org import USER_ID, Org

LAST_VERSION = 64
_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns="urn:partner.soap.sforce.com" xmlns:sf="urn:fault.partner.soap.sforce.com" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>{}</soapenv:Body></soapenv:Envelope>'
)


def answer_login(org: Org, version: str, envelope: str) -> tuple[int, str]:
    """Return status and XML; every refusal is a fault with status 500."""
    number = re.match(r"\d+", version)
    if number is None or int(number[0]) > LAST_VERSION:
        return _fault(
            "UNSUPPORTED_API_VERSION",
            f"login() is not supported in API version {version}; the last is {LAST_VERSION}.0",
        )
    if not org.settings.soap_login:
        return _fault("INVALID_OPERATION", "SOAP API login() is disabled by default in this org.")
    password = org.logins.password + org.logins.security_token
    if (_text(envelope, "username"), _text(envelope, "password")) != (org.logins.username, password):
        return _fault(
            "INVALID_LOGIN",
            "Invalid username, password, security token; or user locked out.",
        )
    token = org.sessions.open(org.org_id, now=org.clock())
    server_url = f"{org.instance_url}/services/Soap/u/{number[0]}.0/{org.org_id[:15]}"
    return 200, _ENVELOPE.format(
        "<loginResponse><result>"
        "<metadataServerUrl>{metadata}</metadataServerUrl><passwordExpired>false</passwordExpired>"
        "<sandbox>true</sandbox><serverUrl>{server}</serverUrl><sessionId>{session}</sessionId>"
        "<userId>{user}</userId></result></loginResponse>".format(
            metadata=escape(server_url.replace("/u/", "/m/")),
            server=escape(server_url),
            session=escape(token),
            user=USER_ID,
        )
    )


def _text(envelope: str, name: str) -> str | None:
    """Return the text of an element, read without an XML parser: the input is not to be trusted."""
    found = re.search(rf"<(?:\w+:)?{name}>([^<]*)</(?:\w+:)?{name}>", envelope)
    return None if found is None else unescape(found[1], {"&quot;": '"', "&#x27;": "'"})


def _fault(code: str, message: str) -> tuple[int, str]:
    text = escape(f"{code}: {message}")
    return 500, _ENVELOPE.format(
        f"<soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{text}</faultstring>"
        f'<detail><sf:LoginFault xsi:type="sf:LoginFault"><sf:exceptionCode>{code}</sf:exceptionCode>'
        f"<sf:exceptionMessage>{escape(message)}</sf:exceptionMessage></sf:LoginFault></detail></soapenv:Fault>"
    )
