"""Posted forms: URL-encoded only, bounded in size and number, each field a tuple of texts."""

from asyncio import timeout
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from app.web.errors import BadForm, FormTooLarge, FormTooSlow, UnsupportedForm

MOST_BYTES = 262_144
MOST_FIELDS = 1000
# The longest text that we take, over the poorest line of a ward.
MOST_SECONDS = 60.0


@dataclass(frozen=True)
class Form:
    """What was posted. Unknown fields are simply never asked for."""

    fields: Mapping[str, tuple[str, ...]]

    def one(self, name: str) -> str:
        """The first value of a field, "" where it is missing."""
        return self.fields.get(name, ("",))[0]

    def all(self, name: str) -> tuple[str, ...]:
        return self.fields.get(name, ())


def wants_json(request: Request) -> bool:
    """Whether a page's script asks; a form without it asks for a page."""
    return request.headers.get("accept", "").startswith("application/json")


def parse_form(body: bytes) -> Form:
    """Reads an URL-encoded body. Raises BadForm on bytes that are no UTF-8 text, a NUL, or too many fields."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, encoding="utf-8", errors="strict"
        )
    except ValueError as error:
        raise BadForm from error
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        if "\0" in value:
            raise BadForm
        fields.setdefault(name, []).append(value)
    return Form({name: tuple(values) for name, values in fields.items()})


async def read_body(request: Request, most_bytes: int) -> bytes:
    """The body, refused as soon as it is larger or later; a missing or lying Content-Length changes nothing."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most_bytes:
        raise FormTooLarge
    body = bytearray()
    try:
        async with timeout(MOST_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most_bytes:
                    raise FormTooLarge
    except TimeoutError as error:
        raise FormTooSlow from error
    return bytes(body)


async def read_form(request: Request) -> Form:
    """The posted form, read once: the guard asks for it first, the route again."""
    known: Form | None = getattr(request.state, "form", None)
    if known is not None:
        return known
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in {"application/x-www-form-urlencoded", ""}:
        raise UnsupportedForm
    form = parse_form(await read_body(request, MOST_BYTES))
    request.state.form = form
    return form


PostedForm = Annotated[Form, Depends(read_form)]
