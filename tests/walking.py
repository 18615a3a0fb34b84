"""Somebody who goes through a module by posting its forms, as a browser without script does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from modules import ROLES, Lesson, Module
from tests.lti_kit import SignedIn

TEXT = "I answered all three before they had finished."


def read_hidden(html: str, name: str) -> str:
    """The value of the page's hidden field of that name; fails when there is none."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', html)
    assert found, (name, html[:2000])
    return found[1]


def read_first_choice(html: str) -> str:
    """The value of the first radio button named `answer`."""
    found = re.search(r'type="radio" name="answer" value="([^"]*)"', html)
    assert found, html[:2000]
    return found[1]


@dataclass
class Walker:
    """One signed-in person and the module that they take."""

    here: SignedIn
    module: Module

    @property
    def base(self) -> str:
        return f"/modules/{self.module.slug}"

    def open(self, path: str) -> str:
        answer = self.here.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return str(answer.text)

    def send(self, path: str, **fields: Any) -> str:
        """Posts, expects to be sent on, and gives back where to."""
        answer = self.here.post(path, **fields)
        assert answer.status_code == 303, (path, answer.status_code, answer.text[:2000])
        return str(answer.headers["location"])

    def read_lessons(self) -> None:
        for lesson in self.module.lessons:
            self.send(f"{self.base}/lessons/{lesson.id}/read")

    def walk_vignette(self, vignette_id: str, choices: Sequence[str] | None = None) -> None:
        """Takes these choices, or the authors' own path to its end."""
        path = f"{self.base}/vignettes/{vignette_id}"
        vignette = self.module.find_vignette(vignette_id)
        assert vignette is not None
        self.send(f"{path}/begin", after="0")
        for choice in vignette.after.expert_path if choices is None else choices:
            page = self.open(path)
            self.send(path, attempt=read_hidden(page, "attempt"), step=read_hidden(page, "step"), choice=choice)

    def take_role_set(self, role_set_id: str, count: int | None = None, *, well: bool = True) -> None:
        """Answers the first scenarios, or all, as the authors would; else as they would last, but for safety."""
        path = f"{self.base}/role-sets/{role_set_id}"
        role_set = self.module.find_role_set(role_set_id)
        assert role_set is not None
        self.send(f"{path}/begin", after="0")
        for _ in role_set.scenarios[:count]:
            page = self.open(path)
            scenario = role_set.find_scenario(read_hidden(page, "step").partition("/")[0])
            assert scenario is not None
            pick = max if well or scenario.safety else min
            role = pick(ROLES, key=lambda name: getattr(scenario.role_answers, name).points)
            opening = pick(scenario.openings, key=lambda one: one.points).id
            self.send(
                path, attempt=read_hidden(page, "attempt"), step=read_hidden(page, "step"), role=role, opening=opening,
                confidence="high",
            )  # fmt: skip

    def take_check(self, *, well: bool = True) -> None:
        """Begins the check, and answers the drawn items by their keys, or each by something else."""
        path = f"{self.base}/check"
        page = self.open(path)
        self.send(f"{path}/begin", after=read_hidden(page, "after"))
        while 'name="item"' in self.open(path):
            self.take_one_item(well=well)

    def take_one_item(self, *, well: bool = True) -> None:
        path = f"{self.base}/check"
        page = self.open(path)
        item = self.module.check.find_item(read_hidden(page, "item"))
        fields = right_answer(item) if well else wrong_answer(item)
        self.send(path, attempt=read_hidden(page, "attempt"), item=read_hidden(page, "item"), **fields)

    def answer_interaction(self, lesson: Lesson) -> None:
        """Answers a lesson's own question with the first thing that fits; a vignette is walked elsewhere."""
        asked = lesson.interaction
        if asked.kind == "vignette":
            return
        if asked.kind == "write-compare":
            fields = {"text-words": TEXT}
        elif asked.kind == "sort":
            fields = {f"row-{row.id}": next(iter(asked.categories)) for row in asked.rows}
        else:
            fields = {"answer": "12" if asked.kind == "predict" else read_first_choice(self.open(self.path_of(lesson)))}
        self.send(self.path_of(lesson), **fields)

    def path_of(self, lesson: Lesson) -> str:
        return f"{self.base}/lessons/{lesson.id}"

    def write_reflection(self, text: str = TEXT) -> None:
        prompt = next(prompt.id for prompt in self.module.reflection.prompts if prompt.required)
        self.send(f"{self.base}/reflection", **{f"text-{prompt}": text})

    def finish(self) -> None:
        """Everything that completion asks for."""
        self.read_lessons()
        for vignette in self.module.vignettes:
            self.walk_vignette(vignette.id)
        for role_set in self.module.role_sets:
            self.take_role_set(role_set.id)
        self.take_check()
        self.write_reflection()


def right_answer(item: Any) -> dict[str, Any]:
    """The form fields that the item's key asks for."""
    if item.kind == "best":
        return {"answer": next(one.id for one in item.options if one.key)}
    if item.kind == "sjt":
        return {"answer": max(item.options, key=lambda one: one.points).id}
    if item.kind == "multiple":
        return {"answer": [one.id for one in item.options if one.pick]}
    if item.kind == "classify":
        return {f"row-{row.id}": row.key for row in item.rows}
    if item.kind == "claim":
        return {"answer": next(one.id for one in item.verdicts if one.key)}
    return {"answer": item.key}


def wrong_answer(item: Any) -> dict[str, Any]:
    """An answer that earns nothing, or as little as the item's kind allows."""
    if item.kind == "best":
        return {"answer": next(one.id for one in item.options if not one.key)}
    if item.kind == "sjt":
        return {"answer": min(item.options, key=lambda one: one.points).id}
    if item.kind == "multiple":
        return {"answer": [one.id for one in item.options if not one.pick]}
    if item.kind == "classify":
        names = list(item.categories)
        return {f"row-{row.id}": next(n for n in names if n != row.key and n not in row.also) for row in item.rows}
    if item.kind == "claim":
        return {"answer": next(one.id for one in item.verdicts if not one.key)}
    return {"answer": next(name for name in item.whys if name != item.key and name not in item.near)}
