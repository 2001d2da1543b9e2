"""The one HTTP client of this process: through the environment's proxy, trusting its certificates, saying who we are."""

import os
import ssl
import threading
from typing import TYPE_CHECKING

from data_sources.errors import SourceUnavailable

if TYPE_CHECKING:
    import httpx

REDIRECTS = 3
CA_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
PROXY_VARIABLES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")


def user_agent(contact: str = "") -> str:
    """Who asks: the product, and how its operator can be reached where they say so."""
    return f"Faultline/1.0 ({contact})" if contact else "Faultline/1.0"


def client() -> "httpx.Client":
    """The one client of this process; another one after the environment's proxy or certificates changed, or a fork."""
    environment = (os.getpid(), *(os.environ.get(name) for name in (*CA_VARIABLES, *PROXY_VARIABLES)))
    with _OPENING:
        held = _OPEN.get(environment)
        if held is None:
            close()
            held = _OPEN[environment] = _opened()
        return held


def close() -> None:
    """Let go of every connection; the next question opens a new client."""
    while _OPEN:
        _OPEN.popitem()[1].close()


_OPEN: dict[tuple[object, ...], "httpx.Client"] = {}
_OPENING = threading.RLock()


def _opened() -> "httpx.Client":
    import httpx

    named = next((name for name in CA_VARIABLES if os.environ.get(name)), None)
    try:
        context = ssl.create_default_context(cafile=os.environ[named]) if named else ssl.create_default_context()
    except OSError as fault:  # a certificate that cannot be read is one of them
        raise SourceUnavailable(f"The certificates that {named} names cannot be read: {fault.strerror}.", passing=False) from None
    limits = httpx.Limits(max_keepalive_connections=32)
    try:
        return httpx.Client(verify=context, follow_redirects=True, max_redirects=REDIRECTS, limits=limits)
    except (ValueError, ImportError, httpx.InvalidURL):  # what they say may repeat a password
        raise SourceUnavailable("The proxy that the environment names cannot be used: its URL is wrong.", passing=False) from None
