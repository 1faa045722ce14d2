"""Imports run one way: a module imports only from layers below its own, and nothing is hidden."""

import ast
import functools
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import probe

ROOT = Path(probe.__file__).parent
#: From the ground up; the longest name that fits a module decides. One layer may not import itself
#: but for the modules of one package.
LAYERS = (
    ("probe.types",),
    ("probe.runtime", "probe.version"),
    ("probe.english",),
    ("probe.maintenance.zones", "probe.maintenance.recurrence", "probe.maintenance.reviews"),
    ("probe.maintenance.reading", "probe.maintenance.calendar"),
    ("probe.maintenance.words", "probe.maintenance.publication", "probe.classify", "probe.receipt"),
    ("probe.maintenance.budget", "probe.maintenance.waiting", "probe.history"),
    ("probe.calendarfeed", "probe.config", "probe.prober", "probe.journal", "probe.metrics"),
    ("probe.feeds", "probe.snapshot", "probe.notify"),
    ("probe.report",),
    ("probe.scheduler", "probe.web", "probe.state"),
    ("probe.wiring", "probe.presenter"),
    ("probe.service",),
    ("probe.demo",),
    ("probe.cli",),
    ("probe.__main__",),
)
PACKAGES = (
    "probe.runtime",
    "probe.maintenance.reading",
    "probe.history",
    "probe.config",
    "probe.prober",
    "probe.journal",
    "probe.metrics",
    "probe.feeds",
    "probe.notify",
    "probe.report",
    "probe.web",
    "probe.demo",
    "probe.cli",
)


def name_of(path: Path) -> str:
    """Return a file's module."""
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(ROOT.rglob("*.py"))}


@functools.cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return every node of a file, which is read once."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imports(path: Path) -> Iterator[str]:
    """Yield every module of ours that a file imports, wherever the import stands, or later."""
    for node in nodes(path):
        if place := late(node):
            yield from filter(lambda module: module.startswith("probe"), place[:1])
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("probe"))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("probe"):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else str(node.module)


def late(node: ast.AST) -> tuple[str, str] | None:
    """Return module and name of what is imported later; None for any other node."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "late":
        module, name = ast.literal_eval(node.args[0]).split(":")
        return module, name
    return None


def layer(module: str) -> int:
    """Return how high a module stands; raises where no layer has it."""
    fits = [
        (len(name), height)
        for height, names in enumerate(LAYERS)
        for name in names
        if module == name or module.startswith(f"{name}.")
    ]
    if not fits:
        raise LookupError(f"{module} is in no layer")
    return max(fits)[1]


def package(module: str) -> str:
    """Return the package within which modules may import each other."""
    return next((p for p in PACKAGES if module == p or module.startswith(f"{p}.")), module)


@pytest.mark.parametrize("module", [m for m in MODULES if m not in {"probe", "probe.maintenance"}])
def test_a_module_imports_only_from_below(module: str) -> None:
    """A layer knows those under it and no other."""
    for imported in imports(MODULES[module]):
        if package(imported) != package(module):
            assert layer(imported) < layer(module), f"{module} imports {imported}"


def test_packages_have_no_cycles() -> None:
    """Within a package, too, imports run one way."""
    graph = {
        module: {i for i in imports(path) if i in MODULES and i != module}
        for module, path in MODULES.items()
    }
    done: set[str] = set()

    def visit(module: str, above: tuple[str, ...]) -> None:
        assert module not in above, f"a cycle: {' -> '.join((*above, module))}"
        if module not in done:
            for imported in sorted(graph[module]):
                visit(imported, (*above, module))
            done.add(module)

    for module in graph:
        visit(module, ())


def test_types_imports_nothing_of_ours() -> None:
    """The words stand alone."""
    assert list(imports(MODULES["probe.types"])) == []


def test_no_import_is_hidden_in_a_function() -> None:
    """What a module needs stands at its top."""
    for module, path in MODULES.items():
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
                assert inner == [], f"{module}.{node.name}"


def test_what_is_imported_later_exists() -> None:
    """Each function that a module names is there."""
    places = {place for path in MODULES.values() for node in nodes(path) if (place := late(node))}
    assert places
    for module, name in places:
        assert callable(getattr(importlib.import_module(module), name)), f"{module}:{name}"


def test_only_the_prober_imports_httpx() -> None:
    """Sockets are its business alone."""
    users = {
        module
        for module, path in MODULES.items()
        for node in nodes(path)
        if (isinstance(node, ast.Import) and any(a.name == "httpx" for a in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "httpx")
    }
    assert users
    assert {user.rpartition(".")[0] for user in users} == {"probe.prober"}
