"""Course lists with a roster, with prepared examples: a part of `every_page.py`."""

from datetime import timedelta

from fastapi import FastAPI

from app.membership.models import Context, Membership, Roster, User
from app.web.house import House
from tests.lti_kit import sign_in
from tests.pages import Page


def prepare_rosters(app: FastAPI, context: Context) -> list[Page]:
    """A roster that was read, with people who never came and one who left; and a course whose roster cannot be read."""
    house: House = app.state.house
    now = house.clock()
    _add(house, context, "unseen", name="Dana Unseen", has_left=False)
    _add(house, context, "gone", name="Elif Gone", has_left=True)
    troubled = sign_in(app, sub="staff", course="course-troubled", is_staff=True).context
    assert troubled is not None
    read, failed = now - timedelta(hours=3), now - timedelta(minutes=20)
    with house.database.writing() as db:
        db.add(_roster(context, read_at=read, people=4, due_at=now + timedelta(days=1)))
        trouble = {"failed_at": failed, "reason": "forbidden", "names_only_openers": True, "asked_at": now}
        db.add(_roster(troubled, due_at=now + timedelta(hours=1), **trouble))
    path = str(app.url_path_for("dashboard.course", context=context.uuid))
    other = str(app.url_path_for("dashboard.course", context=troubled.uuid))
    return [Page("dashboard.course", f"{path}?who=left", "staff"), Page("dashboard.course", other, "staff")]


def _roster(context: Context, **values: object) -> Roster:
    return Roster(institution_id=context.institution_id, context_id=context.id, lane="0", **values)


def _add(house: House, context: Context, sub: str, *, name: str, has_left: bool) -> None:
    now = house.clock()
    ours = {"institution_id": context.institution_id}
    with house.database.writing() as db:
        user = User(**ours, platform_id=context.platform_id, sub=sub, name=name, created_at=now)
        db.add(user)
        db.flush()
        left_at = now if has_left else None
        db.add(
            Membership(
                **ours, context_id=context.id, user_id=user.id, is_learner=True, joined_at=now, listed_at=now,
                left_at=left_at,
            )
        )  # fmt: skip
