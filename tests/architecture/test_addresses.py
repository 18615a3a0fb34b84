"""No lock or settings file names a registry, and no file names this machine."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_locks_hold_hashes_and_no_address():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|--index-url|--find-links", text)


def test_there_is_no_uv_lock():
    assert not (ROOT / "uv.lock").exists()


def test_the_dev_script_and_ci_are_executable():
    tracked = subprocess.run(
        ["git", "ls-files", "-s", "dev", ".ci/run"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert [line.split()[0] for line in tracked.stdout.splitlines()] == ["100755", "100755"]
