"""Where the parts of a module stand, and where a person goes next."""

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from app.learning import rules
from app.learning.rules import Part, PartKind
from app.web.templating import path_for
from modules import Module

ROUTES = {
    PartKind.LESSON: ("learning.lesson", "lesson_id"),
    PartKind.VIGNETTE: ("learning.vignette", "vignette_id"),
    PartKind.ROLE_SET: ("learning.role_set", "role_set_id"),
    PartKind.CHECK: ("learning.check", None),
    PartKind.REFLECTION: ("learning.reflection", None),
}


def part_path(request: Request, module: Module, part: Part) -> str:
    name, param = ROUTES[part.kind]
    return path_for(request, name, slug=module.slug, **({param: part.id} if param else {}))


def next_step_path(request: Request, module: Module, facts: rules.Facts, *, after: str | None = None) -> str:
    """The next thing not done: behind the part with the key `after`, else from the start, else the end page."""
    part = rules.find_next(module, facts, after=after)
    return part_path(request, module, part) if part else path_for(request, "learning.complete", slug=module.slug)


def see_other_at(request: Request, name: str, anchor: str, **params: str) -> Response:
    """Sends the browser on after a form to one place of a page."""
    return RedirectResponse(f"{path_for(request, name, **params)}#{anchor}", status_code=303)
