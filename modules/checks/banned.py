"""The phrases that writing.md bans, and those that need a citation."""

import re
from functools import lru_cache

from modules.prose import REMEMBERED

_BANNED = (
    r"delv(?:e|es|ed|ing)",
    r"div(?:e|es|ed|ing) into",
    r"deep dives?",
    r"journeys?",
    r"landscapes?",
    r"navigat(?:e|es|ed|ing|ion)(?! the ship)",
    r"unlock(?:s|ed|ing)?",
    r"unleash(?:es|ed|ing)?",
    r"empower(?:s|ed|ing|ment)?",
    r"leverag(?:e|es|ed|ing)",
    r"foster(?:s|ed|ing)?",
    r"cultivat(?:e|es|ed|ing|ion)",
    r"harness(?:es|ed|ing)?",
    r"robust(?:ly|ness)?",
    r"holistic(?:ally)?",
    r"impactful",
    r"meaningful(?:ly)?",
    r"actionable",
    r"seamless(?:ly)?",
    r"cutting-edge",
    r"game-chang(?:er|ers|ing)",
    r"best practices?",
    r"key takeaways?",
    r"toolkits?",
    r"in today's",
    r"fast-paced",
    r"ever-evolving",
    r"it is important to note",
    r"remember that",
    r"keep in mind",
    r"at the end of the day",
    r"whether you(?: are|'re) an? .{1,60}? or an? ",
    r"not only .{1,80}? but also",
    r"plays? a crucial role",
    r"more than just",
    r"a safe space",
    r"build(?:s|ing)? rapport",
    r"effective communication",
    r"congratulations",
    r"great job",
    r"let's explore",
    r"in this lesson you will",
    r"stakeholders?",
    r"learnings",
)
_UNCITED = (
    r"successful programs?",
    r"most effective",
    r"stud(?:ies|y) (?:show|suggest)s?",
    r"research (?:shows|suggests)",
    r"evidence-based",
)
BANNED = re.compile(rf"\b(?:{'|'.join(_BANNED)})(?!\w)", re.IGNORECASE)
UNCITED = re.compile(rf"\b(?:{'|'.join(_UNCITED)})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=REMEMBERED)
def find_banned(text: str) -> tuple[str, ...]:
    """Return the banned phrases in a text, as written there."""
    return tuple(found.group() for found in BANNED.finditer(text))


@lru_cache(maxsize=REMEMBERED)
def find_uncited_claims(text: str) -> tuple[str, ...]:
    """Return the phrases that claim evidence; they need a mark in their sentence."""
    return tuple(found.group() for found in UNCITED.finditer(text))
