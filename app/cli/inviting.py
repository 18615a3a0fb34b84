"""Makes invitation links."""

from app.config import Settings
from app.db.session import Database
from app.lti import invitations
from app.web.house import now_utc


def make_link(settings: Settings, name: str) -> str:
    """A single-use registration link of the institution of that name, which is created where it is new."""
    database = Database(settings.database)
    try:
        with database.writing() as db:
            token = invitations.invite(db, name=name, now=now_utc())
    finally:
        database.close()
    return f"{settings.base_url.rstrip('/')}/lti/register/{token}"
