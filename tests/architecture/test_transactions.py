"""One transaction a request: nobody commits but the request, a job and the command line's own helper."""

import ast
from pathlib import Path

APP = Path(__file__).parent.parent.parent / "app"
MAY_COMMIT = {"web/deps.py", "db/direct.py"}
# The protocol edge has many jobs, these rooms one.
MAY_WRITE_ALONE = ("cli/", "jobs/", "lti/", "db/", "dashboard/drawing.py", "credentials/keeping_job.py")


def list_calls(file: Path) -> list[str]:
    return [
        node.func.attr
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]


def product_files() -> dict[str, Path]:
    files = {file.relative_to(APP).as_posix(): file for file in APP.rglob("*.py")}
    return {name: file for name, file in files.items() if not name.startswith("practice_lms/")}


def test_only_the_request_commits():
    committing = {name for name, file in product_files().items() if "commit" in list_calls(file)}
    assert "web/deps.py" in committing
    assert committing - MAY_COMMIT == set()


def test_features_open_no_transaction_of_their_own():
    opening = {name for name, file in product_files().items() if {"writing", "writer"} & set(list_calls(file))}
    assert {name for name in opening if not name.startswith(MAY_WRITE_ALONE)} - MAY_COMMIT == set()


def test_no_streamed_answer_takes_the_requests_session():
    """The request's session is closed before a streamed body runs; it would reopen silently and leak."""
    offenders = []
    for name, file in product_files().items():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                source = ast.dump(node)
                if "StreamingResponse" in source and "DbSession" in ast.dump(node.args):
                    offenders.append(f"{name}:{node.name}")
    assert offenders == []
