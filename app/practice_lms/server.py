"""Starting the practice LMS from the command line."""

import os
import sys
import threading
import time

import uvicorn

from app.practice_lms.application import create_practice_lms
from app.practice_lms.dropping import DroppingProtocol
from app.practice_lms.platform import Platform
from app.practice_lms.registering import RegistrationFailed, register_tool
from app.practice_lms.settings import PracticeSettings

_TRIES = 60


def serve(host: str, port: int, settings: PracticeSettings) -> None:
    """Run until stopped; refuses to run where real people are."""
    refuse_production()
    app = create_practice_lms(settings)
    if settings.registration_link is not None:
        link, platform = settings.registration_link, app.state.platform
        threading.Thread(target=_register_when_up, args=(platform, link), daemon=True).start()
    uvicorn.run(app, host=host, port=port, http=DroppingProtocol, log_level="warning")


def refuse_production() -> None:
    """Exit 1 with a sentence under CAIRN_ENV=production."""
    if os.environ.get("CAIRN_ENV", "").strip().lower() == "production":
        sys.stderr.write(
            "The practice LMS does not start in production: anybody may be anybody there. "
            "Set CAIRN_ENV=development to use it, on a machine without real people's data.\n"
        )
        raise SystemExit(1)


def _register_when_up(platform: Platform, link: str) -> None:
    """Both servers start together: try until the tool answers, then activate what came."""
    for _ in range(_TRIES):
        try:
            register_tool(platform, link).is_active = True
        except OSError:
            time.sleep(0.5)
        except RegistrationFailed as problem:
            sys.stderr.write(f"The tool did not register: {problem}\n")
            return
        else:
            return
