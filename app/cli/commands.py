"""Each command in a few lines; the work is done in the rooms below."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from app.cli.migrating import bring_up_to_date
from app.config import Settings
from modules import CONTENT, check_all, has_errors
from modules.editor_schemas import SCHEMAS, write_schemas
from modules.ids_lock import accept_ids
from modules.survey import survey

cairn = typer.Typer(
    help="Coach training for medical education, inside your LMS.", no_args_is_help=True, add_completion=False
)

report = typer.Typer(help="What the content comes to, for its authors.", no_args_is_help=True)
cairn.add_typer(report, name="report")

Host = Annotated[str, typer.Option(help="the address to listen on")]
Port = Annotated[int, typer.Option(help="the port to listen on", min=1, max=65535)]


OwnFolder = Annotated[Path | None, typer.Argument(help="a content folder of your own, laid over ours")]


class Form(StrEnum):
    """How a report is printed."""

    TEXT = "text"
    JSON = "json"


def read_settings() -> Settings:
    """The settings, or one clear line on stderr for each fault, and exit 2."""
    try:
        return Settings()
    except ValidationError as error:
        for problem in error.errors():
            name = "".join(f"CAIRN_{str(part).upper()}: " for part in problem["loc"])
            print(f"cairn: {name}{problem['msg'].removeprefix('Value error, ')}", file=sys.stderr)
        raise typer.Exit(2) from None


def _require_folder(folder: Path | None) -> None:
    if folder is not None and not folder.is_dir():
        print(f"cairn: there is no folder {folder}", file=sys.stderr)
        raise typer.Exit(2)


@cairn.command()
def serve(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Start Cairn."""
    from app.cli import serving  # noqa: PLC0415  the server's imports take a second; other commands need not wait

    serving.serve(read_settings(), host=host, port=port)


@cairn.command()
def worker() -> None:
    """Start a job worker (PostgreSQL; with SQLite, `cairn serve` works off its jobs itself)."""
    from app.cli import serving  # noqa: PLC0415

    serving.work(read_settings())


@cairn.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    bring_up_to_date(read_settings())
    print("The database is at the newest schema.")


@cairn.command()
def invite(name: Annotated[str, typer.Argument(help="the institution's name")]) -> None:
    """Print a single-use registration link for an institution's LMS, valid for 72 hours."""
    from app.cli import inviting  # noqa: PLC0415

    print(f"Give this link to the LMS admin of {name}. It works once, within 72 hours.")
    print(inviting.make_link(read_settings(), name))


@cairn.command("admin-link")
def admin_link() -> None:
    """Print a single-use link into the operator's console, valid for 15 minutes."""
    from app.cli import operating  # noqa: PLC0415

    print("Open this link in your own browser. It works once, within 15 minutes.")
    print(operating.make_console_link(read_settings()))


@cairn.command("rotate-key")
def rotate_key() -> None:
    """Publish a next signing key; a day later it signs by itself, and the old one stays published for a week."""
    from app.cli import operating  # noqa: PLC0415

    signs_at = operating.rotate_key(read_settings())
    print(f"A next key is published. It signs from {signs_at:%Y-%m-%d %H:%M} UTC on; there is nothing more to do.")


@cairn.command("erase-person")
def erase_person(
    institution: Annotated[str, typer.Argument(help="the institution's name")],
    who: Annotated[str, typer.Argument(help="the person's identifier in their LMS, or their e-mail address")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="do it; without, only say whether one person fits")] = False,
) -> None:
    """Remove everything that names one person, on their request, for good."""
    from app.cli import erasing  # noqa: PLC0415

    try:
        erasing.erase_person(read_settings(), institution, who, is_sure=yes)
    except erasing.NotOnePerson as error:
        print(f"cairn: {error}; nothing was removed", file=sys.stderr)
        raise typer.Exit(1) from None
    print(
        "Removed. Backups hold it until they are replaced."
        if yes
        else "One person fits. Nothing is removed yet: add --yes to remove everything that names them."
    )


@cairn.command()
def doctor() -> None:
    """Say in words what is wrong with settings, database, keys, clock and outbound network; exit 1 if anything is."""
    from app.cli import doctor as examining  # noqa: PLC0415
    from app.main import build_house  # noqa: PLC0415

    house = build_house(read_settings())
    print("fine   The settings can be used.")
    is_well = examining.run(house, print)
    house.database.close()
    if not is_well:
        raise typer.Exit(1)


@cairn.command()
def check(
    folder: OwnFolder = None,
    *,
    accept: Annotated[bool, typer.Option("--accept", help="write new published ids into ids.lock first")] = False,
) -> None:
    """Print every problem in competencies/ and modules/, and in a folder of your own; exit 1 on an error."""
    _require_folder(folder)
    if accept:
        print(f"{accept_ids(survey().folders)} ids of our own content added to ids.lock")
    problems = check_all(CONTENT, *([folder] if folder else []))
    for problem in problems:
        print(problem)
    if has_errors(problems):
        raise typer.Exit(1)
    print(f"Content is clean ({len(problems)} warnings).")


@cairn.command()
def preview(
    module: Annotated[str, typer.Argument(help="the module's id or folder name, or the path of its folder")],
    port: Port = 8010,
) -> None:
    """Show one module in a browser, outside any LMS, and reload it as its files are saved. For authors."""
    from app.cli import preview as previewing  # noqa: PLC0415

    if previewing.is_a_server():
        print("cairn: a preview is for an author's own machine; set CAIRN_ENV=development to use it", file=sys.stderr)
        raise typer.Exit(1)
    own = Path(os.environ.get("CAIRN_DATA_DIR", "data")) / "content"
    previewing.serve(module, (own, CONTENT), port=port)


@report.command("content")
def report_content(
    folder: OwnFolder = None, form: Annotated[Form, typer.Option("--format", help="how to print it")] = Form.TEXT
) -> None:
    """Print words, minutes, reading ease, keys, competencies, citations and figures of the content."""
    from app.cli import reporting  # noqa: PLC0415

    _require_folder(folder)
    reporting.print_report(folder, as_json=form is Form.JSON)


@report.command("coverage")
def report_coverage(*, write: Annotated[bool, typer.Option("--write", help="write docs/coverage.md")] = False) -> None:
    """Print the table of where each competency is taught, practiced and checked."""
    from app.cli import reporting  # noqa: PLC0415

    print(f"Wrote {reporting.write_table_file()}" if write else reporting.make_table())


@cairn.command()
def schema(folder: Annotated[Path, typer.Argument(help="where to write them")] = SCHEMAS) -> None:
    """Write a JSON Schema of each kind of content file, for editors."""
    for path in write_schemas(folder):
        print(path)


@cairn.command()
def seed(people: Annotated[int, typer.Option(help="how many people", min=1, max=1_000_000)] = 200) -> None:
    """Fill the database with a sample institution: people and histories, no private text. Never in production."""
    from app.cli import seeding  # noqa: PLC0415

    seeding.seed(read_settings(), people=people)


@cairn.command()
def practice(host: Host = "localhost", port: Port = 8001) -> None:
    """Start the practice LMS: course pages, people and a gradebook to try Cairn in. Never in production."""
    from app.cli import practicing  # noqa: PLC0415

    practicing.serve(read_settings(), host=host, port=port)


@cairn.command()
def run() -> None:
    """Start Cairn and the practice LMS on this machine, registered with each other, and say where to click."""
    from app.cli import running  # noqa: PLC0415

    os.environ["CAIRN_ENV"] = "development"
    running.run(read_settings())


def main() -> None:
    cairn()
