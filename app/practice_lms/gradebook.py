"""A course's gradebook as rows and columns, for the page and for tests."""

from typing import Any

from app.practice_lms.platform import Platform
from app.practice_lms.world import Course, Grade

EMPTY = "\u2013"


def build_gradebook(platform: Platform, course: Course) -> dict[str, Any]:
    """Plain data: `columns` of line items, `rows` of students with a cell per column that was ever touched."""
    items = platform.world.items_of(course.id)
    columns = [{"item": i.id, "label": i.label, "link": i.link_id, "maximum": _plain(i.maximum)} for i in items]
    students = [person for person, enrolment in platform.world.members_of(course.id) if enrolment == "student"]
    rows = []
    for person in students:
        cells = {item.id: platform.world.grades.get((item.id, person.id)) for item in items}
        grades = {item_id: show_grade(grade) for item_id, grade in cells.items() if grade is not None}
        sub = platform.temper.sub_of(person)
        rows.append({"person": person.id, "sub": sub, "name": person.name, "grades": grades})
    return {"course": course.id, "columns": columns, "rows": rows}


def show_grade(grade: Grade) -> dict[str, Any]:
    shown = EMPTY if grade.score is None else f"{_plain(grade.score)} / {_plain(grade.maximum)}"
    return {
        "score": grade.score,
        "maximum": grade.maximum,
        "shown": shown,
        "at": grade.at.isoformat(),
        "by": grade.by,
        "comment": grade.comment,
        "submissions": grade.submissions,
        "posts": grade.posts,
    }


def _plain(number: float) -> float:
    return int(number) if number == int(number) else number
