"""Publishers of our own on the loopback interface: an HTTPS proxy that answers in their place, honestly or not.

Whoever asks through it needs nothing but the environment's standard variables; nothing leaves the machine.
"""

import socket
import socketserver
import struct
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.certificates import authority

Reply = tuple[int, Mapping[str, str], bytes]
Answer = Callable[[str, dict[str, str]], bytes | Reply]
MAINTENANCE = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>We will be back soon</h1></body></html>"
MODES = ("latency", "hang", "reset", "drip", "status", "truncated", "empty", "html", "body")
ANYTHING = "*"


class Call(NamedTuple):
    """One question as it arrived; ``time`` is that of ``time.monotonic``."""

    time: float
    host: str
    path: str
    query: dict[str, str]


@dataclass
class Fault:
    """What goes wrong at a host.

    Parameters
    ----------
    mode : str
        One of MODES.
    times : int, optional
        How many questions it meets; all without it.
    path : str
        Part of the path that it is limited to.
    seconds : float
        How long a latency is.
    pause : float
        Seconds between two bytes of a drip.
    code, retry_after, page
        The status, what its Retry-After says, and its body.
    damage : callable, optional
        The honest body to the damaged one.
    """

    mode: str
    times: int | None = None
    path: str = ""
    seconds: float = 1.0
    pause: float = 0.2
    code: int = 503
    retry_after: float | str | None = None
    page: bytes = MAINTENANCE
    damage: Callable[[bytes], bytes] | None = None

    def __post_init__(self) -> None:
        if self.mode not in MODES or (self.mode == "body") != (self.damage is not None):
            raise ValueError(f"{self.mode} is no fault, or damage is given to another one than body, or to none.")

    def spoiled(self, reply: Reply) -> Reply:
        """Make of an honest answer what this fault leaves of it."""
        status, headers, body = reply
        if self.mode == "status":
            wait = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
            return self.code, wait, self.page
        if self.mode == "truncated":
            return status, headers, body[: len(body) * 2 // 3]
        if self.mode == "empty":
            return status, headers, b""
        if self.mode == "html":
            return 200, {}, MAINTENANCE
        if self.mode == "body" and self.damage is not None:
            return status, headers, self.damage(body)
        return reply


OF_THE_TEST = (AssertionError, LookupError, TypeError, ValueError, ArithmeticError, RuntimeError, OSError)


class Loopback:
    """A proxy on 127.0.0.1 that answers for hosts; a host without an answer gets 502.

    Parameters
    ----------
    folder : Path
        Where its certificates are; those who share a folder share one throw-away authority.
    """

    def __init__(self, folder: Path) -> None:
        self.authority = authority(folder)
        self.closing = threading.Event()
        self.failed: list[Exception] = []
        self._calls: list[Call] = []
        self._answers: dict[str, Answer] = {}
        self._faults: list[tuple[str, Fault]] = []
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="loopback")
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
        if fault is None and self.failed:
            raise self.failed[0]

    def close(self) -> None:
        """End every connection, the hanging ones too, and wait for their threads."""
        self.closing.set()
        self._server.shutdown()
        with self._lock:
            for connection in self._open:
                _shut(connection)
        self._server.server_close()
        self._thread.join()

    def answer(self, host: str, function: Answer) -> None:
        """Answer for a host: path (decoded) and query to a body, or to status, headers and body."""
        with self._lock:
            self._answers[host] = function

    def fault(self, host: str, mode: str, **options: Any) -> None:
        """Let something go wrong at a host from the next question on, in place of what went wrong at it before.

        Parameters
        ----------
        host : str
            A name, or a pattern such as ``*.yahoo.com``.
        mode, **options
            As Fault has them.
        """
        fault = Fault(mode, **options)
        with self._lock:
            self._faults = [(fault_at, other) for fault_at, other in self._faults if (fault_at, other.path) != (host, fault.path)]
            self._faults.append((host, fault))

    def heal(self, host: str = ANYTHING) -> None:
        """Let nothing go wrong any more; what hangs already keeps hanging until the end."""
        with self._lock:
            self._faults = [(pattern, fault) for pattern, fault in self._faults if not fnmatchcase(pattern, host)]

    @property
    def calls(self) -> list[Call]:
        """What was asked so far, in order."""
        with self._lock:
            return list(self._calls)

    def environment(self) -> dict[str, str]:
        """Variables that send any client through here and let it trust the authority."""
        proxy = f"http://127.0.0.1:{self._server.server_address[1]}"
        proxies = {name: proxy for word in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY") for name in (word, word.lower())}
        certificates = dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"), str(self.authority.certificate))
        return proxies | certificates | {"NO_PROXY": "", "no_proxy": ""}

    def asked(self, host: str, path: str, query: dict[str, str]) -> tuple[Reply, Fault | None]:
        """Note a question and find its honest answer, and what goes wrong with it."""
        with self._lock:
            self._calls.append(Call(time.monotonic(), host, path, query))
            function, fault = self._answers.get(host), self._fault(host, path)
        if function is None:
            return (502, {}, f"nobody answers for {host} here".encode()), fault
        try:
            answered = function(path, query)
        except OF_THE_TEST as failure:  # told at the end
            self.failed.append(failure)
            return (500, {}, f"the test's answer failed: {failure!r}".encode()), fault
        return ((200, {}, answered) if isinstance(answered, bytes) else answered), fault

    def _fault(self, host: str, path: str) -> Fault | None:
        """Find the latest fault that meets a question, and count it."""
        for pattern, fault in reversed(self._faults):
            if fnmatchcase(host, pattern) and fault.path in path and fault.times != 0:
                fault.times = None if fault.times is None else fault.times - 1
                return fault
        return None

    def opened(self, connection: socket.socket) -> None:
        """Remember a connection, to end it at the end."""
        with self._lock:
            self._open.add(connection)
            if self.closing.is_set():
                _shut(connection)

    def left(self, connection: socket.socket) -> None:
        """Forget a connection that is about to be closed."""
        with self._lock:
            self._open.discard(connection)


def _shut(connection: socket.socket) -> None:
    """Wake whoever waits for a connection; the plain shutdown leaves TLS to the thread that reads it."""
    try:
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    except OSError:  # the other side was faster
        return


class _Server(socketserver.ThreadingTCPServer):
    request_queue_size = 128
    daemon_threads = False  # so that closing waits for them

    def __init__(self, loopback: Loopback) -> None:
        self.loopback = loopback
        super().__init__(("127.0.0.1", 0), _Connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):  # clients may leave when they like
            super().handle_error(request, client_address)


class _Connection(BaseHTTPRequestHandler):
    """One connection of a client: CONNECT and TLS, then questions until either side has enough."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server
    host = ""

    def setup(self) -> None:
        super().setup()
        self.server.loopback.opened(self.connection)

    def finish(self) -> None:
        self.server.loopback.left(self.connection)
        super().finish()
        self.connection.close()

    def do_CONNECT(self) -> None:
        self.host = self.path.rpartition(":")[0].lower()
        context = self.server.loopback.authority.context(self.host)
        self.connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.server.loopback.left(self.connection)
        self.rfile.close()
        plain = self.connection
        # the handshake comes later, when the end can already reach this connection
        self.connection = context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        self.server.loopback.opened(self.connection)
        self.connection.do_handshake()
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")
        self.close_connection = False

    def do_GET(self) -> None:
        parts, loopback = urlsplit(self.path), self.server.loopback
        host = self.host or parts.hostname or ""
        reply, fault = loopback.asked(host, unquote(parts.path), dict(parse_qsl(parts.query, keep_blank_values=True)))
        mode = fault.mode if fault else ""
        if fault is None or mode not in ("hang", "reset", "drip", "latency"):
            self._send(fault.spoiled(reply) if fault else reply)
        elif mode == "hang":
            loopback.closing.wait()
            self.close_connection = True
        elif mode == "reset":
            self._reset()
        elif mode == "drip":
            self._send(reply, fault.pause)
        elif not loopback.closing.wait(fault.seconds):
            self._send(reply)

    def _send(self, reply: Reply, pause: float = 0.0) -> None:
        status, headers, body = reply
        kind = "text/html" if body[:1] == b"<" else "application/json" if body[:1] in (b"{", b"[") else "text/plain"
        written = {"Content-Type": kind, "Content-Length": str(len(body))} | dict(headers)
        known = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Unknown"
        head = f"HTTP/1.1 {status} {known}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in written.items()) + "\r\n"
        if not pause:
            self.connection.sendall(head.encode() + body)
            return
        self.connection.sendall(head.encode())
        for byte in body:
            if self.server.loopback.closing.wait(pause):
                return
            self.connection.sendall(bytes([byte]))

    def _reset(self) -> None:
        """Break off without a word."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing; what was asked is in ``calls``."""
