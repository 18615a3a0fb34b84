"""The pages of the protocol's edge: refusals, the way into a new tab. They show nobody's data."""

from collections.abc import Mapping

from fastapi import Request
from starlette.responses import Response

from app.lti import failures
from app.lti.addresses import find_origin
from app.lti.framing import list_before_session
from app.lti.refusal_texts import WORDS
from app.lti.refusals import Reason, Refused
from app.lti.registrations import Registered, allows_anonymous, find_registered_by_id
from app.lti.storage import Offer, Question
from app.web.house import House, house_of
from app.web.returning import write_course_url
from app.web.templating import render
from app.web.texts import gettext

# A form that opens a new tab is followed through the sign-in pages of the LMS, wherever they are.
_ANYWHERE = "https:"
_LOOPBACK = "http://localhost:* http://127.0.0.1:*"


def show_refusal(request: Request, refusal: Refused) -> Response:
    """The page of that reason, with its status, its code and the way back to the course where one is known."""
    words = WORDS[refusal.reason]
    title, what = gettext(words.title), gettext(words.what).format(detail=refusal.detail)
    return render(
        request,
        "error.html",
        status=refusal.status,
        title=title,
        what=what,
        now=gettext(words.now),
        code=refusal.code,
        reference=None,
        course_url=write_course_url(refusal.return_url, lti_errormsg=title),
    )


def refuse(request: Request, refusal: Refused, registration_id: int | None) -> Response:
    """The page of a refused launch, counted where the state told whose it is. Reads and may write: not for the loop."""
    house, registered = house_of(request), None
    if registration_id is not None:
        with house.database.reading() as db:
            registered = find_registered_by_id(db, registration_id=registration_id)
            opens = refusal.reason is Reason.NO_USER and allows_anonymous(db, registration_id=registration_id)
        if registered is not None and opens:
            return show_anonymous(house, request, refusal, registered)
    count_and_frame(house, request, refusal, registered)
    return show_refusal(request, refusal)


def count_and_frame(house: House, request: Request, refusal: Refused, registered: Registered | None) -> None:
    """What a refusal leaves behind where the registration is known: one count, and a page its platform may frame."""
    if registered is None:
        return
    failures.count_failure(house, registration_id=registered.id, reason=refusal.reason.value)
    _frame(house, request, refusal, registered)


def show_anonymous(house: House, request: Request, refusal: Refused, registered: Registered) -> Response:
    """What the training holds, for somebody whom the LMS does not name: nobody is signed in, nothing is written.

    It comes of a launch that was refused for its missing user alone, after everything else in it was checked.
    """
    _frame(house, request, refusal, registered)
    course_url = write_course_url(refusal.return_url)
    return render(request, "lti/anonymous.html", modules=house.library.modules, course_url=course_url)


def _frame(house: House, request: Request, refusal: Refused, registered: Registered) -> None:
    """Before a session the page's frame is what the registration and this launch's signature name."""
    with house.database.reading() as db:
        known = list_before_session(db, registered)
    if known:
        request.state.frame_origins = " ".join(dict.fromkeys((*known, *_list_signed(house, refusal))))


def _list_signed(house: House, refusal: Refused) -> tuple[str, ...]:
    """The origin that a good signature named for this launch: a school's own host may be seen here first."""
    origin = find_origin(refusal.return_url, allow_http=house.settings.is_development)
    return (origin,) if origin else ()


def show_new_tab(request: Request, fields: Mapping[str, str], offer: Offer | None) -> Response:
    """The login once more in a new tab, where our cookie is kept; the LMS's one-shot hint is still unspent.

    Where the LMS offers to keep our secret, a script tries that first; without it the page is the same.
    """
    is_development = house_of(request).settings.is_development
    request.state.form_targets = f"{_ANYWHERE} {_LOOPBACK}" if is_development else _ANYWHERE
    return render(request, "lti/new_tab.html", fields=fields, offer=offer)


def show_question(request: Request, question: Question) -> Response:
    """Asks the LMS's storage for the secret and posts it back to us.

    Any https page may frame it, as at the login: who may is known only from the token, which nobody has checked yet.
    The page after this one holds to that.
    """
    return render(request, "lti/storage.html", question=question)


def show_ticket(request: Request, ticket: str, place: str) -> Response:
    """The launch is done; the way from a frame without cookies into a tab of its own, at that path."""
    return render(request, "lti/signed_in.html", ticket=ticket, place=place)
