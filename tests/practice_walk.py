"""Walks through vignettes, role sets and checks as a browser does: reads the form on the page, sends it back."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import unescape
from typing import Any

from fastapi import FastAPI
from sqlalchemy import func, select

from app.progress import queries as progress_queries
from modules import Check, Item, Module, RoleSet, Scenario, Vignette
from tests.lti_kit import SignedIn

MODULE = "/modules/m0-roles"
CHECK = f"{MODULE}/check"
ROLE_SET = f"{MODULE}/role-sets/role-set-a"
VIGNETTE = f"{MODULE}/vignettes/informal-read"
DISTRESS = f"{MODULE}/vignettes/real-doctor"

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


def get_module(app: FastAPI) -> Module:
    module: Module = app.state.house.library.get_module("m0")
    return module


def get_vignette(app: FastAPI, name: str = "informal-read") -> Vignette:
    found = get_module(app).find_vignette(name)
    assert found is not None
    return found


def get_role_set(app: FastAPI) -> RoleSet:
    found = get_module(app).find_role_set("role-set-a")
    assert found is not None
    return found


def put_module(app: FastAPI, **parts: Any) -> None:
    """Today's content with other parts, as after an author's change."""
    house = app.state.house
    library = replace(house.library, modules=(replace(get_module(app), **parts),))
    app.state.house = replace(house, library=library)


def read_facts(here: SignedIn) -> dict[tuple[str, str], Any]:
    with here.house.database.reading() as db:
        return progress_queries.read_facts(db, user=here.user)


def count(here: SignedIn, table: Any, *where: Any) -> int:
    with here.house.database.reading() as db:
        return db.scalar(select(func.count()).select_from(table).where(*where)) or 0


def ten_at_once(act: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(10) as pool:
        return [one.result() for one in [pool.submit(act) for _ in range(10)]]


def words_of(html: str) -> str:
    """A page as it is read: without markup, quotation marks and notes to sources."""
    text = unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<sup.*?</sup>", "", html, flags=re.DOTALL)))
    return plain(text)


def plain(text: str) -> str:
    """Letters and digits of a text, so that typography does not hide a sentence."""
    text = re.sub(r"\[@[^\]]*\]|\{\{[^}]*\}\}", " ", text)
    return " ".join(re.findall(r"[^\W_]+", text))


def hidden(html: str, action: str) -> dict[str, str]:
    """The hidden fields of the page's form that is sent to that address."""
    form = re.search(rf'<form method="post" action="{re.escape(action)}".*?</form>', html, flags=re.DOTALL)
    assert form is not None, html
    return dict(_HIDDEN.findall(form[0]))


def begin(here: SignedIn, path: str, **changed: str) -> Any:
    """Begins, or begins again, from the page as it stands."""
    return here.post(f"{path}/begin", **{**hidden(here.get(path).text, f"{path}/begin"), **changed})


def send(here: SignedIn, path: str, **answer: str | list[str]) -> Any:
    """Answers the step that the page shows."""
    return here.post(path, **{**hidden(here.get(path).text, path), **answer})


def walk_vignette(here: SignedIn, path: str, choices: tuple[str, ...]) -> None:
    begin(here, path)
    for choice in choices:
        assert send(here, path, choice=choice).status_code == 303


def best_of(item: Item) -> dict[str, str | list[str]]:
    """The form fields of the answer that the authors would give."""
    if item.kind == "classify":
        return {f"row-{row.id}": row.key for row in item.rows}
    if item.kind == "multiple":
        return {"answer": [option.id for option in item.options if option.pick]}
    if item.kind == "spot":
        return {"answer": item.key}
    if item.kind == "sjt":
        return {"answer": next(option.id for option in item.options if option.points == 3)}
    options = item.verdicts if item.kind == "claim" else item.options
    return {"answer": next(option.id for option in options if option.key)}


def worst_of(item: Item) -> dict[str, str | list[str]]:
    """The form fields of an answer that earns nothing, or next to nothing."""
    if item.kind == "classify":
        return {f"row-{row.id}": next(k for k in item.categories if k not in {row.key, *row.also}) for row in item.rows}
    if item.kind == "multiple":
        return {"answer": [option.id for option in item.options if not option.pick]}
    if item.kind == "spot":
        return {"answer": next(line for line in item.whys if line not in {item.key, *item.near})}
    if item.kind == "sjt":
        return {"answer": min(item.options, key=lambda option: option.points).id}
    options = item.verdicts if item.kind == "claim" else item.options
    return {"answer": next(option.id for option in options if not option.key)}


def current_item(here: SignedIn, check: Check) -> Item | None:
    """The item that the check's page asks now; None on its result."""
    found = re.search(r'name="item" value="([^"]+)"', here.get(CHECK).text)
    return check.find_item(found[1]) if found else None


def walk_check(here: SignedIn, check: Check, answer: Callable[[Item], dict[str, str | list[str]]]) -> tuple[str, ...]:
    """Goes through one attempt; returns the items in the order in which they were asked."""
    begin(here, CHECK)
    asked = []
    while (item := current_item(here, check)) is not None:
        asked.append(item.id)
        assert send(here, CHECK, item=item.id, **answer(item)).status_code == 303
    return tuple(asked)


def best_for(scenario: Scenario) -> dict[str, str]:
    """The role and the sentence that the authors would choose first."""
    roles = ("advise", "coach", "mentor", "refer", "evaluate")
    role = next(one for one in roles if scenario.role_answers.of(one).points == 3)
    return {"role": role, "opening": next(one.id for one in scenario.openings if one.points == 3)}


def worst_for(scenario: Scenario) -> dict[str, str]:
    roles = ("advise", "coach", "mentor", "refer", "evaluate")
    role = min(roles, key=lambda one: scenario.role_answers.of(one).points)
    return {"role": role, "opening": min(scenario.openings, key=lambda one: one.points).id}


def current_step(here: SignedIn) -> str | None:
    """The step that the role set's page asks now; None on its result."""
    found = re.search(r'name="step" value="([^"]+)"', here.get(ROLE_SET).text)
    return found[1] if found else None


def walk_role_set(here: SignedIn, role_set: RoleSet, *, until: str | None = None) -> None:
    """Goes through a role set with the authors' answers, up to the situation `until`."""
    begin(here, ROLE_SET)
    while (step := current_step(here)) not in {None, until}:
        scenario = role_set.find_scenario(step.partition("/")[0])
        assert send(here, ROLE_SET, **best_for(scenario)).status_code == 303
