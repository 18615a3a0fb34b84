"""The people and courses that a practice LMS starts with."""

from urllib.parse import quote

from app.practice_lms.settings import PracticeItem, PracticeSettings
from app.practice_lms.world import Course, Enrolment, LineItem, Link, Person, World

KEY_QUERY, KEY_PARAMETER = "open", "cairn_key"  # what Cairn writes into the items of its deep linking responses

PEOPLE = (
    Person("2", "Amara", "Okonkwo", "admin", "Amara Okonkwo", is_admin=True),
    Person("3", "Tomás", "Ó Súilleabháin", "instructor1", "Tomás Ó Súilleabháin"),
    Person("4", "Łucja", "Wiśniewska", "assistant1", "Łucja Wiśniewska"),
    Person("5", "Chloé", "Müller-Šimić", "faculty1", "Chloé Müller-Šimić"),
    Person("6", "ليلى", "الحدّاد", "faculty2", "ليلى الحدّاد"),
    Person("7", "秀英", "王", "faculty3", "王秀英"),
    Person("8", "Test", "Student", "teststudent", "Test Student", is_test_user=True),
)
COURSES = (("2", "COACH-26", "Coach training 2026-27"), ("3", "CLIN-TEACH", "Clinical teaching fellowship"))


def build_world(settings: PracticeSettings) -> World:
    """Two courses with the same people and the same items."""
    world = World()
    world.people = {person.id: person for person in PEOPLE}
    for course_id, label, title in COURSES:
        world.courses[course_id] = Course(course_id, label, title, {**_ENROLMENTS})
        for item in settings.items:
            add_item(world, course_id, item, tool=settings.tool_base_url)
    return world


_ENROLMENTS: dict[str, Enrolment] = {
    "3": "teacher",
    "4": "assistant",
    "5": "student",
    "6": "student",
    "7": "student",
    "8": "test",
}


def add_item(world: World, course_id: str, item: PracticeItem, *, tool: str) -> Link:
    """A link to one thing of the tool, with its own column when it is graded."""
    link = Link(
        world.next_id("link"),
        course_id,
        item.title,
        description=item.description,
        url=f"{tool}/lti/launch?{KEY_QUERY}={quote(item.key, safe='')}",
        custom={KEY_PARAMETER: item.key},
        accepts_grades=item.graded,
    )
    if item.graded:
        add_column(world, link)
    return world.add_link(link)


def add_column(world: World, link: Link, *, maximum: float = 1, resource_id: str = "", tag: str = "") -> LineItem:
    """Give a link its line item."""
    item = LineItem(world.next_id("line item", start=11), link.course_id, link.title, maximum, link_id=link.id)
    item.resource_id, item.tag = resource_id, tag
    link.line_item_id, link.accepts_grades = item.id, True
    return world.add_line_item(item)
