"""The one door to the wire: every question to a publisher leaves here, and every failure comes back as our own error.

Clients shape the questions (ccxt, yfinance) or adapters do; this carries them. It keeps the deadline of the source that
is asking, waits for the host's turn, retries only where that can help, bounds what it reads and says honestly who asks.
Proxies and certificate authorities come from the environment's standard variables.
"""

import json as words
import random
import re
import socket
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from data_sources.call import Call, asking, current
from data_sources.client import client, user_agent
from data_sources.errors import NothingPublished, PayloadChanged, RateLimited, Refused, SourceUnavailable

__all__ = ["Answer", "asking", "host_of", "json", "text"]

REQUEST_SECONDS = 15.0
"""Longest one request may take, from the first byte sent to the last one read."""
CONNECT_SECONDS = 5.0
LARGEST = 32 * 2**20
"""Bytes, after decompression; the longest series asked for has 3."""
TRIES = 2
PAUSE = 0.5
"""Seconds before the second try, give or take half."""
REFUSALS = {
    451: "may not answer from where this board runs (451)",
    403: "refuses to answer us (403)",
    418: "turns us away, as a ban or a robot check (418)",
}


@dataclass(frozen=True)
class Answer:
    """What came off the wire."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The body as text; a byte order mark is not part of it."""
        return self.body.decode("utf-8-sig", errors="replace")


def json(
    url: str,
    params: Mapping[str, Any] | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    judge: Callable[[Any, str], None] | None = None,
) -> Any:
    """Ask for JSON.

    Parameters
    ----------
    url : str
    params : mapping, optional
        Query; never a secret, those go into ``headers``.
    headers : mapping, optional
    judge : callable, optional
        Looks at the decoded answer and its text, and raises the SourceError that a publisher hides in a 200.

    Raises
    ------
    SourceUnavailable
        No answer in time, a broken one, a web page instead of data; RateLimited and Refused say which kind.
    NothingPublished
        404, or an empty body.
    PayloadChanged
        Another refusal of the question, or an answer of unbelievable size.
    """
    asked: Any = _asked(url, params, headers, lambda answer: _decoded(answer, judge))
    return asked


def text(url: str, params: Mapping[str, Any] | None = None, *, headers: Mapping[str, str] | None = None, html: bool = False) -> str:
    """Ask for text such as CSV; raises as ``json`` does. With ``html`` a web page is what is wanted."""
    answer: str = _asked(url, params, headers, lambda answer: _written(answer, html))
    return answer


def host_of(url: str) -> str:
    """The host that a URL asks."""
    return urlsplit(url).hostname or ""


def _asked(url: str, params: Mapping[str, Any] | None, headers: Mapping[str, str] | None, read: Callable[[Answer], Any]) -> Any:
    """Ask, at most twice, and read the answer; the gate hears of every outcome."""
    call = current()
    host = host_of(url)
    for attempt in range(1, TRIES + 1):
        wait = call.gate.admit(host)
        if wait >= call.left:
            raise SourceUnavailable(f"{host} had no turn left for us within the deadline.")
        time.sleep(wait)
        try:
            call.requests += 1
            result = read(_sent(call, url, params, headers))
        except (NothingPublished, PayloadChanged):
            call.gate.answered(host)
            raise
        except SourceUnavailable as fault:
            call.gate.failed(host, fault)
            pause = _pause(fault)
            if attempt == TRIES or pause is None or pause >= call.left:
                raise
            time.sleep(pause)
        else:
            call.gate.answered(host)
            return result
    raise AssertionError("the last try either returns or raises")


def _pause(fault: SourceUnavailable) -> float | None:
    """Seconds after which asking again can help; None where it cannot."""
    if isinstance(fault, Refused) or not fault.passing:
        return None
    if isinstance(fault, RateLimited):
        return None if fault.retry_after is None else fault.retry_after + random.uniform(0, PAUSE)
    return PAUSE * random.uniform(0.5, 1.5)


def _sent(call: Call, url: str, params: Mapping[str, Any] | None, headers: Mapping[str, str] | None) -> Answer:
    """Send one request and read its answer against the clock; a host that trickles bytes does not outlast it."""
    import httpx

    host = host_of(url)
    seconds = min(REQUEST_SECONDS, call.left)
    if seconds <= 0:
        raise SourceUnavailable(f"{host} was not asked: the deadline had passed.")
    until = time.monotonic() + seconds
    told = {"User-Agent": user_agent(call.contact), "Accept": "*/*", "Accept-Encoding": "gzip"}
    told |= dict(headers or {}) | dict(call.keys.get(host, {}))
    limits = httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
    try:
        # a host that knows a secret may not send us, and it, elsewhere
        follow = host not in call.keys
        with client().stream("GET", url, params=params, headers=told, timeout=limits, follow_redirects=follow) as response:
            raw = bytearray()
            for piece in response.iter_raw():  # decoded pieces would hide a trickle that never fills a block
                raw += piece
                if len(raw) > LARGEST:
                    raise PayloadChanged(f"{host} sent more than {LARGEST // 2**20} MB, which no answer of its should have.")
                if time.monotonic() > until:
                    raise SourceUnavailable(f"{host} did not finish its answer within {seconds:.0f} s.", passing=False)
            body = _unpacked(bytes(raw), response.headers.get("content-encoding", "identity"), host)
            return Answer(url, response.status_code, response.headers, body)
    except httpx.TimeoutException:
        raise SourceUnavailable(f"{host} did not answer within {seconds:.0f} s.", passing=False) from None
    except httpx.TooManyRedirects:
        raise SourceUnavailable(f"{host} sends us in circles.", passing=False) from None
    except (httpx.TransportError, httpx.InvalidURL) as fault:
        if _nameless(fault):
            raise SourceUnavailable(f"{host} cannot be found: is there a network?", passing=False) from None
        raise SourceUnavailable(f"{host} broke off: {_plain(fault)}.") from None


def _unpacked(raw: bytes, encoding: str, host: str) -> bytes:
    """Undo the one compression that we ask for, to a bounded size."""
    if encoding in ("identity", "") or not raw:
        return raw
    body, packed = bytearray(), raw
    while packed:  # an answer may be packed in several parts
        unpacker = zlib.decompressobj(wbits=47)  # gzip or zlib, whichever the header says
        try:
            body += unpacker.decompress(packed, LARGEST + 1 - len(body))
        except zlib.error:
            raise SourceUnavailable(f"{host} answered in an encoding that cannot be read.") from None
        if len(body) > LARGEST:
            raise PayloadChanged(f"{host} sent more than {LARGEST // 2**20} MB, which no answer of its should have.")
        if not unpacker.eof:
            raise SourceUnavailable(f"{host} broke off in the middle of its answer.")
        packed = unpacker.unused_data
    return bytes(body)


def _nameless(fault: BaseException | None) -> bool:
    """Whether a name could not be looked up, at the bottom of what a client says."""
    while fault is not None and not isinstance(fault, socket.gaierror):
        fault = fault.__cause__ or fault.__context__
    return fault is not None


def _plain(fault: Exception) -> str:
    """Say what a client says without repeating a URL, which a company's proxy may put a password into."""
    said = re.sub(r"^\[Errno -?\d+\] ", "", " ".join(str(fault).split())).rstrip(".")
    return type(fault).__name__ if not said or "://" in said or "@" in said else said[:120]


def _checked(answer: Answer) -> Answer:
    """Turn a status into its error."""
    host, status = host_of(answer.url), answer.status
    if status in REFUSALS:
        raise Refused(f"{host} {REFUSALS[status]}.", retry_after=_retry_after(answer))
    if status == 429:
        raise RateLimited(f"{host} asks us to slow down (429).", retry_after=_retry_after(answer))
    if status >= 500:
        raise SourceUnavailable(f"{host} reports trouble of its own ({status}).")
    if status == 404:
        raise NothingPublished(f"{host} has nothing at {urlsplit(answer.url).path} (404).")
    if status >= 300:
        raise PayloadChanged(f"{host} does not understand the question ({status}).")
    if not answer.body.strip():
        raise NothingPublished(f"{host} answered with nothing at all.")
    return answer


def _retry_after(answer: Answer) -> float | None:
    """Seconds that a host asks us to wait, whether it names them or a date."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said)
    try:
        moment = pd.Timestamp(parsedate_to_datetime(said))
    except ValueError:
        return None
    zoned = moment.tz_localize("UTC") if moment.tzinfo is None else moment
    return max((zoned - pd.Timestamp.now("UTC")).total_seconds(), 0.0)


def _decoded(answer: Answer, judge: Callable[[Any, str], None] | None) -> Any:
    host = host_of(answer.url)
    if judge is not None and 400 <= answer.status < 500 and answer.status not in (*REFUSALS, 429):
        _explained(answer, judge)
    _checked(answer)
    if answer.text.lstrip()[:1] == "<":
        raise SourceUnavailable(f"{host} answered with a web page instead of data.", passing=False)
    try:
        # NaN is no JSON, but some publishers write it: a gap
        payload = words.loads(answer.text, parse_constant=lambda _: None)
    except ValueError:
        raise SourceUnavailable(f"{host} answered with broken data: not JSON, or cut off.") from None
    if judge is not None:
        judge(payload, answer.text)
    return payload


def _explained(answer: Answer, judge: Callable[[Any, str], None]) -> None:
    """Let a publisher's own words in a 4xx say what is wrong, where they are words that its client knows."""
    try:
        payload = words.loads(answer.text)
    except ValueError:
        return
    judge(payload, answer.text)


def _written(answer: Answer, html: bool) -> str:
    _checked(answer)
    if not html and answer.text.lstrip()[:1] == "<":
        raise SourceUnavailable(f"{host_of(answer.url)} answered with a web page instead of data.", passing=False)
    return answer.text
