"""A job aid and a practice task as data for paper. Nothing in it is a person's own: the notes are empty lines."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.learning.pages.module import split_roles
from app.web import words
from app.web.texts import gettext as _
from modules import Module, PageText, Run

TEMPLATE = Path(__file__).parent.parent / "templates" / "learning" / "handout.typ"
Piece = Mapping[str, Any]


def make_card_handout(module: Module, text: PageText) -> Piece:
    aid = module.sheet.job_aid
    entries = [{"name": f"{name}.", "words": _line(text, when)} for name, when in split_roles(module)]
    roles = [{"kind": "terms", "entries": entries}] if entries else []
    blanks = [{"kind": "blanks", "entries": [_line(text, one) for one in aid.blanks]}] if aid.blanks else []
    pieces = [*roles, _text(text, aid.text), *blanks]
    return {**_make(module, text, title=aid.title, about=_("Pocket card"), pieces=pieces), "is_card": True}


def make_task_handout(module: Module, text: PageText) -> Piece:
    task = module.task
    about = _("Practice task, about {minutes}").format(minutes=words.minutes(task.minutes))
    pieces = [
        _text(text, task.why),
        _heading(_("What to do")),
        {"kind": "steps", "entries": [_line(text, step.text) for step in task.steps]},
        _text(text, f"*{_('No learner yet?')}* {task.no_learner_yet}"),
        _heading(_("Your notes")),
        _text(text, _("Please do not name or describe a learner or a patient who could be recognized.")),
        *({"kind": "lines", "label": _line(text, note.text), "rows": note.rows} for note in task.notes),
        {"kind": "tick", "words": _line(text, task.attest)},
    ]
    return _make(module, text, title=task.title, about=about, pieces=pieces)


def _make(module: Module, text: PageText, *, title: str, about: str, pieces: Iterable[Piece]) -> Piece:
    language = text.locale.split("-")[0]
    return {
        "is_card": False,
        "title": title,
        "about": about,
        "lang": language,
        "paper": "us-letter" if language == "en" else "a4",
        "foot": f"{_('Cairn, coach training for medical education.')} {module.title}",
        "blocks": list(pieces),
    }


def _heading(title: str) -> Piece:
    return {"kind": "heading", "text": title}


def _text(text: PageText, written: str) -> Piece:
    return {"kind": "text", "paragraphs": [_as_data(runs) for runs in text.runs(written)]}


def _line(text: PageText, written: str) -> list[dict[str, Any]]:
    return [run for paragraph in text.runs(written) for run in _as_data(paragraph)]


def _as_data(runs: Iterable[Run]) -> list[dict[str, Any]]:
    return [asdict(run) for run in runs]
