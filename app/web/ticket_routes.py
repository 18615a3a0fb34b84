"""From the frame into a tab of its own, by two forms: one mints a ticket, the other opens the tab with it."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.web import tickets
from app.web.cookies import SESSION, set_cookie
from app.web.deps import DbSession, Now
from app.web.errors import TicketSpent
from app.web.forms import PostedForm
from app.web.guards import Learner, Public
from app.web.templating import path_for, render

router = APIRouter()
SEE_OTHER = 303
_SAME_ORIGIN = "same-origin"


@router.post("/new-tab", name="web.ticket")
def ticket(request: Request, here: Learner, form: PostedForm, db: DbSession, now: Now) -> Response:
    """Answers in the frame, where the session is: the tab's own request could not name it."""
    token = tickets.mint_ticket(db, session=here.session, now=now)
    return render(request, "new_tab.html", ticket=token, page=_ours(request, form.one("back")))


@router.post("/new-tab/open", name="web.redeem", dependencies=[Public])
def redeem(request: Request, form: PostedForm, db: DbSession, now: Now) -> Response:
    """Only for a form of our own pages: else a stranger could sign somebody in as himself."""
    if request.headers.get("sec-fetch-site") != _SAME_ORIGIN:
        raise TicketSpent
    token = tickets.redeem_ticket(db, token=form.one("ticket"), now=now)
    if token is None:
        raise TicketSpent
    response = RedirectResponse(_ours(request, form.one("back")), SEE_OTHER)
    set_cookie(response, SESSION, token)
    return response


def _ours(request: Request, path: str) -> str:
    """A path on this very site; the home page for anything else."""
    is_path = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_path else path_for(request, "learning.home")
