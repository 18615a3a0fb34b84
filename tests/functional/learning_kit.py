"""What the tests of learning share: addresses, facts as they stand, other content, and many requests at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any

from fastapi import FastAPI
from sqlalchemy import func, select

from app.learning import completion
from app.learning.rules import Part, list_parts
from app.progress import queries as progress_queries
from modules import Interaction, Module
from tests.lti_kit import SignedIn

MODULE = "/modules/m0-roles"
LESSON = f"{MODULE}/lessons"
PREDICT = f"{LESSON}/01-why-the-roles-blur"
SORT = f"{LESSON}/02-a-working-map"
WRITE = f"{LESSON}/03-what-mentors-add"
CASE = f"{LESSON}/04-coach-or-judge"
REFLECTION = f"{MODULE}/reflection"
TASK = f"{MODULE}/task"


def get_module(app: FastAPI) -> Module:
    module: Module = app.state.house.library.get_module("m0")
    return module


def read_facts(here: SignedIn) -> dict[tuple[str, str], datetime]:
    with here.house.database.reading() as db:
        return progress_queries.read_facts(db, user=here.user)


def count(here: SignedIn, table: Any, *where: Any) -> int:
    with here.house.database.reading() as db:
        return db.scalar(select(func.count()).select_from(table).where(*where)) or 0


def sort_answer(app: FastAPI, *, right: bool = True) -> dict[str, str]:
    interaction = get_module(app).find_lesson("02-a-working-map").interaction
    keys = list(interaction.categories)
    return {f"row-{row.id}": row.key if right else keys[keys.index(row.key) - 1] for row in interaction.rows}


def do_training(app: FastAPI, here: SignedIn, *, but: str | None = None) -> None:
    """Records what every part of every module asks for, of all modules or all but the one with this id."""
    for module in app.state.house.library.modules:
        if module.id != but:
            do_parts(app, here, list_parts(module), module)


def do_parts(app: FastAPI, here: SignedIn, parts: tuple[Part, ...] | None = None, module: Module | None = None) -> None:
    """Records what these parts (all, unless said) ask for, as their own pages do."""
    house, module = app.state.house, module or get_module(app)
    with house.database.writing() as db:
        for part in list_parts(module) if parts is None else parts:
            completion.record_part(db, user=here.user, module=module, fact=part.fact, now=house.clock())
        for hook in house.before_commit:
            hook(db)


def put_interaction(app: FastAPI, lesson_id: str, interaction: Interaction) -> None:
    """Today's content with another interaction in one lesson, as after an author's change."""
    house, module = app.state.house, get_module(app)
    lessons = tuple(
        one.model_copy(update={"interaction": interaction}) if one.id == lesson_id else one for one in module.lessons
    )
    app.state.house = replace(house, library=replace(house.library, modules=(replace(module, lessons=lessons),)))


def ten_at_once(act: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(10) as pool:
        return [one.result() for one in [pool.submit(act) for _ in range(10)]]
