"""Reads the words or the structure of a PDF that typst made, so that a test can search them."""

import re
import zlib

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SHOWN = re.compile(rb"\[((?:[^\]\\(]|\((?:\\.|[^\\)])*\))*)\]\s*TJ", re.DOTALL)
_STRING = re.compile(rb"\(((?:\\.|[^\\)])*)\)", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_GLYPH = re.compile(rb"<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>")
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def read_pdf(content: bytes) -> str:
    """Every run of letters, one a line, each once for each of the file's fonts; and what stands in it as it is.

    Which font set a run is not asked: in the wrong ones it reads as other letters, so what is there is always found.
    """
    streams = [_unpack(found[1]) for found in _STREAM.finditer(content)]
    fonts = [_read_font(stream) for stream in streams if b"begincmap" in stream]
    runs = [run for stream in streams if b"BT" in stream for run in _list_runs(stream)]
    lines = ["".join(font.get(glyph, "\N{REPLACEMENT CHARACTER}") for glyph in run) for font in fonts for run in runs]
    return "\n".join([*lines, content.decode("latin-1")])


def read_structure(content: bytes) -> bytes:
    """A PDF without its streams and strings: its ids and what is packed in it hold any four letters by chance."""
    return _STRING.sub(b"()", _STREAM.sub(b"", content))


def _unpack(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def _read_font(mapping: bytes) -> dict[int, str]:
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in _GLYPH.findall(mapping)}


def _list_runs(page: bytes) -> list[list[int]]:
    """The glyphs of each shown line: two bytes each, whatever space stands between its strings."""
    lines = [b"".join(map(_unescape, _STRING.findall(shown))) for shown in _SHOWN.findall(page)]
    return [[int.from_bytes(line[at : at + 2]) for at in range(0, len(line), 2)] for line in lines]


def _unescape(string: bytes) -> bytes:
    def replace(found: re.Match[bytes]) -> bytes:
        one = found[1]
        return bytes([int(one, 8)]) if one[:1].isdigit() else _NAMED.get(one, one)

    return _ESCAPE.sub(replace, string)
