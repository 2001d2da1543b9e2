"""Whatever ends a program that prints, its browser ends too; where the program hears of it, no folder stays and nobody is told."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from tests.test_browser import serve
from tests.test_printer import PATIENCE, ROOT, gone, there

__all__ = ["there"]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("printer")]


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where programs that a test starts put what is temporary; a short name, since the browser's sockets have none longer."""
    made = tmp_path_factory.mktemp("t")
    monkeypatch.setenv("TMPDIR", str(made))
    return made


@pytest.mark.parametrize("killed", [False, True])
def test_a_program_that_ends_says_nothing_and_leaves_no_folder(there: None, folder: Path, killed: bool) -> None:
    code = "import os, signal; from notes import printer; printer.png('<p>x</p>', width=100)"
    code += "; os.killpg(printer.shared().process, signal.SIGKILL)" * killed
    told = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, timeout=60, check=True)
    assert (told.stdout, told.stderr) == (b"", b"")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("late", [0.05, 0.6])
def test_a_browser_given_up_while_it_starts_leaves_no_folder(there: None, folder: Path, late: float) -> None:
    code = f"""
import contextlib
from notes import printer
impatient = printer.Printer(deadline={late})
with contextlib.suppress(printer.TooSlow):
    impatient.pdf("<p>x</p>")
impatient._deadline = 20
"""
    told = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, timeout=60, check=True)
    assert (told.stdout, told.stderr) == (b"", b"")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_board_that_is_told_to_end_takes_its_browser_with_it_and_leaves_no_folder(
    there: None, folder: Path, tmp_path: Path, how: signal.Signals
) -> None:
    server, address = serve(tmp_path)
    try:
        assert any(httpx.get(f"{address}/render/fear.png", timeout=60).status_code == 200 for _ in range(3))
        those = psutil.Process(server.pid).children(recursive=True)
        assert list(folder.iterdir())
    finally:
        server.send_signal(how)
        server.wait(PATIENCE)
    assert gone(those)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, None])
def test_a_server_that_ends_takes_its_browser_with_it(there: None, how: signal.Signals | None) -> None:
    code = (
        "import sys; from notes import printer; "
        "printer.png('<p>x</p>', width=100); print(printer.shared().process, flush=True); sys.stdin.readline()"
    )
    server = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdin is not None
    assert server.stdout is not None
    first = psutil.Process(int(server.stdout.readline()))
    those = [first, *first.children(recursive=True)]
    if how is None:
        server.stdin.write("\n")
        server.stdin.close()
    else:
        os.kill(server.pid, how)
    server.wait(PATIENCE)
    server.stdout.close()
    server.stdin.close()
    assert gone(those)
