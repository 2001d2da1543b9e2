"""Yahoo's chart through yfinance: it shapes the question; the wire carries it, and nothing else leaves.

By itself yfinance poses as a browser, fetches a cookie and a crumb before it asks, keeps cookies on disk and asks twice
when refused. The chart needs none of that, so that one question here is one request under our own name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, NoReturn

from data_sources import wire
from data_sources.errors import NothingPublished, PayloadChanged, RateLimited, Refused, SourceError, SourceUnavailable
from data_sources.quiet import quiet

CHART = "https://query2.finance.yahoo.com/v8/finance/chart/"
KINDS: dict[str, type[SourceError]] = {
    "Not Found": NothingPublished,
    "Too Many Requests": RateLimited,
    "Unauthorized": Refused,
    "Forbidden": Refused,
    "Internal Server Error": SourceUnavailable,
    "Bad Gateway": SourceUnavailable,
    "Service Unavailable": SourceUnavailable,
}
"""Yahoo's code of an error, which may come with any status, to ours; another one is a question it does not understand."""
_CREATION = Lock()


def chart(symbol: str, params: Mapping[str, Any]) -> Any:
    """Ask for the chart of one symbol.

    Parameters
    ----------
    symbol : str
        Yahoo's own.
    params : mapping
        Query: ``interval``, ``period1``, ``period2`` and such.

    Returns
    -------
    dict
        Decoded, as it came off the wire. Raises what ``wire.json`` does, and our error for the one that a 200 hides.
    """
    with _CREATION:
        client = _client()
    return client.get_raw_json(CHART + symbol, params=dict(params))


@dataclass(frozen=True)
class Reply:
    """As much of a response as yfinance looks at; one with another status never gets here."""

    url: str
    payload: Any
    status_code: int = 200

    def raise_for_status(self) -> None:
        """Raise nothing: the wire has."""

    def json(self) -> Any:
        """Give what the wire decoded."""
        return self.payload


@lru_cache(maxsize=1)
def _client() -> Any:
    """Open yfinance's reader of raw answers; of its own class, since yfinance shares one per class in the process."""
    with quiet():  # its modules use what pandas and others have deprecated, and change the warning filters of the process
        from yfinance.data import YfData, new_session

    class Carried(YfData):
        def _get_cookie_and_crumb(self, timeout: int = 30) -> tuple[None, str]:
            # looking for a cookie would open a database in the home directory before anything is asked
            return None, "basic"

    session = new_session()
    session.get = _carried
    session.request = _refused
    return Carried(session=session)


def _carried(url: str, params: Mapping[str, Any] | None = None, **_unused: Any) -> Reply:
    """Answer yfinance's session by way of the wire."""
    if not url.startswith(CHART):
        _refused()
    return Reply(url, wire.json(url, params, judge=_judged))


def _refused(*_args: Any, **_kwargs: Any) -> NoReturn:
    """Send nothing; yfinance takes this kind of error for a network's and goes on without cookie and crumb."""
    raise ConnectionRefusedError("The chart needs no cookie and no crumb.")


def _judged(payload: Any, _body: str) -> None:
    """Raise our error for the one that Yahoo put into its answer."""
    envelopes = payload.values() if isinstance(payload, dict) else ()
    errors = [envelope["error"] for envelope in envelopes if isinstance(envelope, dict) and envelope.get("error")]
    if not errors:
        return
    error = errors[0] if isinstance(errors[0], dict) else {"description": errors[0]}
    said = " ".join(str(error.get("description") or error.get("code")).split()).rstrip(".")[:160]
    kind = NothingPublished if said.startswith("No data found") else KINDS.get(str(error.get("code")), PayloadChanged)
    raise kind(f"{wire.host_of(CHART)} says: {said}.")
