"""A certificate nobody vouches for: the call ends before a token is sent."""

from __future__ import annotations

import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
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
from connector.errors import ConfigError, ConnectorError, RemoteUnavailable
from tests.clients.conftest import Pauses

HOST = "rest.zuora.com"


def certificate(folder: Path, *, host: str = HOST, days_left: int = 1) -> Path:
    """A self-signed certificate, by default valid and for the right host name, with its key, as one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=3))
        .not_valid_after(now + timedelta(days=days_left))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
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


@contextmanager
def impersonated(
    monkeypatch: pytest.MonkeyPatch, certified: Path, *, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
) -> Iterator[list[bytes]]:
    """A server that stands where Zuora's address should be; gives what it could read of a request."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certified)
    if newest < ssl.TLSVersion.TLSv1_2:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            context.minimum_version = context.maximum_version = newest
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


@pytest.fixture
def impostor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    with impersonated(monkeypatch, certificate(tmp_path)) as received:
        yield received


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


def _call_trusting(
    monkeypatch: pytest.MonkeyPatch, pauses: Pauses, certified: Path, newest: ssl.TLSVersion
) -> tuple[list[bytes], ConnectorError | None]:
    """What arrived, and how the call failed, where the authority behind the certificate is trusted."""
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certified))
    failure: ConnectorError | None = None
    with (
        impersonated(monkeypatch, certified, newest=newest) as received,
        RemoteSession("Zuora", Network(retries=0), sleep=pauses) as session,
    ):
        try:
            session.get(f"https://{HOST}/v1/accounts", headers={"Authorization": "Bearer t0p-s3cret"})
        except ConnectorError as error:
            failure = error
    return received, failure


def test_a_trusted_certificate_for_the_host_is_taken(
    monkeypatch: pytest.MonkeyPatch, pauses: Pauses, tmp_path: Path
) -> None:
    received, _ = _call_trusting(monkeypatch, pauses, certificate(tmp_path), ssl.TLSVersion.TLSv1_3)
    assert b"t0p-s3cret" in received[0]


@pytest.mark.parametrize(("host", "days_left"), [(HOST, -1), ("rest.zuora.com.evil.example", 1)])
def test_an_expired_certificate_or_one_of_another_host_is_refused(
    monkeypatch: pytest.MonkeyPatch, pauses: Pauses, tmp_path: Path, host: str, days_left: int
) -> None:
    certified = certificate(tmp_path, host=host, days_left=days_left)
    received, failure = _call_trusting(monkeypatch, pauses, certified, ssl.TLSVersion.TLSv1_3)
    assert received == []
    assert isinstance(failure, ConfigError)
    assert "certificate its host showed is not valid" in failure.message


def test_a_peer_of_an_old_tls_gets_no_token_and_no_downgrade(
    monkeypatch: pytest.MonkeyPatch, pauses: Pauses, tmp_path: Path
) -> None:
    received, failure = _call_trusting(monkeypatch, pauses, certificate(tmp_path), ssl.TLSVersion.TLSv1_1)
    assert received == []
    assert isinstance(failure, RemoteUnavailable)
    assert failure.outcome_unknown is False
