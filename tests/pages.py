"""An example of a page, for the one list of all pages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A page's route, its address, and who opens it."""

    route: str
    path: str
    who: str
