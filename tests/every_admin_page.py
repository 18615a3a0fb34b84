"""The pages of LMS admins and of the office, with prepared examples: a part of `every_page.py`."""

from fastapi import FastAPI

from app.membership.roles import Right
from tests.lti_kit import SignedIn, sign_in
from tests.pages import Page

# Who decides about others: no page of theirs may hold anything private of a learner.
ADMINISTRATORS = ("admin", "office", "office-fresh")


def sign_in_administrators(app: FastAPI) -> dict[str, SignedIn]:
    return {
        "admin": sign_in(app, sub="admin", name="Ari Admin", is_administrator=True, rights=[Right.LMS_ADMIN]),
        "office": sign_in(app, sub="office", name="Ola Office", rights=[Right.OFFICE]),
        "office-fresh": sign_in(
            app, sub="fresh-office", name="Fia Office", institution="Fresh College", rights=[Right.OFFICE]
        ),
    }


def prepare_administration(app: FastAPI, people: dict[str, SignedIn]) -> list[Page]:
    """Courses that wait and that were decided, rights given and taken, and every page that shows them."""
    for course in ("waiting-1", "waiting-2", "other"):
        sign_in(app, sub="staff", name="Sam Staff", course=course, is_staff=True, is_marked=False)
    office, admin = people["office"], people["admin"]
    other = sign_in(app, sub="staff", name="Sam Staff", course="other", is_staff=True, is_marked=False).context
    assert other is not None
    office.post(f"/office/courses/{other.uuid}", decision="other")
    admin.post("/admin/people/grant", person=str(people["staff"].user.uuid))

    def at(who: str, route: str, query: str = "") -> Page:
        return Page(route, f"{app.url_path_for(route)}{query}", who)

    return [
        at("fresh", "admin.code"),
        at("office", "admin.code"),
        at("admin", "admin.code"),
        at("admin", "admin.people"),
        at("admin", "admin.people", "?q=staff"),
        at("admin", "admin.people", "?q=nobody"),
        at("admin", "admin.log"),
        at("office", "admin.courses"),
        at("office-fresh", "admin.courses"),
    ]
