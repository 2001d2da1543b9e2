"""Answers of publishers as they come off the wire, for tests: written by hand in the documented shape."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("payloads")


def payload(name: str) -> Any:
    """Read one answer: decoded where it is JSON, as text otherwise."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    return json.loads(text) if name.endswith(".json") else text
