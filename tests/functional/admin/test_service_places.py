"""S48: where a deployment's services are is kept at first sight, and a change is the administrators' to see."""

import pytest
from sqlalchemy import select

from app.lti.service_models import ServicePlace
from app.lti.service_places import MOST_OF_A_KIND
from app.membership.models import User
from app.membership.roles import Right
from app.membership.service import grant
from tests.lti_kit import AGS_CLAIM, AGS_SCOPE, INSTRUCTOR, make_key
from tests.lti_kit import tool as tool
from tests.roster_kit import NRPS_CLAIM

ADMINISTRATOR = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"
HOME, MOVED = "https://lms.test", "https://moved.test"


def services(*, grades=HOME, roster=HOME):
    return {
        NRPS_CLAIM: {"context_memberships_url": f"{roster}/members", "service_versions": ["2.0"]},
        AGS_CLAIM: {"scope": [f"{AGS_SCOPE}score"], "lineitem": f"{grades}/item/1"},
    }


def read_places(tool):
    with tool.house.database.reading() as db:
        rows = db.scalars(select(ServicePlace).order_by(ServicePlace.id)).all()
    return {(row.kind, row.origin): row.is_known for row in rows}


@pytest.fixture
def admin(tool):
    here = tool.launch_as("admin", roles=[ADMINISTRATOR])
    with tool.house.database.writing() as db:
        grant(db, user=db.get_one(User, here.user.id), right=Right.LMS_ADMIN, by=None, now=tool.clock())
    return here


def find_connection_page(tool, admin):
    health = admin.get("/admin").text
    return health.partition("/admin/connections/")[2].partition('"')[0]


def test_s48_services_are_known_where_they_were_first_seen(tool):
    """Each kind by itself: nobody says that they must share a host, neither with one another nor with the issuer."""
    tool.launch_as(**services(grades="https://grades.test"))
    tool.launch_as(**services(grades="https://grades.test", roster="https://people.test:8443"))
    assert read_places(tool) == {
        ("grades", "https://grades.test"): True, ("roster", HOME): True, ("roster", "https://people.test:8443"): False,
    }  # fmt: skip


def test_s48_a_change_is_shown_until_an_administrator_says_that_it_is_theirs(tool, admin):
    tool.launch_as(**services())
    assert MOVED not in admin.get("/admin").text
    tool.launch_as(**services(grades=MOVED))
    health = admin.get("/admin").text
    assert MOVED in health
    assert "If your LMS has moved" in health
    page = f"/admin/connections/{find_connection_page(tool, admin)}"
    assert MOVED in admin.get(page).text
    assert admin.post(f"{page}/services").status_code == 303
    assert MOVED not in admin.get(page).text + admin.get("/admin").text
    assert "new addresses of services" in admin.get("/admin/log").text
    tool.launch_as(**services(grades=MOVED))
    assert set(read_places(tool).values()) == {True}


@pytest.mark.parametrize("address", ["http://127.0.0.1", "https://10.0.0.1", "https://x@lms.test", "javascript:x"])
def test_s48_what_is_no_address_is_no_place(tool, address):
    """An address in the local network has an origin, so it is shown; that nobody goes there is S45."""
    tool.launch_as(**services(grades=address, roster=address))
    assert all(origin.startswith("https://") for _kind, origin in read_places(tool))


def test_s48_only_a_signed_launch_names_services(tool):
    browser = tool.browser()
    started = browser.log_in()
    claims = tool.platform.claims(nonce=started.nonce, **services())
    forged = tool.platform.sign(claims, key=make_key("nobody's"))
    assert browser.post_launch(forged, started.state).status_code == 401
    assert read_places(tool) == {}


def test_s48_a_platform_that_moves_at_each_launch_fills_no_table(tool):
    for number in range(MOST_OF_A_KIND + 5):
        tool.launch_as(**services(grades=f"https://grades-{number}.test"))
    assert len(read_places(tool)) == MOST_OF_A_KIND + 1


def test_s48_somebody_who_acts_as_another_writes_nothing_down(tool):
    masked = {"custom": {"masquerading_id": "7", "masquerading_sub": "admin"}}
    tool.launch_as(roles=[INSTRUCTOR], **services())
    tool.launch_as(**services(grades=MOVED), **masked)
    assert ("grades", MOVED) not in read_places(tool)
