"""S44: whoever calls outside goes through `app.outbound`; nobody else opens a connection."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
CLIENTS = {
    "requests", "urllib3", "urllib.request", "http.client", "httpx", "aiohttp", "httpcore", "smtplib", "ftplib",
    "socket", "ssl", "telnetlib", "xmlrpc",
}  # fmt: skip
# `./dev run` waits for its own two servers on this machine; the practice LMS is another program, for development.
OWN_ADDRESSES = {"app/cli/running.py": {"urllib.request"}}
LEFT_OUT = ("app/outbound/", "app/practice_lms/")


def imports_of(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in found if name in CLIENTS or name.split(".")[0] in CLIENTS}


def list_ways_out() -> dict[str, set[str]]:
    files = [file for room in ("app", "modules", "competencies") for file in (ROOT / room).rglob("*.py")]
    found = {str(file.relative_to(ROOT)): imports_of(ast.parse(file.read_text())) for file in files}
    return {file: names - OWN_ADDRESSES.get(file, set()) for file, names in found.items() if names}


def test_s44_only_the_outbound_client_opens_connections():
    ways = list_ways_out()
    assert {file: names for file, names in ways.items() if names and not file.startswith(LEFT_OUT)} == {}
    assert any(file.startswith("app/outbound/") for file in ways)
