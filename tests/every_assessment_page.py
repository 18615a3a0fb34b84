"""The pages of self-assessment for the one list: begun, looked back on, handed in."""

from datetime import timedelta

from fastapi import FastAPI

from app.progress import service as progress_service
from app.progress.rules import FactKind
from tests.assessment_kit import HOME, PLAN, PROFILE, SHARED, Assessor, cycle
from tests.lti_kit import SignedIn
from tests.pages import Page


def prepare_assessments(app: FastAPI, people: dict[str, SignedIn], example: str) -> list[Page]:
    """One has begun, one looks back, one is through; a page that looks alike for several is listed once."""
    busy, done, staff = (Assessor(people[who]) for who in ("busy", "done", "staff"))
    begun = busy.begin()
    busy.send(f"{begun}/now/p", **{"now/P1.1": "2", "now/P1.2": "N", "importance/P1": "3", "example/P": example})
    goals = {f"target/{domain}": "4" for domain in "PRSTD"} | {"importance/S1": "3"}
    baseline = done.take_baseline(cycle("2", "3", "N"), more={**goals, "example/P": example})
    for one in (done, staff):
        complete_training(app, one.here)
    done.take_post(cycle("4", "4", "3"), cycle("1", "2"))
    between = done.begin("on-demand")
    done.answer(between, "now", cycle("3", "4"))
    done.hand_in(between)
    back = staff.begin("post")
    staff.answer(back, "now", cycle("3", "4"))
    staff.hand_in(back)
    goal = done.add_goal(competency="S1", behavior=example, with_whom="the intern", by="2026-01-31")
    opened, waiting, theirs = _share(app, *(Assessor(people[who]) for who in ("done", "fresh", "busy")), goal=goal)
    listed = [
        ("assessment.plan", PLAN, ("fresh", "done")),
        ("assessment.new_goal", f"{PLAN}/new", ("fresh",)),
        ("assessment.new_goal", f"{PLAN}/new?competency=R1", ("done",)),
        ("assessment.goal", goal, ("done",)),
        ("assessment.sharing", f"{goal}/sharing", ("done",)),
        ("assessment.sharing", f"{theirs}/sharing", ("busy",)),
        ("assessment.shared", SHARED, ("fresh", "busy", "done")),
        ("assessment.received", opened, ("fresh",)),
        ("assessment.received", waiting, ("done",)),
        ("assessment.home", HOME, ("fresh", "busy", "done")),
        ("assessment.profile", PROFILE, ("fresh", "done")),
        ("assessment.competencies", f"{PROFILE}/competencies", ("fresh", "done")),
        ("assessment.over_time", f"{PROFILE}/over-time", ("fresh", "done")),
        ("assessment.shape", f"{PROFILE}/shape", ("fresh", "done")),
        ("assessment.page", f"{begun}/now/p", ("busy",)),
        ("assessment.page", f"{begun}/now/d", ("busy",)),
        ("assessment.review", f"{begun}/review", ("busy",)),
        ("assessment.page", f"{back}/then/r", ("staff",)),
        ("assessment.review", f"{back}/review", ("staff",)),
        ("assessment.answers", baseline, ("done",)),
    ]
    return [Page(route, path, who) for route, path, whose in listed for who in whose]


def _share(app: FastAPI, done: Assessor, fresh: Assessor, busy: Assessor, *, goal: str) -> tuple[str, str, str]:
    """One has shared a goal that was opened, another shares one that waits to be, the third never shared theirs."""
    today = app.state.house.clock().date()
    opened = done.share(goal, fresh, (today + timedelta(days=91)).isoformat(), scope="reviews")
    fresh.send(opened)
    own = fresh.add_goal(behavior="I wait before I answer.", support="A card in the pocket.")
    waiting = fresh.share(own, done, (today + timedelta(days=30)).isoformat())
    return opened, waiting, busy.add_goal(behavior="I ask what she wants from our time.")


def complete_training(app: FastAPI, here: SignedIn) -> None:
    """As if every part of the training were behind this person."""
    house = app.state.house
    with house.database.writing() as db:
        kind = FactKind.PROGRAM_COMPLETED
        progress_service.record(db, user=here.user, kind=kind, key="coach-training/1.0", at=house.clock())
