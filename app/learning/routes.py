"""The pages of learning, put together; each kind of activity has its own file."""

from fastapi import APIRouter

router = APIRouter()
