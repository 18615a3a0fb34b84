"""Tables that turn into small lists on a narrow page: roles, headers and each cell's column in words."""

from collections.abc import Sequence

from markdown_it.token import Token

from modules.marks import without_marks

ROLES = {"thead_open": "rowgroup", "tbody_open": "rowgroup", "tr_open": "row"}


def dress_tables(tokens: list[Token], *, label: str) -> None:
    """Wrap each table for narrow pages and name its parts; the first column of the body is the row's header."""
    column, in_body = 0, False
    columns: list[str] = []
    for at, token in enumerate(tokens):
        if token.type == "table_open":
            columns, in_body = [], False
            token.attrs = {"role": "table", "aria-label": label}
        elif token.type in ROLES:
            in_body = in_body or token.type == "tbody_open"
            column = 0
            token.attrs = {"role": ROLES[token.type]}
        elif token.type in {"th_open", "td_open"}:
            _dress_cell(tokens, at, columns, column=column if in_body else None)
            column += 1
    _wrap(tokens)


def _dress_cell(tokens: Sequence[Token], at: int, columns: list[str], *, column: int | None) -> None:
    cell = tokens[at]
    if column is None:
        columns.append(without_marks(tokens[at + 1].content).replace("*", ""))
        _make_header(cell, tokens, at, role="columnheader", scope="col")
    elif column == 0:
        _make_header(cell, tokens, at, role="rowheader", scope="row")
        if cell.tag == "th" and columns and columns[0]:
            cell.attrs["data-of"] = columns[0]
    else:
        name = columns[column] if column < len(columns) else ""
        cell.attrs = {"role": "cell", "data-of": name}


def _make_header(cell: Token, tokens: Sequence[Token], at: int, *, role: str, scope: str) -> None:
    closing = next(one for one in tokens[at:] if one.type in {"th_close", "td_close"})
    if not tokens[at + 1].content.strip():
        cell.tag = closing.tag = "td"
        cell.attrs = {"role": "cell"}
        return
    cell.tag = closing.tag = "th"
    cell.attrs = {"role": role, "scope": scope}


def _wrap(tokens: list[Token]) -> None:
    for at in reversed([n for n, token in enumerate(tokens) if token.type == "table_close"]):
        tokens.insert(at + 1, _markup("</div>"))
    for at in reversed([n for n, token in enumerate(tokens) if token.type == "table_open"]):
        tokens.insert(at, _markup('<div class="tbl tbl--stack">'))


def _markup(text: str) -> Token:
    return Token(type="html_block", tag="", nesting=0, content=text)
