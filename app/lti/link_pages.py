"""What the pages about a course's links show: frozen, and nothing about people."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request

from app.lti.contents import UNDECIDED_KEY, list_contents
from app.lti.models import ResourceLink
from app.membership.models import Context
from app.web.templating import path_for
from app.web.texts import gettext as _
from modules import Library


@dataclass(frozen=True)
class LinkRow:
    """One link: its title, what it opens (None: nobody has said), and where staff may change that."""

    title: str
    opens: str | None
    path: str | None


@dataclass(frozen=True)
class LinksPage:
    """The links of a course that were opened at least once."""

    course: str
    rows: tuple[LinkRow, ...]


@dataclass(frozen=True)
class Question:
    """A link that does not say what it opens, its course, and its address among the course's links."""

    context: Context
    link: ResourceLink
    uuid: UUID


@dataclass(frozen=True)
class Choice:
    """One thing that a link may open."""

    key: str
    title: str
    is_chosen: bool


@dataclass(frozen=True)
class LinkPage:
    """The question of one link. `is_missing`: the form came back without an answer that exists."""

    course: str
    title: str
    path: str
    links_path: str
    choices: tuple[Choice, ...]
    is_open: bool
    is_missing: bool


def make_links_page(
    request: Request, library: Library, context: Context, links: Sequence[tuple[ResourceLink, UUID | None]]
) -> LinksPage:
    titles = {content.key: content.title for content in list_contents(library)}
    rows = tuple(
        LinkRow(_name(link), titles.get(link.key), _path_of(request, context, uuid) if uuid else None)
        for link, uuid in links
    )
    return LinksPage(name_course(context), rows)


def make_link_page(request: Request, library: Library, asked: Question, *, is_missing: bool = False) -> LinkPage:
    context, link = asked.context, asked.link
    return LinkPage(
        course=name_course(context),
        title=_name(link),
        path=_path_of(request, context, asked.uuid),
        links_path=path_for(request, "lti.links", context=context.uuid),
        choices=tuple(Choice(one.key, one.title, one.key == link.key) for one in list_contents(library)),
        is_open=link.key == UNDECIDED_KEY,
        is_missing=is_missing,
    )


def name_course(context: Context) -> str:
    return context.title or context.label or _("Your course")


def _name(link: ResourceLink) -> str:
    return link.title or _("A link without a title")


def _path_of(request: Request, context: Context, uuid: UUID) -> str:
    return path_for(request, "lti.link", context=context.uuid, link=uuid)
