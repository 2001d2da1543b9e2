"""Exchanges through ccxt: it shapes the question and knows each venue's own error messages; the wire carries both."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from data_sources import wire
from data_sources.errors import NothingPublished, PayloadChanged, RateLimited, Refused, SourceUnavailable

UNLISTED = re.compile("unknown asset|invalid symbol|invalid product", re.IGNORECASE)
"""What venues say of a coin that they do not list, where ccxt has no error of its own for it."""


def exchange(name: str, *, urls: tuple[tuple[str, str], ...] = ()) -> Any:
    """Open a venue's public interface.

    Parameters
    ----------
    name : str
        ccxt's name of the exchange.
    urls : tuple of (ccxt's name of an interface, URL), optional
        Interfaces that are asked elsewhere, such as at a mirror.

    Returns
    -------
    ccxt exchange
        Its implicit methods, such as ``public_get_klines``, take a dictionary and return what came off the wire, decoded.
        No markets are loaded: adapters know their symbols. Raises our own errors only.
    """
    return _exchange(name, urls)


@lru_cache(maxsize=32)
def _exchange(name: str, urls: tuple[tuple[str, str], ...]) -> Any:
    import ccxt

    opened = _carried(getattr(ccxt, name))({"enableRateLimit": False})
    if urls:
        opened.urls["api"] = opened.urls["api"] | dict(urls)
    return opened


def _carried(client: Any) -> Any:
    """Derive a client that asks through our wire instead of its own session."""

    class Carried(client):
        def fetch(self, url: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: Any = None) -> Any:
            if method != "GET" or body is not None:
                raise PayloadChanged(f"{self.id} wants to be told something; we only ask.")
            return wire.json(url, judge=lambda payload, body: _judged(self, url, payload, body))

    return Carried


def _judged(client: Any, url: str, payload: Any, body: str) -> None:
    """Let ccxt look for an error in a 200, and raise ours for its kind."""
    import ccxt

    host = wire.host_of(url)
    try:
        client.handle_errors(200, "OK", url, "GET", {}, body, payload, {}, None)
    except (ccxt.RateLimitExceeded, ccxt.DDoSProtection):
        raise RateLimited(f"{host} asks us to slow down.") from None
    except (ccxt.PermissionDenied, ccxt.AccountSuspended):
        raise Refused(f"{host} refuses to answer us.") from None
    except (ccxt.BadSymbol, ccxt.MarketClosed):
        raise NothingPublished(f"{host} does not list what was asked for.") from None
    except ccxt.NetworkError:
        raise SourceUnavailable(f"{host} reports trouble of its own.") from None
    except ccxt.BaseError as fault:
        if UNLISTED.search(str(fault)):
            raise NothingPublished(f"{host} does not list what was asked for.") from None
        raise PayloadChanged(f"{host} does not understand the question: {' '.join(str(fault).split())[:160]}.") from None
