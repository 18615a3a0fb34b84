"""Every page that a person can open, with a prepared example: the one list that all page-wide tests walk.

A GET route that has no example here fails `test_every_page.py`.
"""

from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from modules import Library

# Routes that answer something else than a page of our own: protocol, health, redirects after a ticket.
NO_PAGES = {"lti.login", "lti.jwks", "web.live", "web.ready", "web.redeem"}
# Pages of the protocol edge that need no sign-in; the functional tests of the edge open them.
EDGE_PAGES = {"lti.register"}


@dataclass(frozen=True)
class Page:
    """A page's route, its address, and who opens it: the learner or the course's staff."""

    route: str
    path: str
    who: str = "learner"


def list_get_routes(app: FastAPI) -> set[str]:
    """The names of all routes that a browser can simply open."""
    found = [c for c in iter_route_contexts(app.routes) if getattr(c, "dependant", None)]
    return {c.name for c in found if "GET" in c.methods} - NO_PAGES - EDGE_PAGES


def list_pages(app: FastAPI, library: Library, *, context: str) -> tuple[Page, ...]:
    """One example of each page, several where a page has kinds (each lesson has another interaction)."""

    def page(route: str, who: str = "learner", **params: str) -> Page:
        return Page(route, str(app.url_path_for(route, **params)), who)

    pages = [page("learning.home"), page("learning.privacy"), page("dashboard.course", "staff", context=context)]
    for module in library.modules:
        slug = module.slug
        pages += [page(f"learning.{name}", slug=slug) for name in ("module", "reflection", "task", "job_aid", "complete", "check")]
        pages += [page("learning.lesson", slug=slug, lesson_id=lesson.id) for lesson in module.lessons]
        pages += [page("learning.vignette", slug=slug, vignette_id=one.id) for one in module.vignettes]
        pages += [page("learning.role_set", slug=slug, role_set_id=one.id) for one in module.role_sets]
    return tuple(pages)
