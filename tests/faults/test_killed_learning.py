"""R13: the server is killed around a commit while somebody works; what was acknowledged is there, once."""

import os
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from app.config import Settings
from app.db.schema import migrate
from app.main import create_app
from app.web.cookies import SESSION
from modules import Module
from tests.faults.processes import PATIENCE, start, until
from tests.lti_kit import sign_in
from tests.ports import free_port
from tests.walking import read_hidden, right_answer

pytestmark = pytest.mark.one_database("kill runs take SQLite; the soak repeats them at every write")

SECRET = "a secret for the kill runs, long enough"
FEW = ["before-commit:6", "after-commit:6", "after-commit:11"]
EVERY = [f"{point}:{n}" for n in range(1, 26) for point in ("before-commit", "after-commit")]
WHERE = EVERY if os.environ.get("CAIRN_SOAK") else FEW


@dataclass
class Server:
    """`cairn serve` on one port, started again when it was killed."""

    folder: Path
    port: int = field(default_factory=free_port)
    kills: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        return {
            "CAIRN_ENV": "development",
            "CAIRN_SECRET_KEY": SECRET,
            "CAIRN_BASE_URL": self.url,
            "CAIRN_DATA_DIR": str(self.folder),
        }

    def start(self, die_at: str = "") -> None:
        self.process = start("serve", "--port", str(self.port), settings=self.settings, die_at=die_at)
        assert until(self.is_ready)

    def is_ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/health/ready", timeout=2).ok
        except requests.RequestException:
            return False

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@dataclass
class Coach:
    """A person in front of a browser that sends a form again when no answer came."""

    server: Server
    token: str
    module: Module

    def _send(self, method: str, path: str, **fields: object) -> requests.Response:
        for _ in range(3):
            try:
                return requests.request(
                    method,
                    self.server.url + path,
                    data=fields or None,
                    headers={"cookie": f"{SESSION}={self.token}"},
                    allow_redirects=False,
                    timeout=PATIENCE,
                )
            except requests.ConnectionError:
                assert until(lambda: self.server.process.poll() is not None)
                self.server.kills += 1
                self.server.start()
        raise AssertionError("killed more than once")

    def open(self, path: str) -> str:
        answer = self._send("GET", path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def post(self, path: str, **fields: object) -> None:
        """Posts until it is acknowledged."""
        answer = self._send("POST", path, csrf=read_hidden(self.open("/help"), "csrf"), **fields)
        assert answer.status_code == 303, (path, answer.status_code, answer.text[:300])

    def work(self) -> None:
        """Five lessons, two saves of one text, a check: eighteen commits or so."""
        base = f"/modules/{self.module.slug}"
        for lesson in self.module.lessons:
            self.post(f"{base}/lessons/{lesson.id}/read")
        for text in ("first thought", "second thought"):
            page = self.open(f"{base}/reflection")
            self.post(f"{base}/reflection", **{"text-p1": text, "revision-p1": read_hidden(page, "revision-p1")})
        self.post(f"{base}/check/begin", after="0")
        while 'name="item"' in (page := self.open(f"{base}/check")):
            item = self.module.check.find_item(read_hidden(page, "item"))
            fields = {name: read_hidden(page, name) for name in ("attempt", "item")}
            self.post(f"{base}/check", **fields, **right_answer(item))


@pytest.mark.parametrize("where", WHERE)
def test_what_was_acknowledged_is_there_once(tmp_path, where):
    server = Server(tmp_path)
    app = create_app(Settings(env="development", base_url=server.url, data_dir=tmp_path, secret_key=SECRET), clock=now)
    migrate(app.state.house.database)
    here = sign_in(app)
    coach = Coach(server, str(here.client.cookies.get(SESSION)), app.state.house.library.modules[0])
    app.state.house.database.close()
    server.start(die_at=where)
    try:
        coach.work()
    finally:
        server.stop()
    assert server.kills == 1
    assert_whole(tmp_path / "cairn.sqlite3", coach.module)


def assert_whole(file: Path, module: Module) -> None:
    with sqlite3.connect(file) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        facts = db.execute("SELECT kind, key FROM fact").fetchall()
        assert len(facts) == len(set(facts))
        read = {key for kind, key in facts if kind == "read"}
        assert read == {f"{module.id}/{lesson.id}" for lesson in module.lessons}
        assert [kind for kind, _key in facts].count("passed") == 1
        assert db.execute("SELECT text FROM writing").fetchall() == [("second thought",)]
        assert db.execute("SELECT count(*) FROM attempt WHERE finished_at IS NOT NULL").fetchone() == (1,)
        answers = db.execute("SELECT attempt_id, step FROM answer").fetchall()
        assert len(answers) == len(set(answers)) == sum(module.check.draw.values())


def now() -> datetime:
    return datetime.now(UTC)
