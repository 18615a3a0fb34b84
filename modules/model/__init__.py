"""The content models, one file for each kind of author's file."""

from modules.model.check import (
    BestItem,
    Check,
    ClaimItem,
    ClassifyItem,
    Item,
    MultipleItem,
    SjtItem,
    SpotItem,
)
from modules.model.citations import Citations, Source, SourceFigure
from modules.model.figure import Figure, FigureText
from modules.model.interactions import (
    ChooseInteraction,
    Interaction,
    PredictInteraction,
    SortInteraction,
    SpotInteraction,
    VignetteInteraction,
    WriteCompareInteraction,
)
from modules.model.lesson import Lesson, LessonFront
from modules.model.module import ModuleSheet
from modules.model.practice import Reflection, Task
from modules.model.role_set import ROLES, Role, RoleSet, Scenario
from modules.model.vignette import Choice, Ending, Node, Vignette

__all__ = [
    "ROLES",
    "BestItem",
    "Check",
    "Choice",
    "ChooseInteraction",
    "Citations",
    "ClaimItem",
    "ClassifyItem",
    "Ending",
    "Figure",
    "FigureText",
    "Interaction",
    "Item",
    "Lesson",
    "LessonFront",
    "ModuleSheet",
    "MultipleItem",
    "Node",
    "PredictInteraction",
    "Reflection",
    "Role",
    "RoleSet",
    "Scenario",
    "SjtItem",
    "SortInteraction",
    "Source",
    "SourceFigure",
    "SpotInteraction",
    "SpotItem",
    "Task",
    "Vignette",
    "VignetteInteraction",
    "WriteCompareInteraction",
]
