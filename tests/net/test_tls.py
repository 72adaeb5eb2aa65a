"""Over TLS the certificate must be for the very name that was asked for, and it is judged before a byte is sent."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from autoresponder.net import wire
from autoresponder.net.client import Answer, Client, NotSent
from tests.net.raw import Line, Server, answering, serving, whole

HOST = "shop.example.com"


def certificate(folder: Path, name: str, *, days: int = 1) -> Path:
    """A certificate for this name that vouches for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=10))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"{name}-{days}.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    """Every name leads to this machine, which may be reached."""
    here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: here)
    return Client(allowed=["127.0.0.0/8"])


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = certificate(tmp_path, HOST)
    context = ssl.create_default_context(cafile=path)
    monkeypatch.setattr(wire, "trust", lambda: context)
    return path


def speaking(path: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@pytest.fixture
def server(trusted: Path) -> Iterator[Server]:
    with serving(answering(whole()), context=speaking(trusted)) as running:
        yield running


def ask(client: Client, server: Server, host: str = HOST, **more: float) -> Answer:
    return client.request("POST", f"https://{host}:{server.port}/", json={"secret": "x"}, **more)


def refused(client: Client, server: Server, host: str = HOST, **more: float) -> str:
    with pytest.raises(NotSent) as error:
        ask(client, server, host, **more)
    assert server.requests == [] and error.value.__context__ is None
    return error.value.code


def test_the_pinned_machine_is_asked_under_the_name_that_was_given(client: Client, server: Server) -> None:
    assert ask(client, server).ok and ask(client, server).ok and ask(client, server, f"{HOST}.").ok
    assert f"Host: {HOST}:{server.port}".encode() in server.requests[0]
    assert server.connections == 2, "kept open"


def test_a_large_body_arrives_whole(client: Client, server: Server) -> None:
    body = bytes(range(256)) * 8_000
    assert client.request("POST", f"https://{HOST}:{server.port}/", body=body).ok
    assert server.requests[0].endswith(body)


def test_a_certificate_for_another_name_is_refused(client: Client, server: Server) -> None:
    assert refused(client, server, "other.example.com") == "unreachable"


def test_a_certificate_that_nobody_vouches_for_is_refused(client: Client, tmp_path: Path) -> None:
    with serving(answering(whole()), context=speaking(certificate(tmp_path, HOST))) as server:
        assert refused(client, server) == "unreachable"


def test_a_certificate_that_has_run_out_is_refused(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = certificate(tmp_path, HOST, days=-1)
    context = ssl.create_default_context(cafile=old)
    monkeypatch.setattr(wire, "trust", lambda: context)
    with serving(answering(whole()), context=speaking(old)) as server:
        assert refused(client, server) == "unreachable"


def test_what_the_product_trusts() -> None:
    context = wire.trust()
    assert context.verify_mode == ssl.CERT_REQUIRED and context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.cert_store_stats()["x509_ca"] > 50


def test_a_server_without_tls_gets_no_request(client: Client, trusted: Path) -> None:
    def plain(line: Line) -> None:
        line.sock.recv(65536)
        line.say(whole("400 Bad Request"))

    with serving(plain) as server:
        assert refused(client, server) == "unreachable"


def test_a_greeting_without_end_is_given_up(client: Client, trusted: Path) -> None:
    def drip(line: Line) -> None:
        line.say(b"\x16\x03\x03\x40\x00")
        line.drip("\x02")

    with serving(drip) as server:
        started = time.monotonic()
        assert refused(client, server, seconds=0.3) == "too_slow"
        assert time.monotonic() - started < 4
