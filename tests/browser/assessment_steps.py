"""What a hand on the keyboard does in the self-assessment and the plan, and what its pages then say is kept."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext
from sqlalchemy import select

from app.assessment.models import AssessmentAnswer, Goal
from tests.browser.conftest import LiveCairn
from tests.browser.keyboard import Keyboard
from tests.browser.tabs import sign_in_browser
from tests.lti_kit import SignedIn

PHONE = {"viewport": {"width": 375, "height": 812}}
NAMES = "() => [...new Set([...document.querySelectorAll('main input[type=radio]')].map((one) => one.name))]"
ON = "button[name=go][value=on]"
Level = Callable[[str], str]


def open_phone(new_context: Any, live: LiveCairn, person: SignedIn, **options: Any) -> BrowserContext:
    """A browser of that person at 375 px."""
    return sign_in_browser(new_context(**PHONE, **options), live, person)


def answer_page(keyboard: Keyboard, level: Level, example: str = "") -> None:
    """Answers every question of the page in their order, and goes on."""
    for name in keyboard.frame.evaluate(NAMES):
        keyboard.choose(name, level(name))
    if example:
        keyboard.type("#example", example)
    keyboard.press(ON)


def answer_stage(keyboard: Keyboard, level: Level, example: str = "") -> None:
    """From the first page of a stage to the look before it is fixed."""
    while not keyboard.path.endswith("/review"):
        answer_page(keyboard, level, example)
        example = ""


def read_answers(live: LiveCairn) -> dict[str, str]:
    with live.app.state.house.database.reading() as db:
        return {row.key: row.value for row in db.scalars(select(AssessmentAnswer))}


def read_goals(live: LiveCairn) -> list[Goal]:
    with live.app.state.house.database.reading() as db:
        return list(db.scalars(select(Goal).order_by(Goal.id)))
