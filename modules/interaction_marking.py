"""What a lesson's interaction answers; nothing is scored."""

from collections.abc import Mapping
from dataclasses import dataclass

from modules.marking import AnswerDoesNotFit, Feedback, explain_lines
from modules.model import (
    ChooseInteraction,
    Interaction,
    PredictInteraction,
    SortInteraction,
    SpotInteraction,
    WriteCompareInteraction,
)
from modules.model.interactions import Model

InteractionAnswer = str | int | dict[str, str]


@dataclass(frozen=True)
class InteractionFeedback:
    """The answer to an answer; the fields that the kind does not have are empty."""

    kind: str
    feedback: tuple[Feedback, ...] = ()
    guess: int | None = None
    answer: int | None = None
    of: int | None = None
    cite: str | None = None
    after: str | None = None
    words: str | None = None
    look_for: tuple[str, ...] = ()
    models: tuple[Model, ...] = ()

    @property
    def shown(self) -> tuple[Feedback, ...]:
        """The reasons for what was chosen and, where there is one, what is best."""
        return tuple(one for one in self.feedback if one.chosen or one.best)


def answer_interaction(interaction: Interaction, answer: InteractionAnswer) -> InteractionFeedback:
    """Answer a choice, a guess, a sorting or a text; raises AnswerDoesNotFit where it does not fit the kind."""
    if isinstance(interaction, PredictInteraction) and isinstance(answer, int):
        return _answer_guess(interaction, answer)
    if isinstance(interaction, SortInteraction) and isinstance(answer, dict):
        return InteractionFeedback("sort", _explain_rows(interaction, answer))
    if isinstance(answer, str):
        return _answer_words(interaction, answer)
    message = f"this is no answer to `{interaction.kind}`"
    raise AnswerDoesNotFit(message)


def _answer_words(interaction: Interaction, answer: str) -> InteractionFeedback:
    if isinstance(interaction, ChooseInteraction) and answer in {option.id for option in interaction.options}:
        return InteractionFeedback("choose", _explain_options(interaction, answer))
    if isinstance(interaction, SpotInteraction) and answer in interaction.whys:
        return InteractionFeedback("spot", tuple(explain_lines(interaction, answer)))
    if isinstance(interaction, WriteCompareInteraction) and answer.strip():
        look_for, models = interaction.look_for, interaction.models
        return InteractionFeedback("write-compare", words=answer, look_for=look_for, models=models)
    message = f"this is no answer to `{interaction.kind}`"
    raise AnswerDoesNotFit(message)


def _answer_guess(interaction: PredictInteraction, guess: int) -> InteractionFeedback:
    if not 0 <= guess <= interaction.of:
        message = f"a number from 0 to {interaction.of} is expected"
        raise AnswerDoesNotFit(message)
    return InteractionFeedback(
        "predict",
        guess=guess,
        answer=interaction.answer,
        of=interaction.of,
        cite=interaction.cite,
        after=interaction.after,
    )


def _explain_options(interaction: ChooseInteraction, chosen: str) -> tuple[Feedback, ...]:
    return tuple(
        Feedback(one.id, one.why, chosen=one.id == chosen, best=False, say=one.say, text=one.text)
        for one in interaction.options
    )


def _explain_rows(interaction: SortInteraction, placed: Mapping[str, str]) -> tuple[Feedback, ...]:
    names = interaction.categories
    if set(placed) != {row.id for row in interaction.rows} or not set(placed.values()) <= set(names):
        message = "every row needs one of the categories"
        raise AnswerDoesNotFit(message)
    return tuple(
        Feedback(
            row.id,
            row.why,
            chosen=True,
            best=placed[row.id] == row.key,
            say=row.say,
            text=row.text,
            category=names[row.key],
            chosen_category=names[placed[row.id]],
        )
        for row in interaction.rows
    )
