"""What a preview adds to each page: that it is one, what `cairn check` says, and the script that reloads it."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from app.web.templating import static_path
from app.web.texts import gettext as _
from app.web.texts import ngettext
from modules import Problem

VERSION_PATH = "/preview/version"
SCRIPT_PATH = "/preview/reload.js"
ANEW_PATH = "/preview/anew"
# In `base.html`; the bar stands inside the main part, above the page's own heading.
MAIN = '<main id="main" class="page">'
SCRIPT = f"""// Asks every second whether a file was saved, and then opens the same page anew.
const bar = document.getElementById("preview");
setInterval(async () => {{
  try {{
    const answer = await fetch("{VERSION_PATH}", {{ cache: "no-store" }});
    if ((await answer.text()) !== bar.dataset.version) location.replace(location.href);
  }} catch {{
    bar.querySelector("[data-gone]").hidden = false;
  }}
}}, 1000);
"""
_BAR = Markup("""
<aside class="note{kind} no-print" id="preview" data-version="{version}" aria-labelledby="preview-title">
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use href="{icons}#{icon}"></use></svg>
<div><p><strong id="preview-title">{title}</strong> {about}</p>
<p data-gone hidden>{gone}</p>
{found}<form method="post" action="{anew_path}"><button class="textbtn">{anew}</button></form></div>
</aside>
<script src="{script}" defer></script>
""")
_PAGE = Markup("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title} · Cairn</title>
<link rel="stylesheet" href="{style}"></head>
<body>{main}<h1>{title}</h1><p>{about}</p></main></body></html>
""")


def make_bar(name: str, problems: Sequence[Problem], version: str) -> Markup:
    """The note at the top of a page of the module in this folder."""
    errors = sum(problem.severity == "error" for problem in problems)
    return _BAR.format(
        kind=" note--bad" if errors else " note--warn",
        version=version,
        icons=static_path("icons.svg"),
        icon="warn" if problems else "info",
        title=_("Preview of {name}.").format(name=name),
        about=_("Outside any LMS: nothing that you do here is kept."),
        gone=_("The preview has stopped: this page is no longer new."),
        found=_list_problems(problems, errors),
        anew_path=ANEW_PATH,
        anew=_("Forget my answers"),
        script=SCRIPT_PATH,
    )


def _list_problems(problems: Iterable[Problem], errors: int) -> Markup:
    there = list(problems)
    if not there:
        return Markup("<p>{}</p>").format(_("cairn check finds nothing."))
    warnings = len(there) - errors
    counts = (ngettext("{n} error", "{n} errors", errors), ngettext("{n} warning", "{n} warnings", warnings))
    said = ", ".join(text.format(n=n) for text, n in zip(counts, (errors, warnings), strict=True) if n)
    lines = Markup("").join(
        Markup("<li>{}<b>{}</b>: {}</li>").format(
            "" if one.severity == "error" else _("warning: "), one.where, one.text
        )
        for one in there
    )
    opened = Markup(" open") if errors else ""
    return Markup("<details{}><summary>{}</summary><ul class='stack'>{}</ul></details>").format(opened, said, lines)


def put_bar(page: str, bar: Markup) -> str:
    """The page with the bar at the top of its main part."""
    return page.replace(MAIN, f"{MAIN}{bar}", 1)


def make_broken_page(name: str) -> str:
    """What stands below the bar while the module cannot be shown at all."""
    title = _("{name} cannot be shown yet").format(name=name)
    about = _("Mend the errors above and save: this page shows the module as soon as it can.")
    return str(_PAGE.format(title=title, style=static_path("cairn.css"), main=Markup(MAIN), about=about))  # noqa: S704  our own
