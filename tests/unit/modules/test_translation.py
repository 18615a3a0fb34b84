"""Translations: read beside their source, checked against it, and shown whole or not at all."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from modules import Library, digest_of, in_locale
from modules.folder import Module
from modules.survey import survey
from tests.unit.modules import sample

M = "m0-door"
CHECK = f"{M}/check.es.yaml"
LESSON = f"{M}/lessons/01-at-the-door.es.md"
FIGURE = f"{M}/figures/two-roads.es.yaml"
BODY = (
    "\nElla se queda.\n\n## Lo que dijo {#what-she-said}\n\nEn 2018, 21 of 25 programas [@survey-2020#no-assess].\n\n"
    "::: figure two-roads\n:::\n\n{{interaction}}\n\n## Esta semana {#try-this-week}\n\nPregunte otra vez.\n"
)


@pytest.fixture
def ours(tmp_path: Path) -> Module:
    """The sample, to take digests of."""
    return Library.load((sample.write(tmp_path / "source", sample.whole()),))[0].get_module("m0")


def header(source: Any) -> dict[str, Any]:
    return {"schema": "translation/1", "of": source.id, "locale": "es", "from": digest_of(source)}


def check_file(ours: Module) -> dict[str, Any]:
    """Every text of the check, in another language."""
    return {**header(ours.check), "title": "A la puerta", "intro": "Seis preguntas.", "items": list(_items(ours))}


def _items(ours: Module) -> Iterator[dict[str, Any]]:
    for item in ours.check.items:
        whole: dict[str, Any] = {"id": item.id, "stem": "Se queda.", "ask": "¿Qué dice?"}
        if item.kind in {"best", "sjt", "multiple"}:
            whole["options"] = [{"id": one.id, "say": f"Digo {one.id}.", "why": "Falta algo."} for one in item.options]
        elif item.kind == "classify":
            whole["categories"] = dict.fromkeys(item.categories, "Regla")
            whole["rows"] = [{"id": one.id, "who": "R1", "say": "¿Qué día?", "why": "Hay regla."} for one in item.rows]
        elif item.kind == "claim":
            whole["claim"] = "Lo hacen."
            whole["verdicts"] = [{"id": one.id, "text": "Es así", "why": "No se midió."} for one in item.verdicts]
        else:
            whole["lines"] = [{"id": one.id, "speaker": "Noor", "text": "Línea."} for one in item.lines]
            whole["whys"] = dict.fromkeys(item.whys, "Aquí.")
        yield whole


def lesson_file(ours: Module, body: str = BODY) -> dict[str, Any]:
    front = {**header(ours.lessons[0]), "title": "A la puerta", "idea": "La segunda pregunta."}
    return {"front": front, "body": body}


def figure_file(ours: Module) -> dict[str, Any]:
    words = {"alt": "Dos caminos.", "long": "Dos caminos.\n\nUno va a la izquierda.", "caption": "Dos caminos."}
    return {**header(ours.figures[0]), **words, "labels": {"left": "Izquierda"}}


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., tuple[Module, list[str]]]:
    def with_files(files: dict[str, Any]) -> tuple[Module, list[str]]:
        library, problems = Library.load((sample.write(tmp_path / "content", {**sample.whole(), **files}),))
        return library.get_module("m0"), [str(problem) for problem in problems]

    return with_files


def test_what_is_translated_whole_is_shown_and_keeps_its_logic(ours: Module, load):
    second = sample.whole()[f"{M}/lessons/02-at-the-door.md"]
    second["body"] = second["body"].replace("::: figure two-roads\n:::\n\n", "")
    own = {CHECK: check_file(ours), LESSON: lesson_file(ours), FIGURE: figure_file(ours)}
    module, problems = load({**own, f"{M}/lessons/02-at-the-door.md": second})
    assert problems == []
    spanish = in_locale(module, "es")
    assert spanish is in_locale(module, "es")
    assert (spanish.check.locale, spanish.check.title) == ("es", "A la puerta")
    first, theirs = module.check.items[0], spanish.check.items[0]
    assert [one.key for one in theirs.options] == [one.key for one in first.options]
    assert theirs.options[1].say == "Digo b."
    assert (theirs.id, theirs.see, theirs.objective) == (first.id, first.see, first.objective)
    assert spanish.lessons[0].body == BODY
    assert spanish.lessons[0].minutes == module.lessons[0].minutes
    assert "Izquierda" in spanish.figures[0].svg
    assert in_locale(module, "es-MX").check == spanish.check
    assert in_locale(module, "en") is module
    assert in_locale(module, "fr").check == module.check


def test_a_figure_that_an_untranslated_lesson_shows_keeps_both_as_they_were(ours: Module, load):
    """The sample's two lessons show the same figure: one of them in two languages would be the other's too."""
    module, problems = load({LESSON: lesson_file(ours), FIGURE: figure_file(ours)})
    assert problems == []
    assert in_locale(module, "es").lessons[0].locale == "en"
    assert in_locale(module, "es").figures == module.figures


@pytest.mark.parametrize(
    ("change", "said", "severity"),
    [
        (lambda f: f.update({"from": "sha256:old"}), "check.es.yaml: from: the source has changed", "warning: "),
        (lambda f: f.pop("intro"), "1 texts are not translated, the first is intro", "warning: "),
        (lambda f: f["items"][0]["options"][0].update(key=True), "items.m0-q1.options.a.key: is no text of", ""),
        (lambda f: f["items"][0].update(id="m0-q99"), "items.m0-q99.stem: is no text of check.yaml", ""),
        (lambda f: f.update(pass_percent=10), "check.es.yaml: pass_percent: is no text of check.yaml", ""),
        (lambda f: f.update(of="m1-check"), "check.es.yaml: of: the source's id is `m0-check`", ""),
        (lambda f: f.update(locale="fr"), "check.es.yaml: locale: the file's name says `es`", ""),
        (lambda f: f.update(schema="check/1"), "check.es.yaml: schema: write one of", ""),
    ],
)  # fmt: skip
def test_a_doubtful_translation_is_said_and_the_source_is_shown(change, said: str, severity: str, ours: Module, load):
    tree = check_file(ours)
    change(tree)
    module, problems = load({CHECK: tree})
    assert [line for line in problems if said in line and line.startswith(severity)], problems
    if "of:" not in said:
        assert in_locale(module, "es").check == module.check


def test_a_lessons_body_keeps_anchors_figures_and_sources(ours: Module, load):
    body = BODY.replace("{#what-she-said}", "{#lo-que-dijo}").replace(" [@survey-2020#no-assess]", "")
    _, problems = load({LESSON: lesson_file(ours, body), FIGURE: figure_file(ours)})
    said = " ".join(problems)
    assert "the anchors of the body are not those of the source (what-she-said, try-this-week)" in said
    assert "the citations of the body are not those of the source" in said


@pytest.mark.parametrize("text", ["items: [", "- one", "\xff"])
def test_a_translation_that_cannot_be_read_takes_nothing_down(text: str, tmp_path: Path):
    root = sample.write(tmp_path / "content", sample.whole())
    (root / CHECK).write_text(text, "latin-1")
    (root / M / "task.es.yaml").write_text("of: m0-task", "utf-8")
    (root / M / "lessons" / "09-gone.es.md").write_text("no fields", "utf-8")
    found = survey((root,))
    assert [module.id for module in found.modules] == ["m0"]
    assert {str(problem).partition(":")[0] for problem in found.problems} >= {CHECK, f"{M}/task.es.yaml"}


def test_a_translation_of_nothing_is_named(ours: Module, load):
    _, problems = load({f"{M}/vignettes/gone.es.yaml": {**header(ours.check), "title": "Nada"}})
    assert any("there is no vignettes/gone.yaml that can be read" in line for line in problems)
