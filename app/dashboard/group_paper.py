"""The group picture as data for paper: the same words and figures as on its page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.assessment.plots import read_share
from app.dashboard.group_pages import Bar, GroupPage, Panel
from app.web import words
from app.web.pdfs import make_head
from app.web.texts import gettext as _

TEMPLATE = Path(__file__).parent / "templates" / "dashboard" / "picture.typ"


def make_group_paper(page: GroupPage) -> dict[str, Any]:
    """Of a picture that shows something."""
    assert page.changed_at is not None
    changed = _("{group}. Last changed on {day}.").format(group=page.title, day=words.day(page.changed_at))
    return {
        **make_head(_("Coaching picture")),
        "about": [changed, *page.findings],
        "key": [
            {"fill": "none", "words": _("lowest levels")},
            {"fill": "hb", "words": _("between")},
            {"fill": "now", "words": _("highest levels")},
        ],
        "head": [_("Competency"), _("When"), _("Level"), _("Coaches")],
        "panels": [_tell_panel(panel) for panel in page.panels],
        "notes": [
            _("No figure stands for fewer than {n} coaches.").format(n=page.least),
            _("Before and after are not the same people. The instrument is a pilot, not validated."),
        ],
    }


def _tell_panel(panel: Panel) -> dict[str, Any]:
    return {
        "title": panel.title,
        "rows": [{"title": row.title, "bars": [_tell_bar(bar) for bar in row.bars]} for row in panel.rows],
        "cells": [cells for row in panel.rows for bar in row.bars for cells in _list_cells(row.title, bar)],
    }


def _tell_bar(bar: Bar) -> dict[str, Any]:
    parts = [{"fill": one.fill, "x": read_share(one.x), "width": read_share(one.width)} for one in bar.parts]
    return {"when": bar.when, "sentence": bar.sentence, "parts": parts}


def _list_cells(title: str, bar: Bar) -> Iterator[list[str]]:
    if not bar.parts:
        yield [title, bar.when, _("not shown"), bar.sentence]
    for part in bar.parts:
        yield [title, bar.when, part.words, words.of(part.n, part.total)]
