"""`cairn doctor`: looks at the data folder, database, keys, clock and the way out, and says in words what is wrong."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from app.db.files import find_file, is_open_to_all
from app.db.schema import is_at_head
from app.lti.key_models import ToolKey
from app.lti.keys import is_readable
from app.lti.keysets import Fetched, fetch_keys
from app.lti.models import Registration
from app.main import OWN_CONTENT
from app.web.house import House
from modules import CONTENT, check_all

CLOCK_SECONDS = 30


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `step` says what to do; "" where nothing is wrong."""

    what: str
    step: str = ""


def examine(house: House) -> Iterator[Finding]:
    """Each finding as soon as it is known. What needs the database is left out where it cannot be used."""
    yield _look_at_folder(house)
    yield from _look_at_own_content(house)
    database = _look_at_database(house)
    yield database
    if database.step:
        return
    yield from _look_at_keys(house)
    yield from _look_outside(house)


def _look_at_folder(house: House) -> Finding:
    folder = house.settings.data_dir
    if folder.is_dir() and os.access(folder, os.W_OK):
        return Finding(f"The data folder {folder} can be written.")
    return Finding(
        f"The data folder {folder} is missing or cannot be written.",
        "Create it, and give it to the user that runs Cairn; or name another in CAIRN_DATA_DIR.",
    )


def _look_at_own_content(house: House) -> Iterator[Finding]:
    """The operator's own modules, if there are any: a bad folder is left out of the courses, and told here."""
    folder = house.settings.data_dir / OWN_CONTENT
    if not folder.is_dir():
        return
    errors = [problem for problem in check_all(CONTENT, folder) if problem.severity == "error"]
    if errors:
        said = f"The content in {folder} has {len(errors)} errors; the first is {errors[0]}."
        yield Finding(said, f"Run `cairn check {folder}`; a folder that cannot be shown is left out of the courses.")
    else:
        yield Finding(f"The content in {folder} is clean.")


def _look_at_database(house: House) -> Finding:
    try:
        with house.database.reading() as db:
            db.execute(text("SELECT 1"))
            is_current = is_at_head(db)
    except SQLAlchemyError as error:
        # The kind only: a message may repeat the address with its password.
        kind = type(error).__name__
        return Finding(f"The database cannot be used ({kind}).", "Look at CAIRN_DATABASE_URL, and whether it runs.")
    if not is_current:
        return Finding("The database is not at the newest schema.", "Run `cairn migrate`.")
    if is_open_to_all(house.settings.database):
        file = find_file(house.settings.database)
        return Finding(f"Every user of this machine can read {file}.", f"Run `chmod 600 {file}`.")
    return Finding("The database answers, at the newest schema.")


def _look_at_keys(house: House) -> Iterator[Finding]:
    with house.database.reading() as db:
        keys = [key for key in db.scalars(select(ToolKey)) if key.private_encrypted]
    if not keys:
        yield Finding("There is no signing key yet; the first is made when an LMS asks for it.")
        return
    unreadable = [key.kid for key in keys if not is_readable(house, key)]
    if unreadable:
        yield Finding(
            f"Signing keys cannot be decrypted: {', '.join(unreadable)}.",
            "CAIRN_SECRET_KEY is not the one with which they were made. Set it back.",
        )
    else:
        yield Finding("The signing keys can be decrypted.")


def _look_outside(house: House) -> Iterator[Finding]:
    """Asks each connected LMS for its public keys, and by its answer whether the clocks agree."""
    with house.database.reading() as db:
        found = db.execute(
            select(Registration.issuer, Registration.keyset_url).where(Registration.is_active).order_by(Registration.id)
        ).all()
    if not found:
        yield Finding("No LMS is connected, so the way out was not tried.")
    for issuer, url in found:
        yield _judge(issuer, _fetch(house, url))


def _fetch(house: House, url: str) -> Fetched:
    return fetch_keys(house.outbound, url, now=house.clock())[0]


def _judge(issuer: str, fetched: Fetched) -> Finding:
    if fetched.reason is not None:
        return Finding(
            f"The public keys of {issuer} could not be read ({fetched.reason}).",
            "Let this server call that address; a private network must be named in CAIRN_ALLOWED_PRIVATE_NETWORKS.",
        )
    skew = fetched.skew_seconds or 0
    if abs(skew) > CLOCK_SECONDS:
        return Finding(
            f"The clock of {issuer} is {abs(skew)} seconds {'ahead of' if skew > 0 else 'behind'} this server's.",
            "Set this server's clock by network time. If it is right, tell the people who run that LMS.",
        )
    return Finding(f"{issuer} answers, and the clocks agree.")


def run(house: House, say: Callable[[str], None]) -> bool:
    """Says every finding; whether all is well."""
    is_well = True
    for finding in examine(house):
        say(f"{'wrong' if finding.step else 'fine '}  {finding.what}")
        if finding.step:
            say(f"       {finding.step}")
        is_well = is_well and not finding.step
    return is_well
