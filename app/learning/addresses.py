"""Finds what an address names, and sends the browser on after a posted step."""

import re
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from app.learning.opening import OpenModule
from app.learning.places import CheckPlace, RoleSetPlace, VignettePlace
from app.web.errors import NotFound
from app.web.forms import Form
from app.web.templating import path_for

# Said in the address after a form that came too late, so that a reload needs no form.
LATE = "late"
LONGEST_NUMBER = 9
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _find_check(module: OpenModule) -> CheckPlace:
    return CheckPlace(module)


def _find_vignette(vignette_id: str, module: OpenModule) -> VignettePlace:
    vignette = module.find_vignette(vignette_id)
    if vignette is None:
        raise NotFound
    return VignettePlace(module, vignette)


def _find_role_set(role_set_id: str, module: OpenModule) -> RoleSetPlace:
    role_set = module.find_role_set(role_set_id)
    if role_set is None:
        raise NotFound
    return RoleSetPlace(module, role_set)


# In a route they stand after the guard.
AtVignette = Annotated[VignettePlace, Depends(_find_vignette)]
AtRoleSet = Annotated[RoleSetPlace, Depends(_find_role_set)]
AtCheck = Annotated[CheckPlace, Depends(_find_check)]


def go_on(request: Request, name: str, *, late: bool = False, **params: str) -> Response:
    """Sends the browser on after a form; `late` when the form answered a step that was answered before."""
    path = path_for(request, name, **params)
    return RedirectResponse(f"{path}?{LATE}=1" if late else path, status_code=303)


def is_late(request: Request) -> bool:
    return LATE in request.query_params


def read_number(form: Form, name: str) -> int:
    """A small whole number of ours from a hidden field; -1 where it is none."""
    text = form.one(name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER else -1


def read_id(form: Form, name: str) -> str | None:
    """The id in a hidden field; None where it could be no author's id and so names no page either."""
    text = form.one(name)
    return text if _ID.fullmatch(text) else None
