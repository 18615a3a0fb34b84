"""Copying a course as an LMS does it: everything gets a new id, and links keep their address and parameters."""

from dataclasses import replace

from app.practice_lms.seed import add_column
from app.practice_lms.world import Course, Link, World


def copy_course(world: World, course_id: str) -> Course:
    """A new course with the same people and links; its columns are new and empty."""
    origin = world.courses[course_id]
    number = world.next_id("course", start=4)
    course = Course(
        number,
        f"{origin.label}-COPY-{number}",
        f"{origin.title} (copy {number})",
        {**origin.enrolments},
        origin_ids=(origin.id, *origin.origin_ids),
    )
    world.courses[number] = course
    for link in world.links_of(course_id):
        _copy_link(world, link, course)
    return course


def _copy_link(world: World, link: Link, course: Course) -> None:
    made = replace(link, id=world.next_id("link"), course_id=course.id, custom={**link.custom}, line_item_id=None)
    item = world.line_items.get(link.line_item_id or "")
    if item is not None:
        add_column(world, made, maximum=item.maximum, resource_id=item.resource_id, tag=item.tag)
    world.add_link(made)
