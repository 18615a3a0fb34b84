"""Authors' Markdown to HTML by an allow-list: a small syntax in, a small set of tags out."""

from collections.abc import Mapping, MutableMapping, Sequence
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from modules.body import HEADING
from modules.marks import CITATION, TOKEN
from modules.tables import dress_tables

INLINE_RULES = ["text", "emphasis", "escape", "newline", "balance_pairs", "fragments_join", "smartquotes"]
BLOCK_RULES = ["heading", "list", "table"]
TAGS = {"p", "em", "strong", "ul", "ol", "li", "h2", "h3", "sup", "a", "br", "div", "blockquote", "cite"} | {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
ATTRIBUTES = {
    "h2": {"id"},
    "h3": {"id"},
    "a": {"href", "aria-label"},
    "div": {"class"},
    "blockquote": {"class"},
    "table": {"role", "aria-label"},
    "thead": {"role"},
    "tbody": {"role"},
    "tr": {"role"},
    "th": {"role", "scope", "data-of"},
    "td": {"role", "data-of"},
    "ol": {"start"},
}
QUOTES = {"en": ("\u201c", "\u201d", "\u2018", "\u2019")}


class Html(str):
    """Markup that has been sanitised; templates print it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        """Tell a template engine that this is markup."""
        return self


def sanitise(markup: str) -> Html:
    """Let through the tags and attributes that our own renderer makes, and links inside the page."""
    return Html(nh3.clean(markup, tags=TAGS, attributes=ATTRIBUTES, attribute_filter=_keep_local, link_rel=None))


def _keep_local(_tag: str, name: str, value: str) -> str | None:
    return None if name == "href" and not value.startswith("#") else value


def make_parser(*, quotes: str, blocks: bool) -> MarkdownIt:
    """Build a parser that knows emphasis, our marks and curly quotes; with `blocks` also paragraphs, lists, tables."""
    parser = MarkdownIt("zero", {"typographer": True, "quotes": quotes, "html": False})
    parser.enable(INLINE_RULES + (BLOCK_RULES if blocks else []))
    parser.inline.ruler.before("emphasis", "citation", _read_citation)
    parser.inline.ruler.before("emphasis", "token", _read_token)
    parser.add_render_rule("citation", _render_citation)
    parser.add_render_rule("token", _render_token)
    parser.add_render_rule("heading_open", _render_heading)
    return parser


def _read_citation(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the library's shape
    found = CITATION.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        _stay_on_the_line(state)
        state.push("citation", "", 0).meta = {"source": found.group(1)}
    state.pos = found.end()
    return True


def _stay_on_the_line(state: StateInline) -> None:
    """A mark belongs to the word before it, wherever the author's line ended: no blank, and no mark alone on a line."""
    state.pending = state.pending.rstrip()
    if not state.pending and state.tokens and state.tokens[-1].type == "softbreak":
        state.tokens.pop()
        state.tokens_meta.pop()


def _read_token(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the library's shape
    found = TOKEN.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("token", "", 0).meta = {"name": found.group(1)}
    state.pos = found.end()
    return True


def _render_citation(
    _self: RendererProtocol, tokens: Sequence[Token], at: int, _options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    number = env["number_of"](tokens[at].meta["source"])
    if number is None:
        return ""
    label = escape(env["source_label"].replace("{number}", str(number)))
    return f'<sup><a href="#source-{number}" aria-label="{label}">{number}</a></sup>'


def _render_token(
    _self: RendererProtocol, tokens: Sequence[Token], at: int, _options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    filled: Mapping[str, str] = env["tokens"]
    return escape(filled[tokens[at].meta["name"]])


def _render_heading(
    _self: RendererProtocol, tokens: Sequence[Token], at: int, _options: OptionsDict, _env: MutableMapping[str, Any]
) -> str:
    anchor = str(tokens[at].attrGet("id") or "")
    return f'<{tokens[at].tag} id="{escape(anchor)}">' if anchor else f"<{tokens[at].tag}>"


def render_blocks(parser: MarkdownIt, text: str, env: MutableMapping[str, Any]) -> str:
    """Render paragraphs, lists, tables and headings; the result still has to be sanitised."""
    tokens = parser.parse(_lift_anchors(text, env), env)
    for token, name in zip((one for one in tokens if one.type == "heading_open"), env["anchors"], strict=False):
        token.attrSet("id", name)
    dress_tables(tokens, label=env["table_label"])
    return str(parser.renderer.render(tokens, parser.options, env))


def _lift_anchors(text: str, env: MutableMapping[str, Any]) -> str:
    """Take `{#anchor}` off the headings, and keep the anchors in their order."""
    env["anchors"] = []
    lines = []
    for line in text.split("\n"):
        heading = HEADING.match(line)
        if heading:
            env["anchors"].append(heading.group(3) or "")
        lines.append(f"{heading.group(1)} {heading.group(2)}" if heading else line)
    return "\n".join(lines)
