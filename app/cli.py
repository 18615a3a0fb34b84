"""The command line: `cairn …`, or `./dev cairn …` from a checkout."""

import sys

import typer
from pydantic import ValidationError

from app.config import Settings
from app.db.schema import migrate as migrate_database
from app.db.session import Database
from modules import CONTENT, check_all, has_errors

cairn = typer.Typer(help="Coach training for medical education, inside your LMS.", no_args_is_help=True)


def read_settings() -> Settings:
    """The settings, or one clear line on stderr and exit 2."""
    try:
        return Settings()
    except ValidationError as error:
        for problem in error.errors():
            print(f"cairn: {problem['msg'].removeprefix('Value error, ')}", file=sys.stderr)
        raise typer.Exit(2) from None


@cairn.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    migrate_database(Database(read_settings().database))
    print("The database is at the newest schema.")


@cairn.command()
def check() -> None:
    """Print every problem in competencies/ and modules/; exit 1 on an error."""
    problems = check_all(CONTENT)
    for problem in problems:
        print(problem)
    if has_errors(problems):
        raise typer.Exit(1)
    print(f"Content is clean ({len(problems)} warnings).")


def main() -> None:
    cairn()


if __name__ == "__main__":
    main()
