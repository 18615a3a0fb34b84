"""Takes the pictures in docs/shots anew: `./dev python -m tests.browser.take_shots`.

Home, lesson, vignette, role set, result and the staff's list, at 820 and 375 px, light and dark.
"""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from app.db.schema import migrate
from app.db.session import Database
from app.web.cookies import SESSION
from tests.browser.conftest import FLAGS, run_cairn
from tests.every_page import EveryPage, prepare_every_page

SHOTS = Path(__file__).parent.parent.parent / "docs" / "shots"
WIDTHS = (820, 375)
LOOKS = ("light", "dark")
# Picture: who opens which address.
SUBJECTS = {
    "home": ("busy", "/"),
    "lesson": ("fresh", "/modules/m0-roles/lessons/04-coach-or-judge"),
    "vignette": ("busy", "/modules/m0-roles/vignettes/real-doctor"),
    "role-set": ("busy", "/modules/m0-roles/role-sets/role-set-a"),
    "result": ("done", "/modules/m0-roles/role-sets/role-set-a/pattern"),
    "check": ("busy", "/modules/m0-roles/check"),
    "complete": ("done", "/modules/m0-roles/complete"),
}


def main() -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    path = shutil.which("chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        url = f"sqlite:///{folder}/cairn.sqlite3"
        database = Database(url)
        migrate(database)
        database.close()
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        with run_cairn(url, Path(folder)) as live:
            every = prepare_every_page(live.app)
            for look in LOOKS:
                take_all(browser, live.url, every, look)
        browser.close()


def take_all(browser, base: str, every: EveryPage, look: str) -> None:
    staff_list = next(page for page in every.pages if page.who == "staff")
    for name, (who, path) in {**SUBJECTS, "list": ("staff", staff_list.path)}.items():
        context = browser.new_context(color_scheme=look)
        token = every.people[who].client.cookies.get(SESSION)
        context.add_cookies([{"name": SESSION, "value": token, "url": base.replace("http:", "https:"), "secure": True}])
        tab = context.new_page()
        for width in WIDTHS:
            tab.set_viewport_size({"width": width, "height": 900})
            tab.goto(base + path)
            tab.screenshot(path=str(SHOTS / f"{name}-{width}-{look}.png"), full_page=name != "lesson")
        context.close()


if __name__ == "__main__":
    main()
