"""What a hand on the keyboard does in the self-assessment and the plan, and what its pages then say is kept."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select, update

from app.assessment.models import AssessmentAnswer, Goal
from app.web.cookies import SESSION
from app.web.models import WebSession
from tests.browser.conftest import LiveCairn
from tests.browser.keyboard import Keyboard
from tests.lti_kit import SignedIn

PHONE = {"viewport": {"width": 375, "height": 812}}
NAMES = "() => [...new Set([...document.querySelectorAll('main input[type=radio]')].map((one) => one.name))]"
ON = "button[name=go][value=on]"
Level = Callable[[str], str]


def open_phone(new_context: Any, live: LiveCairn, person: SignedIn, **options: Any) -> BrowserContext:
    """A browser of that person at 375 px."""
    context: BrowserContext = new_context(**PHONE, **options)
    site = live.url.replace("http:", "https:")
    token = person.client.cookies.get(SESSION)
    context.add_cookies([{"name": SESSION, "value": token, "url": site, "secure": True}])
    return context


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


def end_sessions(live: LiveCairn, at: object) -> None:
    """Ends every session at that moment; None: as after a new launch, they go on."""
    with live.app.state.house.database.writing() as db:
        db.execute(update(WebSession).values(ended_at=at))


def look(page: Page) -> None:
    """The person turns to this tab again."""
    page.evaluate("dispatchEvent(new Event('focus'))")
