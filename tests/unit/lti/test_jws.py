"""Only a strict, bounded RS256 token is read at all."""

import json

import pytest

from app.lti.jws import read_token
from app.lti.refusals import Reason, Refused
from app.practice_lms.jose import encode_part, sign_compact
from tests.lti_kit import make_key

HEADER = {"typ": "JWT", "alg": "RS256", "kid": "key-1"}


def token(claims=b'{"a": 1}', header=None):
    raw = header if isinstance(header, bytes) else json.dumps(header or HEADER).encode()
    return f"{encode_part(raw)}.{encode_part(claims)}.{encode_part(b'signature')}"


def reason_of(text):
    with pytest.raises(Refused) as refused:
        read_token(text)
    return refused.value.reason


def test_a_good_token_is_read_and_its_signature_checked():
    read = read_token(sign_compact({"a": 1}, HEADER, key=make_key(), algorithm="RS256"))
    assert (read.kid, read.claims) == ("key-1", {"a": 1})
    assert read.is_signed_by(make_key().public_key())
    assert not read.is_signed_by(make_key("other").public_key())


def test_a_signature_of_any_length_is_only_wrong():
    for signature in (b"x", b"x" * 255, b"x" * 256, b"x" * 5000):
        read = read_token(f"{encode_part(json.dumps(HEADER).encode())}.{encode_part(b'{}')}.{encode_part(signature)}")
        assert not read.is_signed_by(make_key().public_key())


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "nOnE", "HS256", "RS384", "PS256", "ES256", "", None, 7, ["RS256"]]
)
def test_no_other_algorithm(algorithm):
    assert reason_of(token(header={**HEADER, "alg": algorithm})) is Reason.ALGORITHM


@pytest.mark.parametrize(
    "more",
    [
        {"crit": ["exp"]},
        {"crit": []},
        {"b64": False},
        {"zip": "DEF"},
        {"enc": "A128GCM"},
        {"typ": "at+jwt"},
        {"typ": 7},
    ],
)
def test_no_header_that_changes_the_meaning(more):
    assert reason_of(token(header={**HEADER, **more})) is Reason.TOKEN_MALFORMED


def test_the_type_may_be_missing_or_small():
    assert read_token(token(header={"alg": "RS256", "kid": "a"})).kid == "a"
    assert read_token(token(header={**HEADER, "typ": "jwt"})).kid == "key-1"


def test_keys_are_named_as_real_platforms_name_them():
    for kid in ("753728ce5c33dd34056a", "2026-11-01T00:00:09Z_5c0e7f52-1d3b", "aGVsbG8+/=", "a" * 255):
        assert read_token(token(header={**HEADER, "kid": kid})).kid == kid


@pytest.mark.parametrize("kid", ["", "../../x", ".a", "a b", "' OR 1=1--", "a\0", "ä", "a" * 256, 7, None, ["a"], {}])
def test_a_name_that_is_none_is_refused(kid):
    assert reason_of(token(header={**HEADER, "kid": kid})) is Reason.KEY_UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a.b",
        "a.b.c.d",
        "..",
        "a.b.c",
        "a.b.=",
        "ä.ö.ü",
        token() + "=",
        token().replace(".", " .", 1),
        token(b"[]"),
        token(b"null"),
        token(b"{"),
        token(b'{"a": NaN}'),
        token(b'{"a": Infinity}'),
        token(b"\xff"),
        token(b'{"a": 1, "a": 1}'),
        token(b'{"a": {"b": 1, "b": 2}}'),
        token(header=b'{"alg":"RS256","alg":"RS256","kid":"a"}'),
        token(b'{"a": "\\ud800"}'),
        token(b'{"\\udfff": 1}'),
        token(b"[" * 30_000),
        token(b'{"a":' * 499 + b"1" + b"}" * 499 + b"}"),
        token(b'{"a": ' + b"9" * 5000 + b"}"),
        token(b"{}" + b" " * 66_000),
        token(header=b"{" + b" " * 9000 + b"}"),
    ],
)
def test_what_is_no_token_is_refused(text):
    assert reason_of(text) is Reason.TOKEN_MALFORMED


def test_escapes_of_whole_characters_are_fine():
    assert read_token(token(b'{"a": "\\u00e4\\ud83d\\ude00"}')).claims == {"a": "ä😀"}


def test_depth_is_bounded_below_the_interpreters_own():
    deep = b'{"a":' * 400 + b"1" + b"}" * 400
    assert read_token(token(deep)).claims["a"]
