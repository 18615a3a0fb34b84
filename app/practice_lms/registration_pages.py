"""The administrator's registration page: paste an invitation, see it in a frame, activate what arrived."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, RedirectResponse, Response

from app.practice_lms.dependencies import PostedForm, Session, ThePlatform
from app.practice_lms.pages import show
from app.practice_lms.platform import NotRegistered
from app.practice_lms.refusals import Refusal
from app.practice_lms.registering import RegistrationFailed, build_registration_url, register_tool
from app.practice_lms.rendering import origin_of

router = APIRouter()


@router.get("/registration", name="practice.registration")
def show_registration(platform: ThePlatform, session: Session) -> Response:
    tools = platform.registrations.list_all(platform.temper.name)
    return show(platform, session, "registration.html", here="registration", tools=tools, frame="", told="")


@router.post("/registration", name="practice.open_registration")
def open_registration(form: PostedForm, platform: ThePlatform, session: Session) -> Response:
    """Open the pasted link in a frame; `update` names a client that is to be registered again."""
    url, tools = form.get("url", "").strip(), platform.registrations.list_all(platform.temper.name)
    if not origin_of(url):
        told = "That is no web address. Paste the whole link that the invitation command printed."
        return show(platform, session, "registration.html", here="registration", tools=tools, frame="", told=told)
    frame = build_registration_url(platform, url, client_id=form.get("update") or None)
    shown = {"here": "registration", "tools": tools, "frame": frame, "told": ""}
    return show(platform, session, "registration.html", (origin_of(url),), **shown)


@router.post("/registration/activate", name="practice.activate")
def activate(form: PostedForm, platform: ThePlatform) -> Response:
    """The administrator's click."""
    try:
        platform.activate(form.get("client_id", ""))
    except NotRegistered:
        raise Refusal(404, "There is no such tool.") from None
    return RedirectResponse("/registration", status_code=303)


@router.post("/practice/register", name="practice.register")
def register_without_human(form: PostedForm, platform: ThePlatform) -> Response:
    """What `./dev run` calls: form field `url`, and `activate=1` to activate at once."""
    try:
        registration = register_tool(platform, form.get("url", ""))
    except (RegistrationFailed, OSError, ValueError) as problem:
        return JSONResponse({"problem": str(problem)}, status_code=422)
    registration.is_active = registration.is_active or form.get("activate") == "1"
    ids = {"client_id": registration.client_id, "deployment_id": registration.deployment_id}
    return JSONResponse({**ids, "active": registration.is_active})
