"""Files and functions stay small enough to be read at once."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("app", "competencies", "modules")
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
PRODUCT_FILES = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]


def count_code_lines(node: ast.AST, text: list[str]) -> int:
    """Lines from the first to the last that hold neither only a comment, nor nothing, nor the docstring."""
    documented = (
        ast.get_docstring(node, clean=False) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else None
    )
    lines = [
        line for line in text[node.lineno - 1 : node.end_lineno] if line.strip() and not line.strip().startswith("#")
    ]
    return len(lines) - (len([line for line in documented.splitlines() if line.strip()]) if documented else 0)


def test_no_file_is_longer_than_300_lines():
    assert len(PRODUCT_FILES) > 50
    lengths = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in PRODUCT_FILES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_longer_than_40_lines():
    long = {}
    for file in PRODUCT_FILES:
        text = file.read_text().splitlines()
        for node in ast.walk(ast.parse("\n".join(text))):
            if (
                isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                and count_code_lines(node, text) > LONGEST_FUNCTION
            ):
                long[f"{file.relative_to(ROOT)}:{node.name}"] = count_code_lines(node, text)
    assert long == {}
