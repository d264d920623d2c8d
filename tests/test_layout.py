"""The sizes and habits that keep the code readable."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDERS = ("config", "messages", "service", "tests", "benchmarks")
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
VAGUE = {"utils", "util", "helpers", "helper", "manager", "managers", "models", "core", "common"}
LONGEST_FILE = 300
LONGEST_FUNCTION = 50


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text())
    return [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_packages_are_empty_at_the_door() -> None:
    assert [name(path) for path in FILES if path.name == "__init__.py" and path.read_text()] == []


def test_a_file_is_about_one_subject() -> None:
    assert [name(path) for path in FILES if path.stem in VAGUE] == []


def test_a_file_can_be_read_in_one_sitting() -> None:
    lines = {name(path): len(path.read_text().splitlines()) for path in FILES}
    assert {file: count for file, count in lines.items() if count > LONGEST_FILE} == {}
    long = [
        f"{name(path)} {function.name}: {(function.end_lineno or 0) - function.lineno + 1} lines"
        for path in FILES
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_no_import_hides_in_a_function() -> None:
    hidden = [
        f"{name(path)} {function.name}, line {node.lineno}"
        for path in FILES
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []
