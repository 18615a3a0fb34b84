"""The plan and the profile as data for paper: the same words and values as on their pages, without addresses."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from app.assessment.plan_pages import GoalRow, PlanPage
from app.assessment.plots import read_share
from app.assessment.profile_pages import Panel, ProfilePage, Row
from app.web import words
from app.web.pdfs import make_head
from app.web.texts import gettext as _

TEMPLATES = Path(__file__).parent / "templates" / "assessment"
PLAN, PROFILE = TEMPLATES / "plan.typ", TEMPLATES / "profile.typ"


def make_plan_paper(page: PlanPage, now: datetime) -> dict[str, Any]:
    return {**make_head(_("My plan")), "about": _tell_about(now), "goals": [_tell_goal(row) for row in page.rows]}


def make_profile_paper(page: ProfilePage, now: datetime) -> dict[str, Any]:
    """Of a profile that has a plot."""
    return {
        **make_head(_("My profile")),
        "about": _tell_about(now),
        "sentences": page.sentences,
        "panels": list(_list_panels(page)),
        "nexts": [{"title": one.title, "text": one.text} for one in page.nexts],
        "label": page.label,
        "words": {"target": _("your target"), "nexts": _("What next?")},
    }


def _tell_about(now: datetime) -> list[str]:
    return [
        _("Made on {moment}. It is yours alone: who else reads it is for you to say.").format(moment=words.moment(now)),
        _("On a shared computer, delete this file before you leave."),
    ]


def _tell_goal(row: GoalRow) -> dict[str, Any]:
    draft = row.draft
    said = (
        (_("With whom"), draft.with_whom),
        (_("By when"), words.day(draft.by) if draft.by else ""),
        (_("How I will know"), draft.how_known),
        (_("What would help"), draft.support),
        (_("What happened"), draft.outcome),
    )
    return {
        "over": f"{row.title or _('Your own')}, {row.state}",
        "behavior": draft.behavior,
        "facts": [{"label": label, "text": text} for label, text in said if text],
        "blank": None if draft.outcome else _("What happened"),
    }


def _list_panels(page: ProfilePage) -> Iterator[dict[str, Any]]:
    assert page.panel is not None
    levels = _("1 aware, 3 competent, 5 leading.")
    shared = _("1 aware, 3 competent, 5 leading. Compared by the questions that you answered both times.")
    once = _("One date so far, so nothing is compared. The next one follows your training.")
    notes = [page.threshold if page.panel.then else once]
    if page.missing:
        text = _("Without a score, for too few answers: {names}.")
        notes.append(text.format(names=", ".join(page.missing)))
    under = shared if page.panel.then else levels
    yield _tell_panel(page.panel, _("How you see yourself, by domain"), under, notes)
    if page.back:
        title = _("Looking back: where you now think you were")
        asked = _("Asked on one day, after your answers for now were fixed.")
        yield _tell_panel(page.back, title, asked, [page.shift] if page.shift else [])


def _tell_panel(panel: Panel, title: str, under: str, notes: list[str]) -> dict[str, Any]:
    plot = panel.plot
    marks = [
        {
            "title": one.title, "words": one.words, "then_x": read_share(one.then_x),
            "now_x": read_share(one.now_x), "aim_x": read_share(one.aim_x),
        }
        for one in plot.marks
    ]  # fmt: skip
    return {
        "title": title,
        "under": under,
        "alt": plot.sentence,
        "then": panel.then,
        "now": panel.now,
        "has_targets": panel.has_targets,
        "ticks": [{"x": read_share(one.x), "value": one.value, "name": one.name} for one in plot.ticks],
        "marks": marks,
        "head": _list_cells(panel, Row(_("What"), panel.then or "", panel.now, _("Target"), _("Reading"))),
        "rows": [_list_cells(panel, row) for row in panel.rows],
        "notes": notes,
    }


def _list_cells(panel: Panel, row: Row) -> list[str]:
    """One line of the table, with as many cells as the page has."""
    none = _("none")
    then, reading = ([row.then or none], [row.reading]) if panel.then else ([], [])
    target = [row.target or none] if panel.has_targets else []
    return [row.title, *then, row.now or none, *target, *reading]
