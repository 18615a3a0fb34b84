"""S58: whatever stands in claims, headers and names of files, a log line is one line and a header one header."""

import email.message
import json
from pathlib import Path
from urllib.parse import unquote

import pytest

from app.lti import launching
from app.web import downloads
from app.web.downloads import LONGEST_NAME, attach
from tests.clients import Client
from tests.every_admin_page import sign_in_administrators
from tests.log_lines import assert_log_lines
from tests.security.test_xss import LINES, launch_with

AGENT = "Mozilla\x1b[31m red\x07"
RESUME = "R\u00e9sum\u00e9 \u4e2d\u6587.pdf"
NAMES = (
    "list.csv", RESUME, LINES, "a\r\nSet-Cookie: x=y.csv", 'quote".csv', "back\\slash.csv", "../../etc/passwd",
    "semi;colon.csv", "per%20cent.csv", "\u202egnp.exe", "a" * 5000 + ".csv", "", "...", "\ud800.csv", "NUL\0.csv",
    "*'()~.csv", "\u4e2d" * 5000,
)  # fmt: skip


def read_name(header):
    """The name under which a browser would save it: `filename*` where there is one (RFC 6266, 4.3)."""
    message = email.message.Message()
    message["content-disposition"] = header
    assert message.get_content_disposition() == "attachment"
    plain, extended = message.get_filename(), header.partition("filename*=UTF-8''")[2]
    assert "%" not in plain
    return unquote(extended, errors="strict") if extended else plain


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_s58_a_files_name_is_one_header_by_rfc_6266(name):
    (header,) = attach(name).values()
    assert header.isascii()
    assert header.isprintable()
    saved = read_name(header)
    assert 0 < len(saved) <= LONGEST_NAME
    assert not set(saved) & set('\r\n\0"\\/\u202e')


def test_s58_a_plain_name_stays_and_one_in_another_script_is_whole():
    assert attach("list.csv") == {"content-disposition": 'attachment; filename="list.csv"'}
    assert (
        read_name(attach("R\u00e9sum\u00e9 \u4e2d\u6587.pdf")["content-disposition"])
        == "R\u00e9sum\u00e9 \u4e2d\u6587.pdf"
    )


def test_s58_a_download_names_its_file(app):
    answer = sign_in_administrators(app)["admin"].post(app.url_path_for("admin.diagnosis"))
    assert read_name(answer.headers["content-disposition"]) == "cairn-diagnosis.json"
    assert json.loads(answer.text)["product"] == "Cairn"


def test_s58_what_breaks_at_a_hostile_launch_is_one_line(stage, monkeypatch, capsys):
    """Nobody foresaw it, and its words are the platform's."""

    def breaks(*_args: object, **_kwargs: object):
        raise ValueError(LINES)

    monkeypatch.setattr(launching, "_write", breaks)
    monkeypatch.setattr(
        stage, "browser",
        lambda: Client(stage.app, base_url="https://cairn.test", follow_redirects=False,
                           raise_server_exceptions=False, headers={"user-agent": AGENT}),
    )  # fmt: skip
    tried = launch_with(stage, LINES)
    assert tried.status == 500
    (line,) = assert_log_lines(capsys.readouterr().out)
    assert (line["event"], line["route"]) == ("unforeseen", "lti.launch")
    assert "X-Evil" not in str(line)


def test_s58_an_honest_and_a_refused_launch_print_nothing_odd(stage, capsys):
    launch_with(stage, LINES)
    stage.launch(version=LINES, custom={"cairn_key": LINES}, sub=LINES)
    stage.browser().get("/nowhere%1b[31m", headers={"user-agent": AGENT})
    assert_log_lines(capsys.readouterr().out)


def test_s58_only_one_place_writes_the_header():
    app = Path(downloads.__file__).parents[1]
    named = [file.name for file in app.rglob("*.py") if "content-disposition" in file.read_text("utf-8").lower()]
    assert named == ["downloads.py"], "use app.web.downloads.attach"
