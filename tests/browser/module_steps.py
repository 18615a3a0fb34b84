"""What a hand on the keyboard does on each kind of page, until a module is complete."""

from collections.abc import Callable
from typing import Any

from modules import ROLES, Module
from tests.browser.keyboard import Keyboard
from tests.walking import right_answer

SAID = "All three times I answered before they had finished."


def go_through_module(keyboard: Keyboard, module: Module, look: Callable[[], None] = lambda: None) -> None:
    """From wherever the module's next step is to its completion, one page at a time; `look` is called on each."""
    for _ in range(120):
        path = keyboard.path
        look()
        if path.endswith("/complete"):
            return
        kind = path.removeprefix(f"/modules/{module.slug}").strip("/").split("/")
        STEPS.get(kind[0], take_next_step)(keyboard, module, kind)
    raise AssertionError(f"still at {keyboard.path} after 120 pages")


def take_next_step(keyboard: Keyboard, _module: Module, _kind: list[str]) -> None:
    keyboard.press("main .btn:not(.btn--quiet):not(.btn--small)")


def take_lesson(keyboard: Keyboard, module: Module, kind: list[str]) -> None:
    lesson = module.find_lesson(kind[1])
    assert lesson is not None
    asked = lesson.interaction
    form = "#interaction form:has(button.btn)"
    if asked.kind == "vignette":
        begin = keyboard.frame.query_selector("#interaction a.btn:not(.btn--quiet)")
        if begin:
            keyboard.press("#interaction a.btn:not(.btn--quiet)")
            return
    elif keyboard.frame.query_selector(form) and not keyboard.frame.query_selector("#feedback"):
        answer_question(keyboard, asked)
        keyboard.press(f"{form} button.btn")
        assert keyboard.path.startswith(f"/modules/{module.slug}/lessons/{lesson.id}")
    keyboard.press(".finish .btn")


def answer_question(keyboard: Keyboard, asked: Any) -> None:
    if asked.kind == "predict":
        keyboard.type("input[name=answer]", "12")
    elif asked.kind == "sort":
        for row in asked.rows:
            keyboard.choose(f"row-{row.id}", row.key)
    elif asked.kind == "write-compare":
        keyboard.type("textarea[name='text-words']", "Yes. I changed my mind too.")
    else:
        first = keyboard.frame.get_attribute("input[type=radio][name=answer]", "value")
        keyboard.choose("answer", str(first))


def take_vignette(keyboard: Keyboard, module: Module, kind: list[str]) -> None:
    vignette = module.find_vignette(kind[1])
    assert vignette is not None
    if keyboard.frame.query_selector("input[name=choice]"):
        step = int(keyboard.frame.get_attribute("input[name=step]", "value") or 0)
        keyboard.choose("choice", vignette.after.expert_path[step])
        keyboard.press("form:has(input[name=choice]) button.btn")
    else:
        take_next_step(keyboard, module, kind)


def take_role_set(keyboard: Keyboard, module: Module, kind: list[str]) -> None:
    role_set = module.find_role_set(kind[1])
    assert role_set is not None
    if not keyboard.frame.query_selector("input[name=role]"):
        take_next_step(keyboard, module, kind)
        return
    scenario = role_set.find_scenario(str(keyboard.frame.get_attribute("input[name=step]", "value")).partition("/")[0])
    assert scenario is not None
    keyboard.choose("role", max(ROLES, key=lambda name: scenario.role_answers.of(name).points))
    keyboard.choose("opening", max(scenario.openings, key=lambda one: one.points).id)
    keyboard.press("form:has(input[name=role]) button.btn")


def take_check(keyboard: Keyboard, module: Module, kind: list[str]) -> None:
    if not keyboard.frame.query_selector("input[name=item]"):
        take_next_step(keyboard, module, kind)
        return
    item = module.check.find_item(str(keyboard.frame.get_attribute("input[name=item]", "value")))
    for name, value in right_answer(item).items():
        if isinstance(value, list):
            keyboard.tick(name, value)
        else:
            keyboard.choose(name, value)
    keyboard.press("form:has(input[name=item]) button.btn")


def write_reflection(keyboard: Keyboard, module: Module, kind: list[str]) -> None:
    required = next(prompt.id for prompt in module.reflection.prompts if prompt.required)
    box = f"textarea[name='text-{required}']"
    if not keyboard.frame.input_value(box):
        keyboard.type(box, SAID)
        keyboard.press("form:has(textarea) button.btn")
    else:
        take_next_step(keyboard, module, kind)


STEPS = {
    "lessons": take_lesson,
    "vignettes": take_vignette,
    "role-sets": take_role_set,
    "check": take_check,
    "reflection": write_reflection,
}
