"""The reflection of the first module: where it stands, and what of it is kept."""

from sqlalchemy import select

from app.learning.models import Writing
from tests.browser.conftest import LiveCairn

REFLECTION = "/modules/m0-roles/reflection"
BOX = "#text-p1"


def read_text(live: LiveCairn) -> str | None:
    with live.app.state.house.database.reading() as db:
        return db.scalar(select(Writing.text).where(Writing.key == "m0/m0-reflection/p1"))
