"""Files that a browser is to save: their names, in the form that RFC 6266 gives them."""

import re
from urllib.parse import quote

LONGEST_NAME = 120
# What no file system takes, and what breaks a header or turns a name around.
_UNFIT = re.compile(r'[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff/\\:*?"<>|%;]+')
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._ -]+")


def attach(name: str) -> dict[str, str]:
    """The header that saves an answer under that name; the only place where it is written.

    Whatever the name holds, the header is one line. A name in another script stands in `filename*`, with a plain one
    beside it.
    """
    fit = _UNFIT.sub("_", name).strip(" .")
    stem, dot, ending = fit.rpartition(".")
    kept = (f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}" if dot else fit)[:LONGEST_NAME] or "file"
    plain = _NOT_PLAIN.sub("_", kept)
    value = f'attachment; filename="{plain}"'
    if plain != kept:
        value += f"; filename*=UTF-8''{quote(kept, safe='')}"
    return {"content-disposition": value}
