"""Every page that a person can open, with prepared examples: the one list that all page-wide tests walk.

A GET route that has no example here fails `test_every_page.py`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import select

from app.lti.contents import UNDECIDED_KEY
from app.lti.copy_models import UnnamedLink
from app.lti.deep_linking import LIFETIME
from app.lti.deep_linking_models import DeepLinkingRequest
from app.lti.models import Deployment, ResourceLink
from app.membership.models import Context
from modules import Library, Module
from tests.column_kit import add_columns
from tests.every_admin_page import prepare_administration, sign_in_administrators
from tests.every_assessment_page import prepare_assessments
from tests.every_roster_page import prepare_rosters
from tests.lti_kit import SignedIn, sign_in
from tests.pages import Page
from tests.walking import Walker, read_hidden

# Routes that answer something else than a page of our own: protocol, health, redirects after a ticket.
NO_PAGES = {
    "lti.login",
    "lti.own_login",
    "lti.jwks",
    "lti.own_jwks",
    "lti.logo",
    "lti.canvas",
    "web.live",
    "web.ready",
    "web.redeem",
    "dashboard.office",
    "assessment.calendar",
}
# Files to keep; `test_handouts.py` opens them.
NO_PAGES |= {"learning.job_aid_file", "learning.task_file"}
# Files to keep; `test_plan_on_paper.py` opens them.
NO_PAGES |= {"assessment.plan_file", "assessment.profile_file"}
# Files to keep, each with its own test.
FILES = {
    "assessment.calendar", "credentials.own_data_file", "credentials.own_data_paper", "dashboard.picture_file",
    "dashboard.picture_paper",
}  # fmt: skip
# Pages of the protocol edge that need no sign-in; the functional tests of the edge open them.
EDGE_PAGES = {"operator.enter", "lti.register", "lti.by_hand", "lti.privacy", "lti.terms"}
# What only the person may ever read; the staff's pages are searched for it.
PRIVATE = "a private sentence that nobody else may read"


@dataclass(frozen=True)
class EveryPage:
    """The people: one who has just come, one in the middle, one who is through, one of the staff; and all pages."""

    people: dict[str, SignedIn]
    pages: tuple[Page, ...]

    def open(self, page: Page):
        return self.people[page.who].get(page.path)


def list_get_routes(app: FastAPI) -> set[str]:
    """The names of all routes that a browser can simply open."""
    found = [c for c in iter_route_contexts(app.routes) if getattr(c, "dependant", None)]
    return {c.name for c in found if "GET" in c.methods} - NO_PAGES - FILES - EDGE_PAGES


def prepare_every_page(app: FastAPI, *, modules: int = 2) -> EveryPage:
    """Lets three people live through the first module to different ends, and lists what each of them can open.

    All modules have pages of the same kinds. Two of them are looked at here; what is peculiar to one module's text is
    looked at by the walks through all of them.
    """
    library: Library = app.state.house.library
    people = {
        "fresh": sign_in(app, sub="fresh", name="Ada Newcomer"),
        "busy": sign_in(app, sub="busy", name="Bao Midway"),
        "done": sign_in(app, sub="done", name="Chidi Through"),
        "staff": sign_in(app, sub="staff", name="Sam Staff", is_staff=True),
        **sign_in_administrators(app),
    }
    module = library.modules[0]
    busy = _live_half(people["busy"], module)
    Walker(people["done"], module).finish()
    context = people["staff"].context
    assert context is not None
    add_columns(app.state.house, context)
    pages = [
        Page(route, str(app.url_path_for(route, context=context.uuid)), "staff")
        for route in ("dashboard.course", "lti.columns")
    ]
    pages += prepare_rosters(app, context)
    pages += prepare_administration(app, people)
    pages += _list_links(app, people["staff"])
    pages += prepare_assessments(app, people, PRIVATE)
    # Nobody has begun the later modules, so to all three they look alike.
    for who, seen in (
        ("fresh", library.modules[:modules]),
        ("busy", library.modules[:1]),
        ("done", library.modules[:1]),
    ):
        pages += [Page(route, path, who) for route, path in _list_plain(app, seen)]
    pages += [Page("lti.picker", _ask_for_content(app, people["staff"], context), "staff")]
    return EveryPage(people, (*pages, *busy, *_list_endings(module)))


def _list_links(app: FastAPI, here: SignedIn) -> list[Page]:
    """A link that says what it opens, one that does not, and one that staff have yet to decide on."""
    context = here.context
    assert context is not None
    keys = {"module": "module/m0", "chosen": "home", "open": UNDECIDED_KEY}
    with here.house.database.writing() as db:
        for name, key in keys.items():
            link = ResourceLink(
                institution_id=context.institution_id, deployment_id=context.deployment_id, context_id=context.id,
                platform_link_id=f"every-{name}", key=key, title=f"The {name} link", created_at=here.house.clock(),
            )  # fmt: skip
            db.add(link)
            db.flush()
            unnamed = UnnamedLink(institution_id=context.institution_id, resource_link_id=link.id)
            if key != "module/m0":
                db.add(unnamed)
        db.flush()
        uuids = list(db.scalars(select(UnnamedLink.uuid)))
    found = [Page("lti.links", str(app.url_path_for("lti.links", context=context.uuid)), "staff")]
    paths = [str(app.url_path_for("lti.link", context=context.uuid, link=uuid)) for uuid in uuids]
    return [*found, *(Page("lti.link", path, "staff") for path in paths)]


def _ask_for_content(app: FastAPI, here: SignedIn, context: Context) -> str:
    """What a deep linking launch of the staff would have kept; the address of its page."""
    house = here.house
    with house.database.writing() as db:
        deployment = db.get_one(Deployment, context.deployment_id)
        row = DeepLinkingRequest(
            institution_id=here.user.institution_id, user_id=here.user.id, session_id=here.session_id(db),
            deployment_id=deployment.id, may_choose=True, return_url="https://lms.test/return", accepts_links=True,
            accepts_several=True, created_at=house.clock(), expires_at=house.clock() + LIFETIME,
        )  # fmt: skip
        db.add(row)
        db.flush()
        return str(app.url_path_for("lti.picker", asked=row.uuid))


def _list_plain(app: FastAPI, seen: Sequence[Module]) -> list[tuple[str, str]]:
    """The pages that exist for everybody, whatever they have done, with those of these modules."""

    def at(route: str, **params: str) -> tuple[str, str]:
        return route, str(app.url_path_for(route, **params))

    pages = [
        at("learning.home"),
        at("learning.privacy"),
        at("credentials.own_data"),
        at("credentials.delete_own"),
        at("learning.help"),
        at("lti.review"),
    ]
    for module in seen:
        slug = module.slug
        pages += [
            at(f"learning.{name}", slug=slug)
            for name in ("module", "reflection", "task", "job_aid", "complete", "check")
        ]
        pages += [at("learning.lesson", slug=slug, lesson_id=lesson.id) for lesson in module.lessons]
        pages += [at("learning.vignette", slug=slug, vignette_id=one.id) for one in module.vignettes]
        pages += [at("learning.role_set", slug=slug, role_set_id=one.id) for one in module.role_sets]
    return pages


def _live_half(here: SignedIn, module: Module) -> list[Page]:
    """Everything begun and nothing finished; gives the pages of the answers given."""
    walker = Walker(here, module)
    for vignette in module.vignettes:
        walker.walk_vignette(vignette.id, vignette.after.expert_path[:1])
    pages = []
    for role_set in module.role_sets:
        walker.take_role_set(role_set.id, count=7)
        path = f"{walker.base}/role-sets/{role_set.id}"
        pages.append(Page("learning.role_set_answer", f"{path}/answers/{role_set.scenarios[0].id}", "busy"))
    walker.send(f"{walker.base}/check/begin", after="0")
    for _ in range(3):
        item = read_hidden(walker.open(f"{walker.base}/check"), "item")
        walker.take_one_item(well=False)
        pages.append(Page("learning.check_answer", f"{walker.base}/check/answers/{item}", "busy"))
    for lesson in module.lessons:
        walker.answer_interaction(lesson)
    optional = next(prompt.id for prompt in module.reflection.prompts if not prompt.required)
    walker.send(f"{walker.base}/reflection", **{f"text-{optional}": PRIVATE})
    return pages


def _list_endings(module: Module) -> list[Page]:
    paths = [f"/modules/{module.slug}/role-sets/{one.id}/pattern" for one in module.role_sets]
    return [Page("learning.role_set_pattern", path, who) for path in paths for who in ("busy", "done")]


def strip_varying(html: str) -> str:
    """A page without what differs from one rendering to the next."""
    return re.sub(r'name="(?:csrf|back)" value="[^"]*"|(?: aria-current="page")', "", html)
