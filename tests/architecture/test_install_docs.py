"""The pages for LMS administrators say what the product asks for, calls things and answers."""

import re
from pathlib import Path

import pytest

from app.lti.platform_profiles import find_by_key, list_profiles
from app.lti.refusals import Reason
from app.lti.scopes import NOTICE_SCOPE, SCOPES
from app.lti.tool_addresses import ToolAddresses

FOLDER = Path(__file__).parent.parent.parent / "docs" / "install"
OURS = ToolAddresses("https://cairn.example.edu")
HEADINGS = (
    "Before you begin", "With the registration link", "By hand", "What to switch on", "What Cairn asks for, and why",
    "A test launch", "If something goes wrong", "Removing it",
)  # fmt: skip
KEYS = [profile.key for profile in list_profiles()]


def read(key: str) -> str:
    return (FOLDER / f"{key}.md").read_text("utf-8")


def test_each_lms_has_its_page_and_no_page_is_left_over():
    assert {file.stem for file in FOLDER.iterdir()} == set(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_a_page_has_every_part(key):
    assert tuple(re.findall(r"^## (.+)$", read(key), re.MULTILINE)) == HEADINGS
    assert "Last checked on 2026-" in read(key)


@pytest.mark.parametrize("key", KEYS)
def test_a_page_names_every_scope_that_is_asked_for(key):
    assert [scope for scope in (*SCOPES, NOTICE_SCOPE) if f"`{scope}`" not in read(key)] == []


@pytest.mark.parametrize("key", KEYS)
def test_every_code_that_a_page_explains_exists(key):
    codes = re.findall(r"^\| `([a-z-]+)` \|", read(key).split("## If something goes wrong")[1], re.MULTILINE)
    assert len(codes) == len(set(codes)) > 15
    assert set(codes) <= {reason.value for reason in Reason}


@pytest.mark.parametrize("key", KEYS)
def test_a_page_calls_menus_fields_and_switches_as_the_product_does(key):
    words, text = find_by_key(key).words, read(key)
    named = [words.registration_menu, words.manual_menu, words.switch_on, *words.ours.values(), *words.theirs.values()]
    assert [word for word in named if word not in text] == []


@pytest.mark.parametrize("key", KEYS)
def test_the_addresses_on_a_page_are_those_that_we_answer_at(key):
    keyset = f"{OURS.keyset}/…"  # each connection has one of its own, and its page shows it
    ours = {OURS.launch, OURS.login, keyset, OURS.canvas_configuration}
    assert set(re.findall(r"`(https://cairn\.example\.edu/[^`]+)`", read(key))) <= ours
    assert {OURS.launch, OURS.login, keyset} <= set(re.findall(r"`(https://[^`]+)`", read(key)))
