"""The pages of learning, put together; each kind of activity has its own file."""

from fastapi import APIRouter

from app.learning import (
    check_routes,
    handout_routes,
    home_routes,
    lesson_routes,
    role_set_routes,
    vignette_routes,
    writing_routes,
)

router = APIRouter()
for part in (
    home_routes,
    handout_routes,
    lesson_routes,
    vignette_routes,
    role_set_routes,
    check_routes,
    writing_routes,
):
    router.routes.extend(part.router.routes)
