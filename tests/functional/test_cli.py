"""The command line as an operator meets it: what it prints, what it refuses, and with which status it leaves."""

import json
import re

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from app.cli.commands import cairn
from app.db.session import Database
from app.learning.models import Writing
from app.lti.key_models import ToolKey
from app.lti.models import Invitation
from app.membership.models import Institution, User
from app.progress.models import Fact
from app.progress.rules import FactKind
from tests.unit.modules import sample

SECRET = "a secret that is long enough for production"


@pytest.fixture
def run(database_url, tmp_path, monkeypatch):
    """Runs a command against this test's database; settings may be changed by name."""

    def invoke(*words: str, **changes: str):
        settings = {
            "CAIRN_ENV": "development",
            "CAIRN_DATABASE_URL": database_url,
            "CAIRN_DATA_DIR": str(tmp_path),
            "CAIRN_SECRET_KEY": SECRET,
            **changes,
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(cairn, words)

    return invoke


@pytest.fixture
def count(database_url):
    database = Database(database_url)

    def rows(query) -> int:
        with database.reading() as db:
            return db.scalar(query)

    yield rows
    database.close()


def test_an_invitation_prints_the_link_alone_on_the_last_line(run, count):
    result = run("invite", "Westmere School of Medicine")
    assert result.exit_code == 0
    link = result.stdout.strip().splitlines()[-1]
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/lti/register/[\w-]{32,}", link)
    run("invite", "Westmere School of Medicine")
    assert count(select(func.count(Institution.id))) == 1
    assert count(select(func.count(Invitation.id))) == 2
    assert link.rsplit("/", 1)[1] not in str(count(select(Invitation.token_hash).order_by(Invitation.id).limit(1)))


def test_content_is_clean(run):
    result = run("check")
    assert result.exit_code == 0
    assert "Content is clean" in result.stdout


def test_migrating_twice_is_fine(run):
    assert run("migrate").exit_code == 0
    assert "newest schema" in run("migrate").stdout


@pytest.mark.one_database("a file that is not there yet is SQLite's own case")
def test_the_server_does_not_start_on_an_old_schema(run, tmp_path):
    result = run("serve", CAIRN_DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite3")
    assert result.exit_code == 2
    assert "cairn migrate" in result.stderr


@pytest.mark.one_database("settings are read before any database")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"CAIRN_SECRET_KEY": ""}, "CAIRN_SECRET_KEY must be set"),
        ({"CAIRN_SECRET_KEY": "short"}, "CAIRN_SECRET_KEY must be set"),
        ({"CAIRN_SECRET_KEY": "development-only-development-only"}, "CAIRN_SECRET_KEY must be set"),
        ({"CAIRN_BASE_URL": "http://cairn.example.org"}, "CAIRN_BASE_URL must be the https"),
        ({"CAIRN_TRUSTED_PROXIES": "not a network"}, "CAIRN_TRUSTED_PROXIES"),
        ({"CAIRN_ENV": "staging"}, "CAIRN_ENV"),
    ],
)
def test_unsafe_settings_are_refused_in_one_line(run, changes, words):
    result = run("migrate", **{"CAIRN_ENV": "production", "CAIRN_BASE_URL": "https://cairn.example.org", **changes})
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.one_database("refused before any database")
@pytest.mark.parametrize("command", [("seed",), ("practice",), ("preview", "m0")], ids=lambda words: words[0])
def test_what_is_for_trying_out_refuses_production(run, command):
    result = run(*command, CAIRN_ENV="production", CAIRN_BASE_URL="https://cairn.example.org")
    assert result.exit_code == 1
    assert "development" in result.stderr


def test_the_sample_institution_has_people_with_histories_and_no_private_text(run, count):
    result = run("seed", "--people", "60")
    assert result.exit_code == 0, result.output
    assert "60 of 60 people" in result.stdout
    assert count(select(func.count(User.id))) == 60
    complete = count(select(func.count(Fact.id)).where(Fact.kind == FactKind.PROGRAM_COMPLETED))
    begun = count(select(func.count(func.distinct(Fact.user_id))))
    assert 0 < complete < begun < 60
    assert count(select(func.count(Writing.id))) == 0
    run("seed", "--people", "5")
    assert count(select(func.count(User.id))) == 65
    assert count(select(func.count(Institution.id))) == 1


def test_a_rotated_key_says_when_it_signs(run, count):
    for _ in range(2):
        result = run("rotate-key")
        assert result.exit_code == 0, result.output
        assert re.search(r"It signs from \d{4}-\d\d-\d\d \d\d:\d\d UTC on", result.stdout)
    assert count(select(func.count(ToolKey.kid))) == 1


@pytest.mark.one_database("content lies in files")
def test_the_content_is_reported_as_text_and_as_json(run):
    shown = run("report", "content")
    assert shown.exit_code == 0, shown.output
    assert "Nothing lies outside the bounds." in shown.stdout
    tree = json.loads(run("report", "content", "--format", "json").stdout)
    assert {one["id"] for one in tree["modules"]} >= {"m0", "m1"}
    assert [one["competency"] for one in tree["coverage"]][:3] == ["P1", "P2", "P3"]
    assert all(one["id"] in shown.stdout for one in tree["modules"][0]["lessons"])
    assert tree["outside_the_bounds"] == []


@pytest.mark.one_database("content lies in files")
def test_the_table_of_competencies_is_printed(run):
    shown = run("report", "coverage")
    assert shown.exit_code == 0
    assert "| **D3** Watches their own part |" in shown.stdout


@pytest.mark.one_database("content lies in files")
def test_a_preview_of_no_module_names_those_that_are_there(run):
    result = run("preview", "m99")
    assert result.exit_code == 2
    assert "there is no module `m99`; there are m0-roles, m1-process" in result.stderr


@pytest.mark.one_database("content lies in files")
def test_a_folder_of_ones_own_is_checked_with_ours(run, tmp_path):
    own = sample.write(tmp_path / "own", sample.whole())
    taken = run("check", str(own))
    assert taken.exit_code == 1
    assert "m0-door/module.yaml: id: `m0` is taken by `m0-roles`" in taken.stdout
    ours = sample.whole()
    ours["m0-door/module.yaml"].update(id="m7", slug="m7-ours", order=9)
    own = sample.write(tmp_path / "ours", {name.replace("m0-door", "m7-ours"): file for name, file in ours.items()})
    assert "m7  At the door (review), 26 minutes" in run("report", "content", str(own)).stdout
    missing = run("check", str(tmp_path / "nowhere"))
    assert (missing.exit_code, "there is no folder" in missing.stderr) == (2, True)
