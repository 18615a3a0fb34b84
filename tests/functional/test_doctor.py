"""`cairn doctor`: what it looks at, and what it says when something is wrong."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from app.cli import doctor
from app.lti.keys import list_public_jwks
from app.web.signing import Signer
from tests.unit.modules import sample


def examine(house) -> tuple[bool, str]:
    said: list[str] = []
    is_well = doctor.run(house, said.append)
    return is_well, "\n".join(said)


def test_where_all_is_well_it_says_so_for_each_part(tool):
    list_public_jwks(tool.house)
    is_well, said = examine(tool.house)
    assert is_well
    for part in ("data folder", "The database answers", "signing keys can be decrypted", "https://lms.test answers"):
        assert part in said
    assert "wrong" not in said


def test_an_lms_that_does_not_answer_is_named(tool):
    tool.platform.is_down = True
    is_well, said = examine(tool.house)
    assert not is_well
    assert "The public keys of https://lms.test could not be read (status-503)" in said


def test_keys_of_another_secret_are_told(tool):
    list_public_jwks(tool.house)
    _is_well, said = examine(replace(tool.house, signer=Signer(b"quite another secret of the operator")))
    assert "CAIRN_SECRET_KEY is not the one" in said


def test_an_old_schema_is_told_and_nothing_else_is_asked_of_it(tool):
    with tool.house.database.writing() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    is_well, said = examine(tool.house)
    assert (is_well, "cairn migrate" in said, "lms.test" in said) == (False, True, False)


def test_a_folder_that_is_not_there_is_told(tool, tmp_path):
    missing = tool.house.settings.model_copy(update={"data_dir": tmp_path / "missing"})
    assert "CAIRN_DATA_DIR" in examine(replace(tool.house, settings=missing))[1]


def test_a_bad_folder_of_the_operators_own_content_is_told(tool):
    own = tool.house.settings.data_dir / "content"
    files = sample.whole()
    files["m0-door/module.yaml"].update(id="m7", slug="m7-ours", order=9)
    files = {name.replace("m0-door", "m7-ours"): content for name, content in files.items() if "citations" not in name}
    files["citations.yaml"] = sample.citations()
    sample.write(own, files)
    assert f"The content in {own} is clean." in examine(tool.house)[1]
    (own / "m7-ours" / "check.yaml").write_text("[", "utf-8")
    is_well, said = examine(tool.house)
    assert not is_well
    assert "the first is m7-ours/check.yaml: line" in said
    assert f"cairn check {own}" in said


@pytest.mark.parametrize(("seconds", "words"), [(95, "95 seconds ahead of"), (-40, "40 seconds behind"), (5, "agree")])
def test_clocks_that_differ_are_told(seconds, words):
    assert words in doctor._judge("https://lms.test", doctor.Fetched(None, seconds)).what


@pytest.mark.one_database("a server that is not there is PostgreSQL's own case; its driver is not asked")
def test_a_database_that_cannot_be_used_is_told_without_its_address(tool, tmp_path):
    from app.db.session import Database  # noqa: PLC0415

    (tmp_path / "no-database").write_text("this is no SQLite file, whatever its name may be" * 100)
    broken = Database(f"sqlite:///{tmp_path}/no-database")
    is_well, said = examine(replace(tool.house, database=broken))
    broken.close()
    assert (is_well, "CAIRN_DATABASE_URL" in said, str(tmp_path / "no-database") in said) == (False, True, False)
