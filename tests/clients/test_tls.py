"""A certificate nobody vouches for: the call ends before a token is sent."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connector.clients.credentials import Network
from connector.clients.http import RemoteSession
from connector.errors import ConfigError, RemoteUnavailable
from tests.clients.conftest import Pauses

HOST = "rest.zuora.com"


def certificate(folder: Path) -> Path:
    """A self-signed certificate for the right host name, with its key, as one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def impostor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """A server that stands where Zuora's address should be; gives what it could read of a request."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    received: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def connect(*_: object) -> socket.socket:
        made = socket.socket()  # socket.create_connection would ask the name server below
        made.connect(listener.getsockname())
        return made

    def serve() -> None:
        raw, _ = listener.accept()
        with raw:
            try:
                with context.wrap_socket(raw, server_side=True) as spoken:
                    received.append(spoken.recv(1024))
            except OSError:
                return

    def resolve(*_: object, **__: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield received
    thread.join(5)
    listener.close()


def test_an_unknown_certificate_is_the_operators_matter_and_nothing_is_sent(
    impostor: list[bytes], pauses: Pauses
) -> None:
    with (
        RemoteSession("Zuora", Network(), sleep=pauses) as session,
        pytest.raises(ConfigError, match="certificate"),
    ):
        session.get(f"https://{HOST}/v1/accounts", headers={"Authorization": "Bearer t0p-s3cret"})
    assert impostor == []
    assert pauses.taken == []


def test_a_peer_that_speaks_no_tls_is_not_taken_for_a_bad_certificate(
    monkeypatch: pytest.MonkeyPatch, pauses: Pauses
) -> None:
    near, far = socket.socketpair()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("8.8.8.8", 443))])
    monkeypatch.setattr("urllib3.util.connection.create_connection", lambda *_: near)
    with far, RemoteSession("Zuora", Network(retries=0), sleep=pauses) as session:
        far.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with pytest.raises(RemoteUnavailable, match="connection broke"):
            session.get(f"https://{HOST}/v1/accounts")
