"""What the operator does from the command line beside serving: a way into the console, and new keys."""

from datetime import datetime

from app.config import Settings
from app.db.session import Database
from app.lti import key_rotation
from app.main import build_house
from app.web import operators
from app.web.house import now_utc


def make_console_link(settings: Settings) -> str:
    """A single-use link into the operator's console."""
    database = Database(settings.database)
    try:
        with database.writing() as db:
            token = operators.mint_link(db, now=now_utc())
    finally:
        database.close()
    return f"{settings.base_url.rstrip('/')}/operator/enter/{token}"


def rotate_key(settings: Settings) -> datetime:
    """Publishes a next key where none waits, and moves on what is due; when the next one signs."""
    house = build_house(settings)
    try:
        with house.database.writing() as db:
            return key_rotation.rotate(db, house)
    finally:
        house.database.close()
