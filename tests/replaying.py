"""The replay of publishers that STRESS_REPLAY names: real hosts' own formats, whole histories, no internet."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

MOMENT = re.compile(r"\d{9,}|\d{4}-\d\d-\d\dT.*")
"""A time within a query: those that say until when to ask differ from run to run."""


class Asked(NamedTuple):
    """One question as the replay noted it."""

    host: str
    path: str
    query: str
    status: int


@dataclass(frozen=True)
class Replay:
    """A replay that runs, in a process and a folder of its own."""

    folder: Path
    port: int

    def environment(self) -> dict[str, str]:
        """Variables that send any client through it and let it trust its authority."""
        url, authority = f"http://127.0.0.1:{self.port}", str(self.folder / "ca.pem")
        proxies = {name: url for word in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY") for name in (word, word.lower())}
        certificates = dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"), authority)
        return proxies | certificates | dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1,localhost")

    def calls(self) -> list[Asked]:
        """What was asked so far, in order."""
        notes = self.folder / "access.jsonl"
        lines = map(json.loads, notes.read_text(encoding="utf-8").splitlines() if notes.exists() else ())
        return [Asked(*(line[name] for name in Asked._fields)) for line in lines if "status" in line]

    def fault(self, rules: dict[str, dict[str, object]]) -> None:
        """Let something go wrong at hosts from the next question on; nothing with no rules."""
        part = self.folder / "faults.json.part"
        part.write_text(json.dumps(rules), encoding="utf-8")
        part.replace(self.folder / "faults.json")


@contextmanager
def replaying(code: Path, folder: Path) -> Iterator[Replay]:
    """Run the replay that lies in ``code`` until the block ends; its certificates and notes go into ``folder``."""
    command = [sys.executable, str(code / "replay.py"), "serve", "--dir", str(folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            yield Replay(folder.resolve(), json.loads(process.stdout.readline())["port"])
        finally:
            process.terminate()
            process.wait(30)


def given() -> Path | None:
    """Folder of the replay; None where none is named."""
    folder = os.environ.get("STRESS_REPLAY")
    return Path(folder).resolve() if folder else None


def resources(calls: list[Asked]) -> Counter[tuple[str, str, str]]:
    """How often each resource was asked for: host, path and query, whatever the times in it."""

    def timeless(query: str) -> str:
        return urlencode([(name, MOMENT.sub("time", value)) for name, value in parse_qsl(query, keep_blank_values=True)])

    return Counter((call.host, call.path, timeless(call.query)) for call in calls)
