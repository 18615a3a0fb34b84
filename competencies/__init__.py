"""The competency framework as data: the door of the package."""

from competencies.checks import check_framework
from competencies.loader import CURRENT, FRAMEWORKS, load_framework
from competencies.model import Competency, CrosswalkLink, Domain, Framework
from competencies.problems import Problem, has_errors
from competencies.text import Spoken, Text, WrittenText, list_texts

__all__ = [
    "CURRENT",
    "FRAMEWORKS",
    "Competency",
    "CrosswalkLink",
    "Domain",
    "Framework",
    "Problem",
    "Spoken",
    "Text",
    "WrittenText",
    "check_framework",
    "has_errors",
    "list_texts",
    "load_framework",
]
