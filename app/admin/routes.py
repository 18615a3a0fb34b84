"""All routes of this room, in one list."""

from fastapi import APIRouter

from app.admin import course_routes, rights_routes

router = APIRouter()
for _part in (rights_routes, course_routes):
    router.routes.extend(_part.router.routes)
