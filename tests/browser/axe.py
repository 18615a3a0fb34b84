"""What axe says of a page. It is half a megabyte: a context has it from its beginning, rather than each page anew."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL = {"type": "tag", "values": TAGS}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
_ALREADY_THERE = Axe("0")
# Of what axe loads beforehand, style sheets serve an experimental rule alone, which does not run by its tags.
_QUICK = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}


def with_axe(context: BrowserContext) -> BrowserContext:
    """The same context, each page of which has axe, whatever its policy says."""
    context.add_init_script(Axe().axe_script)
    return context


def list_violations(tab: Page, rules: dict[str, object] | None = None) -> list[str]:
    """One report, or none; of a page of a context with axe."""
    tab.emulate_media(reduced_motion="reduce")  # a color on its way from one to another is neither
    result = _ALREADY_THERE.run(tab, options={"runOnly": rules or ALL, **_QUICK})
    return [result.generate_report()] if result.violations_count else []
