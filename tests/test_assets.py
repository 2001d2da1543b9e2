"""Scripts arrive compressed, the needed ones are named ahead, and nothing but Streamlit's own scripts is answered for."""

import asyncio
import gzip
from typing import Any

import pytest

from components import assets


async def inner(scope: Any, receive: Any, send: Any) -> None:
    """Stand in for Streamlit: a document at the root, plain text everywhere else."""
    kind = b"text/html; charset=utf-8" if scope["path"] == "/" else b"text/plain"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
    await send({"type": "http.response.body", "body": b"inner"})


def asked(path: str, encoding: str = "gzip", ancestors: str = "self") -> tuple[dict[str, str], bytes]:
    """Ask the middleware for a path; its headers and its body as sent."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "GET", "path": path, "headers": [(b"accept-encoding", encoding.encode())]}
    asyncio.run(assets.Assets(inner, lambda: ancestors)(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return headers, b"".join(message.get("body", b"") for message in sent[1:])


def test_a_script_arrives_compressed_and_whole() -> None:
    name = next(name for name in assets.scripts() if name.startswith("Html."))
    headers, body = asked(f"/static/js/{name}")
    assert headers["content-encoding"] == "gzip"
    assert "immutable" in headers["cache-control"]
    assert gzip.decompress(body) == (assets.SCRIPTS / name).read_bytes()


def test_who_takes_no_gzip_is_left_to_streamlit() -> None:
    assert asked(f"/static/js/{next(iter(assets.scripts()))}", "identity")[1] == b"inner"


@pytest.mark.parametrize(
    "path", ["/static/js/../../config.py", "/static/js/no_such.js", "/static/js/%2e%2e/index.html", "/_stcore/health"]
)
def test_nothing_but_a_shipped_script_is_answered_for(path: str) -> None:
    headers, body = asked(path)
    assert body == b"inner"
    assert "link" not in headers


def test_a_document_names_the_scripts_above_the_figure_and_not_plotlys() -> None:
    link = asked("/")[0]["link"]
    for kind in assets.NEEDED:
        assert f"/static/js/{kind}." in link
    assert "Plotly" not in link
    for entry in link.split(", "):
        assert (assets.SCRIPTS / entry.split(">")[0].rsplit("/", 1)[1]).is_file()


@pytest.mark.parametrize(
    ("ancestors", "policy", "old"),
    [
        ("self", "frame-ancestors 'self'", "SAMEORIGIN"),
        ("none", "frame-ancestors 'none'", "DENY"),
        ("'none'", "frame-ancestors 'none'", "DENY"),
        ("", "frame-ancestors 'self'", "SAMEORIGIN"),
        ("https://wiki.example.com", "frame-ancestors https://wiki.example.com", None),
        ("self, https://*.example.com:8443", "frame-ancestors 'self' https://*.example.com:8443", None),
        ("none https://wiki.example.com", "frame-ancestors https://wiki.example.com", None),
    ],
)
def test_a_document_says_who_may_show_it_in_a_frame(ancestors: str, policy: str, old: str | None) -> None:
    headers = asked("/", ancestors=ancestors)[0]
    assert headers["content-security-policy"] == policy
    assert headers.get("x-frame-options") == old


def test_only_a_document_says_who_may_show_it() -> None:
    assert "content-security-policy" not in asked("/_stcore/health")[0]
