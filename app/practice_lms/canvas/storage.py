"""Canvas's frame on its sign-in host that keeps what tools put there, each tool's apart, while the page stays open."""

from fastapi import APIRouter
from fastapi.responses import Response

from app.practice_lms.canvas.hosts import ON_TOKEN_HOST
from app.practice_lms.dependencies import ThePlatform, only_in
from app.practice_lms.rendering import render
from app.practice_lms.settings import STORAGE_FRAME

router = APIRouter(dependencies=[only_in("canvas"), ON_TOKEN_HOST])


@router.get(f"/{STORAGE_FRAME}", name="canvas.storage")
def show_storage(platform: ThePlatform) -> Response:
    return render(platform, "storage_frame.html", {})
