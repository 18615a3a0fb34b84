"""Finds what an address of learning names, or says that there is nothing there."""

from typing import Annotated

from fastapi import Depends

from app.web.deps import Library
from app.web.errors import NotFound
from app.web.texts import get_language
from modules import Lesson, Module, in_locale


def _find_module(slug: str, library: Library) -> Module:
    module = library.find_module(slug)
    if module is None or module.slug != slug:
        raise NotFound
    return in_locale(module, get_language())


# The module that `{slug}` in the path names, in the page's language where it is translated. In a route it stands
# after the guard.
OpenModule = Annotated[Module, Depends(_find_module)]


def _find_lesson(lesson_id: str, module: OpenModule) -> Lesson:
    lesson = module.find_lesson(lesson_id)
    if lesson is None:
        raise NotFound
    return lesson


OpenLesson = Annotated[Lesson, Depends(_find_lesson)]
