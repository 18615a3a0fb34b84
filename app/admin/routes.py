"""All routes of this room, in one list."""

from fastapi import APIRouter

from app.admin import (
    connection_routes,
    course_routes,
    erasing_routes,
    group_routes,
    keeping_routes,
    operator_routes,
    rights_routes,
)

router = APIRouter()
for _part in (
    connection_routes,
    rights_routes,
    course_routes,
    group_routes,
    keeping_routes,
    erasing_routes,
    operator_routes,
):
    router.routes.extend(_part.router.routes)
