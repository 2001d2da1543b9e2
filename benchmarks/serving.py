"""A server of its own for a benchmark, and visitors that speak its protocol without a browser."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0
"""Seconds a server may take to answer, and a script to finish."""


@dataclass(frozen=True)
class Server:
    """A Streamlit server that runs in a process of its own."""

    address: str
    process: psutil.Process

    def cpu(self) -> float:
        """Seconds of processor time used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def memory(self) -> float:
        """Resident memory in MB."""
        return float(self.process.memory_info().rss) / 1e6


@contextmanager
def serving(script: Path, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Serve a script on a free port until the block ends.

    Parameters
    ----------
    script : Path
        An app; it is run from its own folder, so that it finds its own configuration.
    settings : mapping, optional
        Environment variables on top of this process's.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {
        "server.port": str(port),
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "browser.gatherUsageStats": "false",
        "logger.hideWelcomeMessage": "true",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", script.name, *flags],
        cwd=script.parent,
        env=os.environ | (settings or {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, process)
        yield Server(address, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{address} did not answer; its process {'still runs' if process.poll() is None else 'ended'}")


class Visitor:
    """One session: opens the websocket as a browser does and asks for pages.

    Parameters
    ----------
    server : Server
    """

    def __init__(self, server: Server) -> None:
        self._address = server.address.replace("http://", "ws://") + "/_stcore/stream"
        self._socket: ClientConnection

    async def __aenter__(self) -> Self:
        """Open the session."""
        self._socket = await connect(self._address, subprotocols=["streamlit"], max_size=None)  # type: ignore[list-item]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        """Leave, as closing the tab does."""
        await self._socket.close()

    async def see(self, page: str, query: str = "") -> float:
        """Ask for a page and wait until its script has finished.

        Parameters
        ----------
        page : str
            Its name in the address; "" is the first page.
        query : str
            The address after the question mark.

        Returns
        -------
        float
            Seconds from asking to the end of the script: what the visitor waits, queueing behind others included.
        """
        request = BackMsg()
        request.rerun_script.page_name = page
        request.rerun_script.query_string = query
        started = time.perf_counter()
        await self._socket.send(request.SerializeToString())
        while True:
            message = ForwardMsg.FromString(await self._socket.recv(decode=False))
            if message.WhichOneof("type") == "script_finished":
                # A script that entered through a bookmark starts over once; what counts is the run that finishes.
                if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return time.perf_counter() - started
                if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    raise RuntimeError(f"the script of /{page} does not compile")
