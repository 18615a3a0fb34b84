"""The pages of learning, put together; each kind of activity has its own file."""

from fastapi import APIRouter

from app.learning import home_routes, lesson_routes, writing_routes

router = APIRouter()
for part in (home_routes, lesson_routes, writing_routes):
    router.include_router(part.router)
