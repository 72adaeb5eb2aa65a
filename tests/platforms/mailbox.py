"""A mail company on the loopback: IMAP and SMTP over TLS, and in the clear with STARTTLS. Each step can be spoilt."""

from __future__ import annotations

import base64
import os
import re
import socket
import ssl
import struct
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import ClassVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


@dataclass
class Mail:
    uid: int
    raw: bytes
    at: datetime
    seen: bool = False


@dataclass
class Folder:
    validity: int = 7
    uidnext: int = 1
    flags: str = ""
    mails: list[Mail] = field(default_factory=list)

    def put(self, raw: bytes, at: datetime) -> Mail:
        self.mails.append(Mail(self.uidnext, raw, at))
        self.uidnext += 1
        return self.mails[-1]


class Company:
    """`spoilt`: step -> what happens there in place of the answer: "hang", "cut", "endless" or "drip", else the
    server's own line (without the command's tag where it begins with "*"). The steps are the commands, "greeting",
    and "content" for the end of a mail handed over. `taken`: (envelope sender, recipient, mail)."""

    def __init__(self) -> None:
        self.user, self.password = "shop@example.com", "abcd-efgh-ijkl-mnop"
        self.folders = {"INBOX": Folder(), '"Sent Mail"': Folder(flags="\\Sent")}
        self.spoilt: dict[str, str] = {}
        self.taken: list[tuple[str, str, bytes]] = []
        self.said: list[str] = []
        self.null_sender = True
        self.tells_uidnext = True

    @property
    def inbox(self) -> Folder:
        return self.folders["INBOX"]

    @property
    def outbox(self) -> Folder:
        return self.folders['"Sent Mail"']

    def take(self, sender: str, to: str, raw: bytes) -> None:
        self.taken.append((sender, to, raw))


@dataclass
class Servers:
    """`played` is who answers now. Ports: IMAP and SMTP with TLS, and with STARTTLS."""

    played: Company
    imap: int = 0
    smtp: int = 0
    imap_clear: int = 0
    smtp_clear: int = 0


@cache
def servers() -> Servers:
    """Started once for all tests of a process."""
    certificate()  # made before any thread asks for it
    found = Servers(Company())
    found.imap, found.smtp = _serve(found, _Imap, True), _serve(found, _Smtp, True)
    found.imap_clear, found.smtp_clear = _serve(found, _Imap, False), _serve(found, _Smtp, False)
    return found


def _serve(found: Servers, handler: type[_Handler], secure: bool) -> int:
    handler = type(handler.__name__, (handler,), {"servers": found, "secure": secure})
    server = ThreadingTCPServer((HOST, 0), handler, bind_and_activate=True)
    server.daemon_threads = True
    # A client that does not trust the certificate, or goes in the middle, is nothing to tell of.
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return int(server.server_address[1])


class Gone(Exception):
    """The line is dead: nothing more to say."""


class _Handler(StreamRequestHandler):
    servers: ClassVar[Servers]
    secure: ClassVar[bool]
    dripped = "* OK "
    disable_nagle_algorithm = True

    def setup(self) -> None:
        self.company = self.servers.played
        self.in_tls = self.secure
        if self.secure:
            self.request = certificate().wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        with suppress(Gone, OSError):
            self.talk()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.connection.close()

    def talk(self) -> None:
        raise NotImplementedError

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def hear(self) -> str:
        line = self.rfile.readline()
        if not line:
            raise Gone
        self.company.said.append(line.decode("latin-1").rstrip("\r\n"))
        return self.company.said[-1]

    def spoil(self, step: str, tag: str = "") -> bool:
        """Whether something else was said in place of the answer."""
        how = self.company.spoilt.get(step, "")
        if how == "hang":
            self.rfile.read(1)  # until the client goes
            raise Gone
        if how == "cut":
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.request.detach())
            raise Gone
        while how == "endless":
            self.wfile.write(self.dripped.encode() * 2000 + b"\r\n")
        while how == "drip":
            self.wfile.write(b"*")
            self.connection.settimeout(0.02)
            try:
                self.rfile.read(1)
            except TimeoutError:
                self.rfile = self.connection.makefile("rb")
        if how:
            self.say(how if how.startswith("*") else f"{tag} {how}".strip())
        return bool(how)

    def start_tls(self) -> None:
        self.request = self.connection = certificate().wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)
        self.in_tls = True


class _Imap(_Handler):
    """RFC 3501, as much of it as a reader of mails uses."""

    def talk(self) -> None:
        if not self.spoil("greeting", "*"):
            self.say("* OK ready")
        self.folder = Folder()
        while True:
            tag, command, rest = (*self.hear().split(" ", 2), "")[:3]
            command = command.upper()
            if command == "UID":
                command, _, rest = rest.partition(" ")
            if not self.spoil(command.upper(), tag):
                getattr(self, f"do_{command.lower()}", self.unknown)(tag, rest)

    def unknown(self, tag: str, rest: str) -> None:
        self.say(f"{tag} BAD unknown command")

    def do_capability(self, tag: str, rest: str) -> None:
        self.say("* CAPABILITY IMAP4rev1 " + ("AUTH=PLAIN" if self.in_tls else "STARTTLS LOGINDISABLED"))
        self.say(f"{tag} OK done")

    def do_noop(self, tag: str, rest: str) -> None:
        self.say(f"{tag} OK done")

    def do_starttls(self, tag: str, rest: str) -> None:
        self.say(f"{tag} OK begin")
        self.start_tls()

    def do_login(self, tag: str, rest: str) -> None:
        user, password = (re.sub(r"\\(.)", r"\1", each.strip('"')) for each in rest.split(" ", 1))
        right = self.in_tls and (user, password) == (self.company.user, self.company.password)
        self.say(f"{tag} OK in" if right else f"{tag} NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)")

    def do_list(self, tag: str, rest: str) -> None:
        for name, folder in self.company.folders.items():
            self.say(f'* LIST (\\HasNoChildren{" " + folder.flags if folder.flags else ""}) "/" {name}')
        self.say(f"{tag} OK done")

    def do_examine(self, tag: str, rest: str) -> None:
        found = self.company.folders.get(rest)
        if found is None:
            return self.say(f"{tag} NO no such folder")
        self.folder = found
        self.say(f"* {len(found.mails)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {found.validity}] valid")
        if self.company.tells_uidnext:
            self.say(f"* OK [UIDNEXT {found.uidnext}] next")
        self.say(f"{tag} OK [READ-ONLY] open")

    def do_search(self, tag: str, rest: str) -> None:
        mails = self.folder.mails
        if first := re.fullmatch(r"UID (\d+):\*", rest):
            # "9:*" where 6 is the last one is 6.
            least = min(int(first[1]), mails[-1].uid if mails else 0)
            found = [mail.uid for mail in mails if mail.uid >= least]
        elif since := re.fullmatch(r"SINCE (\d+-\w+-\d+)", rest):
            day = datetime.strptime(since[1], "%d-%b-%Y").replace(tzinfo=UTC)
            found = [mail.uid for mail in mails if mail.at >= day]
        elif rest == "UID *":
            found = [mail.uid for mail in mails[-1:]]
        else:
            return self.unknown(tag, rest)
        self.say(" ".join(["* SEARCH", *map(str, found)]))
        self.say(f"{tag} OK done")

    def do_fetch(self, tag: str, rest: str) -> None:
        wanted, items = rest.split(" ", 1)
        for number, mail in enumerate(self.folder.mails, start=1):
            if str(mail.uid) not in wanted.split(","):
                continue
            if items == "(UID INTERNALDATE)":
                at = mail.at.astimezone(UTC).strftime("%d-%b-%Y %H:%M:%S +0000")
                self.say(f'* {number} FETCH (UID {mail.uid} INTERNALDATE "{at}")')
                continue
            part = re.fullmatch(r"\(BODY(\.PEEK)?\[\]<0\.(\d+)>\)", items)
            if part is None:
                return self.unknown(tag, rest)
            mail.seen = mail.seen or not part[1]
            raw = mail.raw[: int(part[2])]
            self.wfile.write(f"* {number} FETCH (UID {mail.uid} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
        self.say(f"{tag} OK done")

    def do_logout(self, tag: str, rest: str) -> None:
        self.say("* BYE")
        self.say(f"{tag} OK bye")
        raise Gone


class _Smtp(_Handler):
    """RFC 5321 with AUTH PLAIN."""

    dripped = "250-yes "

    def talk(self) -> None:
        if not self.spoil("greeting"):
            self.say("220 mx.example.com ESMTP")
        self.sender = self.to = ""
        while True:
            line = self.hear()
            command, _, rest = line.partition(" ")
            if not self.spoil(command.upper()):
                getattr(self, f"do_{command.lower()}", self.unknown)(rest)

    def unknown(self, rest: str) -> None:
        self.say("500 5.5.1 unknown command")

    def do_ehlo(self, rest: str) -> None:
        self.say("250-mx.example.com")
        self.say("250 AUTH PLAIN LOGIN" if self.in_tls else "250 STARTTLS")

    def do_starttls(self, rest: str) -> None:
        self.say("220 2.0.0 begin")
        self.start_tls()

    def do_auth(self, rest: str) -> None:
        given = base64.b64decode(rest.partition(" ")[2]).decode()
        right = given == f"\0{self.company.user}\0{self.company.password}"
        self.say("235 2.7.0 in" if right else "535 5.7.8 Username and Password not accepted")

    def do_mail(self, rest: str) -> None:
        self.sender = rest[rest.index("<") + 1 : rest.index(">")]
        refused = not self.sender and not self.company.null_sender
        self.say("553 5.1.7 the sender must be your own address" if refused else "250 2.1.0 ok")

    def do_rcpt(self, rest: str) -> None:
        self.to = rest[rest.index("<") + 1 : rest.index(">")]
        self.say("250 2.1.5 ok")

    def do_data(self, rest: str) -> None:
        self.say("354 go on")
        lines = list(iter(self.rfile.readline, b".\r\n"))
        if not lines or lines[-1] == b"":
            raise Gone
        raw = b"".join(line[1:] if line.startswith(b".") else line for line in lines)
        how = self.company.spoilt.get("content", "")
        if not how or how in ("hang", "cut", "endless"):
            self.company.take(self.sender, self.to, raw)
        if not self.spoil("content"):
            self.say("250 2.0.0 queued")

    def do_rset(self, rest: str) -> None:
        self.say("250 2.0.0 ok")

    def do_quit(self, rest: str) -> None:
        self.say("221 2.0.0 bye")
        raise Gone


@cache
def certificate() -> ssl.SSLContext:
    """A server that proves to be 127.0.0.1 to whoever trusts `trusted`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "server.pem"
        path.write_bytes(b"".join(_pem()))
        context.load_cert_chain(path)
    return context


def trusted() -> ssl.SSLContext:
    return ssl.create_default_context(cadata=_pem()[1].decode())


@cache
def _pem() -> tuple[bytes, bytes]:
    """A key, and a certificate that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail of the tests")])
    start = datetime.now(UTC) - timedelta(days=1)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private, built.public_bytes(serialization.Encoding.PEM)
