"""The competency framework and the self-assessment instruments as data: the door of the package."""

from competencies.checks import check_framework
from competencies.instrument_checks import check_instrument
from competencies.instrument_loader import find_current, load_instruments
from competencies.instrument_lock import check_lock as check_instrument_lock
from competencies.instrument_model import LEVELS, NOT_YET, Form, Instrument, InstrumentItem
from competencies.loader import CURRENT, FRAMEWORKS, load_framework
from competencies.model import Competency, CrosswalkLink, Domain, Framework
from competencies.problems import Problem, has_errors
from competencies.text import Spoken, Text, WrittenText, list_texts

__all__ = [
    "CURRENT",
    "FRAMEWORKS",
    "LEVELS",
    "NOT_YET",
    "Competency",
    "CrosswalkLink",
    "Domain",
    "Form",
    "Framework",
    "Instrument",
    "InstrumentItem",
    "Problem",
    "Spoken",
    "Text",
    "WrittenText",
    "check_framework",
    "check_instrument",
    "check_instrument_lock",
    "find_current",
    "has_errors",
    "list_texts",
    "load_framework",
    "load_instruments",
]
