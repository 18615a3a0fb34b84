"""Texts that become markup, script or a template where somebody forgot to escape; and what a page is made of."""

from collections.abc import Iterator
from html.parser import HTMLParser

RUN = "window.__xss=1"
PAYLOADS = (
    f"<script>{RUN}</script>",
    f"<ScRiPt >{RUN}</sCrIpT>",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"--><script>{RUN}</script><!--",
    f"]]><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f'"><img src=x onerror={RUN}>',
    f"'><img src=x onerror={RUN}>",
    f'" autofocus onfocus={RUN} x="',
    f"' autofocus onfocus={RUN} x='",
    f'" onmouseover="{RUN}',
    f"x onpointerenter={RUN} ",
    f"`onerror={RUN}`",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f'<svg><a xlink:href="javascript:{RUN}"><text y=20>x</text></a></svg>',
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>",
    f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    f"<details open ontoggle={RUN}>",
    f"<body onload={RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN.removeprefix('window.')}</script>'>",
    f"<iframe src=javascript:{RUN}>",
    f"<object data=javascript:{RUN}>",
    f"<a href=javascript:{RUN}>click</a>",
    f"javascript:{RUN}",
    f"<form action=javascript:{RUN}><input type=submit autofocus>",
    "<base href=https://evil.test/>",
    "<meta http-equiv=refresh content='0;url=https://evil.test/'>",
    "<link rel=stylesheet href=https://evil.test/x.css>",
    "<style>body{background:url(https://evil.test/x)}</style>",
    "<style>@import 'https://evil.test/x.css';</style>",
    "<plaintext>",
    "{{7*7}}{{ config }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}x{% endfor %}",
    "${7*7}#{7*7}<%= 7*7 %>",
    "%(name)s {0.__class__} {name}",
    "&lt;script&gt;&#60;script&#62;&amp;lt;",
    "\u2028<b>\u2029</b>\u202e<i>\u2066",
    f"<x onclick={RUN}>\ufeff<\u0000script>",
    f"\uff1cscript\uff1e{RUN}\uff1c/script\uff1e",
)
LONGEST = 300
MARKS = set("<>\"'")
LEADING = {
    "href",
    "src",
    "action",
    "formaction",
    "style",
    "srcset",
    "data",
    "srcdoc",
    "lang",
    "target",
    "method",
    "rel",
    "http-equiv",
}
VOLATILE = {"csrf"}


def list_chunks(most: int = LONGEST) -> Iterator[tuple[str, ...]]:
    """All payloads, as many together as fit into one name."""
    chunk: list[str] = []
    for payload in PAYLOADS:
        if len(" ".join([*chunk, payload])) > most:
            yield tuple(chunk)
            chunk = []
        chunk.append(payload)
    yield tuple(chunk)


class Skeleton(HTMLParser):
    """What a page is made of: its tags in order, their attributes' names, and the values that lead somewhere."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[tuple[str, ...]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = sorted(name for name, _value in attrs)
        leading = sorted(f"{name}={value}" for name, value in attrs if name in LEADING or name.startswith("on"))
        self.parts.append((tag, *names, *leading))
        self.texts += [value for name, value in attrs if value and name not in VOLATILE]

    def handle_endtag(self, tag: str) -> None:
        self.parts.append((f"/{tag}",))

    def handle_comment(self, _data: str) -> None:
        self.parts.append(("comment",))

    def handle_decl(self, decl: str) -> None:
        self.parts.append((decl,))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read_skeleton(html: str) -> Skeleton:
    skeleton = Skeleton()
    skeleton.feed(html)
    skeleton.close()
    return skeleton


def is_text_in(payload: str, skeleton: Skeleton) -> bool:
    return any(payload in text for text in skeleton.texts)


def assert_no_markup_of(payload: str, html: str) -> None:
    """A payload with a mark in it never stands in a page as it was sent."""
    if MARKS & set(payload):
        assert payload not in html, payload
