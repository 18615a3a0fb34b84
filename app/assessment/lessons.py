"""Where somebody can read on about a competency: the lessons and pocket cards that its items name."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import Request

from app.web.templating import path_for
from competencies import Instrument
from modules import Library, Module


@dataclass(frozen=True)
class Link:
    """A page to read."""

    title: str
    path: str


def list_lessons(request: Request, library: Library, instrument: Instrument, code: str) -> Iterator[Link]:
    """The lessons that the items of a competency offer, each once, as far as they exist here."""
    for name, number in _list_places(instrument, code):
        module = library.find_module(name)
        lessons = module.lessons if module else ()
        lesson = next((one for one in lessons if one.id.startswith(f"{number}-")), None)
        if module and lesson:
            yield Link(lesson.title, path_for(request, "learning.lesson", slug=module.slug, lesson_id=lesson.id))


def list_cards(request: Request, library: Library, instrument: Instrument, code: str) -> Iterator[Link]:
    """The pocket cards of the modules that those lessons belong to."""
    names = dict.fromkeys(name for name, _number in _list_places(instrument, code))
    for module in filter(None, map(library.find_module, names)):
        yield _card(request, module)


def find_support_card(request: Request, library: Library, instrument: Instrument, domain: str) -> Link | None:
    """The pocket card that helps on, where the items of a domain touch somebody who may be in danger."""
    codes = {one.code for one in library.framework.competencies if one.domain == domain}
    asked = (item.competency for item in instrument.items if item.support and item.competency in codes)
    code = next(asked, None)
    return next(list_cards(request, library, instrument, code), None) if code else None


def _card(request: Request, module: Module) -> Link:
    return Link(module.sheet.job_aid.title, path_for(request, "learning.job_aid", slug=module.slug))


def _list_places(instrument: Instrument, code: str) -> Iterator[tuple[str, str]]:
    places = [place for item in instrument.items if item.competency == code for place in item.learn]
    for place in dict.fromkeys(places):
        name, _slash, number = place.partition("/")
        yield name, number
