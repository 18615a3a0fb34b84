"""Errors 16: a drawing that the allow-list would change, or whose words are missing."""

from collections.abc import Iterator

from competencies.problems import Problem
from modules.folder import Folder
from modules.svg import NotDrawable, list_svg_faults, parse_svg


def check_drawable(folder: Folder) -> Iterator[Problem]:
    """Find drawings that cannot be shown at all."""
    for figure in folder.figures:
        try:
            parse_svg(figure.svg)
        except NotDrawable as error:
            yield Problem(folder.where(f"figures/{figure.id}.svg"), f"cannot be drawn: {error}")


def check_figures(folder: Folder) -> Iterator[Problem]:
    """Check each drawing; its words are checked by their type."""
    for figure in folder.figures:
        for fault in list_svg_faults(figure.svg):
            yield Problem(folder.where(f"figures/{figure.id}.svg"), fault)
