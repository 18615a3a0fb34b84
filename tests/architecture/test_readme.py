"""What README tells a newcomer to type exists."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def list_commands() -> set[str]:
    texts = [(ROOT / "README.md").read_text(), *(file.read_text() for file in (ROOT / "docs").glob("*.md"))]
    return set(re.findall(r"(?:\./dev|cairn) [a-z][a-z-]*", "\n".join(texts)))


def test_readme_names_the_two_first_commands():
    assert {"./dev run", "./dev test"} <= list_commands()


def test_every_dev_command_named_exists():
    known = (ROOT / "dev").read_text()
    missing = [
        c for c in list_commands() if c.startswith("./dev ") and not re.search(rf"^  {c[6:]}\)", known, re.MULTILINE)
    ]
    assert missing == []


def test_every_cairn_command_named_exists():
    shown = subprocess.run(
        [sys.executable, "-m", "app.cli", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    missing = [c for c in list_commands() if c.startswith("cairn ") and c.removeprefix("cairn ") not in shown.stdout]
    assert missing == []


def test_pictures_and_links_of_the_readme_exist():
    targets = re.findall(r"\]\(([^)#]+)\)", (ROOT / "README.md").read_text())
    assert targets
    assert [target for target in targets if "://" not in target and not (ROOT / target).exists()] == []
