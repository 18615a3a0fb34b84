"""What was vendored is what its record says it is."""

import hashlib
from pathlib import Path

import yaml

FONTS = Path(__file__).parent.parent.parent / "app" / "web" / "fonts"


def test_the_fonts_are_those_of_the_record():
    record = yaml.safe_load((FONTS / "vendored.yaml").read_text("utf-8"))
    there = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in FONTS.glob("*.ttf")}
    assert there == {name: one["sha256"] for name, one in record["files"].items()}
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / record["license_file"]).read_text("utf-8")
