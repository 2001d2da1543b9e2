"""The rules of the house, read from the source: who imports whom, how long a file may be, what nobody writes."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path
from textwrap import dedent

import pandas as pd
import pytest

from components.frame import PAGES
from data_sources.settings import PREFIX, Settings
from measures import MEASURES, POINT
from tests.architecture import EXCEPTIONS, MAY_IMPORT, NEVER_IMPORTS, NUMERIC, PACKAGES, PINNED_WITHOUT_IMPORT

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = {"var", "__pycache__", "test-results"}
OURS_IN_SPITE_OF_THE_DOT = {".ci", ".github", ".streamlit"}
@cache
def files(folder: Path = ROOT) -> tuple[Path, ...]:
    """Every file of the project, sorted; not this one, which has to name what it bans, and not what tools leave."""
    found: list[Path] = []
    for path in sorted(folder.iterdir()):
        ours = path.name not in NOT_OURS and (not path.name.startswith(".") or path.name in OURS_IN_SPITE_OF_THE_DOT)
        if ours and path.is_dir():
            found += files(path)
        elif ours and path != Path(__file__).resolve():
            found.append(path)
    return tuple(found)


def sources(*parts: str) -> list[Path]:
    """Python files of the named top-level parts, or all."""
    return [path for path in files() if path.suffix == ".py" and (not parts or part_of(path) in parts)]


def texts() -> list[Path]:
    """What a person reads: code, documents, settings."""
    return [path for path in files() if path.suffix in {".py", ".css", ".md", ".toml", ".txt", ".yml", ".service", ""}]


def part_of(path: Path) -> str:
    """The top-level part that a file belongs to: ``pages`` for pages/fear.py, ``app`` for app.py."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def name_of(path: Path) -> str:
    """A file's path from the root, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that code imports, wherever it does; ``from a import b`` is ``a.b`` when that is a file.

    What is imported for the type checker alone is no dependency (decision 0004).
    """
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if node in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written from the root"
            module = node.module or ""
            for alias in node.names:
                inner = ROOT.joinpath(*module.split("."), alias.name)
                yield f"{module}.{alias.name}" if inner.with_suffix(".py").exists() or inner.is_dir() else module


def covers(allowed: tuple[str, ...], module: str) -> bool:
    """Whether a list of names covers a module or one of its parents."""
    return any(module == name or module.startswith(f"{name}.") for name in allowed)


def refused(path: Path, tree: ast.AST) -> list[str]:
    """The imports of one file that the tables refuse, each as a sentence."""
    part = part_of(path)
    wrong = []
    for module in sorted(set(imports(tree))):
        top = module.split(".")[0]
        ours = top in PACKAGES
        allowed = covers(MAY_IMPORT[part], module) if ours else not covers(NEVER_IMPORTS.get(part, ()), module)
        if part == "indicators" and not ours:
            allowed = allowed and (top in NUMERIC or top in sys.stdlib_module_names)
        if part == "measures" and not ours:
            allowed = top in sys.stdlib_module_names
        if not allowed and not any(name_of(path) == file and covers((may,), module) for file, may in EXCEPTIONS):
            wrong.append(f"{name_of(path)} imports {module}")
    return wrong


@cache
def words(path: Path | str) -> str:
    """The text of a file, named by its path or by its name from the root."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(words(path), filename=str(path))


def matches(pattern: str, paths: list[Path]) -> list[str]:
    """Lines that a pattern finds, each as ``file:line: text``."""
    return [
        f"{name_of(path)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(words(path).splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_each_part_imports_only_what_the_architecture_allows() -> None:
    wrong = [sentence for path in sources(*PACKAGES) for sentence in refused(path, parsed(path))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("pages/fear.py", "import plotly.graph_objects as go"),
        ("pages/fear.py", "from data_sources import store"),
        ("components/tiles.py", "from data_sources.contract import panel"),
        ("data_sources/load.py", "def f():\n    import streamlit"),
        ("indicators/fear.py", "import time"),
        ("indicators/fear.py", "from data_sources import contract"),
        ("notes/compose.py", "from data_sources import load"),
        ("measures.py", "import pandas"),
    ],
)
def test_an_import_across_the_lines_is_noticed(file: str, code: str) -> None:
    assert refused(ROOT / file, ast.parse(code))


def test_adapters_never_import_each_other() -> None:
    def adapts(path: Path) -> bool:
        functions = [node.name for node in parsed(path).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        return any(name.startswith(("parse_", "fetch_")) for name in functions)

    adapters = [path for path in sources("data_sources") if adapts(path)]
    modules = tuple(f"data_sources.{path.stem}" for path in adapters)
    wrong = [f"{name_of(path)} imports {used}" for path in adapters for used in imports(parsed(path)) if covers(modules, used)]
    assert not wrong, "\n".join(wrong)


def test_every_exception_to_the_import_rules_is_used_and_has_its_decision_record() -> None:
    for (file, module), record in EXCEPTIONS.items():
        assert any(covers((module,), used) for used in imports(parsed(ROOT / file))), f"{file} no longer imports {module}"
        if record:
            (decision,) = (ROOT / "docs" / "adr").glob(f"{record}-*.md")
            assert Path(file).stem in words(decision)


def test_indicators_never_look_at_the_clock() -> None:
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in sources("indicators")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
    ]
    assert not wrong, "\n".join(wrong)


def test_every_library_imported_is_pinned_and_every_pin_is_needed() -> None:
    lines = [line for line in words("requirements.txt").splitlines() if line and line[0] != "#"]
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9\-]+(\[\w+\])?==[\w.]+", line)] == []
    pins = {re.split(r"[\[=]", line)[0].lower() for line in lines}
    tops = {module.split(".")[0] for path in sources(*PACKAGES) for module in imports(parsed(path))}
    libraries = tops - set(PACKAGES) - sys.stdlib_module_names
    distributions = packages_distributions()
    imported = {distributions[top][0].lower().replace("_", "-") for top in libraries}
    assert imported - pins == set()
    assert pins - imported - set(PINNED_WITHOUT_IMPORT) == set()


def test_a_file_is_read_in_one_sitting() -> None:
    lengths = {path: len(words(path).splitlines()) for path in (*sources(), Path(__file__))}
    limits = {path: 120 if part_of(path) == "pages" else 300 for path in lengths}
    assert {name_of(path): lines for path, lines in lengths.items() if lines > limits[path]} == {}


def test_every_page_has_its_row_and_enters_through_the_frame() -> None:
    pages = {path.stem: path for path in sources("pages") if path.stem != "__init__"}
    assert set(pages) == {row.name for row in PAGES}
    for name, path in pages.items():
        calls = [ast.unparse(node.value) for node in parsed(path).body if isinstance(node, ast.Expr | ast.Assign)]
        assert f"frame.enter({name!r})" in calls, f"{name_of(path)} does not call it for itself"


def test_colors_have_one_home() -> None:
    # An HTML entity such as &#8211; is a character, not a color.
    code = [path for path in texts() if path.suffix in {".py", ".css"}]
    assert matches(r"(?<![&\w])#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})\b", code) == []


def test_nobody_catches_everything() -> None:
    everything = {"Exception", "BaseException"}
    wrong = []
    for path in sources():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ExceptHandler):
                caught = {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)} if node.type else everything
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
                caught = {n.id for arg in node.args for n in ast.walk(arg) if isinstance(n, ast.Name)}
            else:
                continue
            if caught & everything:
                wrong.append(f"{name_of(path)}:{node.lineno}")
    assert not wrong, "\n".join(wrong)


def test_nothing_depends_on_where_the_project_lies() -> None:
    # deploy/ shows a machine's layout, where absolute paths are the point.
    paths = [path for path in texts() if part_of(path) != "deploy"]
    assert matches(r"(?<![\w.:/])/(?:home|root|tmp|work|Users|mnt|opt|srv)/|[A-Z]:\\\\", paths) == []


def test_nothing_is_left_for_later() -> None:
    assert matches(r"\b(?:TODO|FIXME|XXX)\b", texts()) == []


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_is_explained(name: str) -> None:
    measure = MEASURES[name]
    assert measure.definition.endswith(".")
    assert measure.definition[0].isupper()
    assert all((measure.label, measure.unit))
    assert measure.format.format(1.0) != measure.format
    assert measure.interval == POINT or pd.tseries.frequencies.to_offset(measure.interval) is not None


def test_the_readme_lists_every_setting_that_the_code_reads() -> None:
    pattern = r"\bSTRESS_[A-Z_]*[A-Z]\b"
    named = {name for path in sources() for name in re.findall(pattern, words(path))}
    listed = set(re.findall(r"^\| `(STRESS_\w+)", words("README.md"), flags=re.MULTILINE))
    assert listed == named | {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


def test_the_examples_in_contributing_fit_the_code() -> None:
    text = words("CONTRIBUTING.md")
    blocks = [ast.parse(dedent(block)) for block in re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)]
    assert len(blocks) >= 3
    for node in (node for block in blocks for node in ast.walk(block) if isinstance(node, ast.ImportFrom)):
        for name in (alias.name for alias in node.names if str(node.module).split(".")[0] in PACKAGES):
            file = f"{node.module}/{name}.py"  # which the example itself may tell to write
            there = (ROOT / file).exists() or f"`{file}`" in text or hasattr(import_module(str(node.module)), name)
            assert there, f"{node.module} has no {name}"
