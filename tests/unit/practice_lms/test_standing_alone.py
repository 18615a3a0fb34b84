"""The practice LMS knows nothing of the product, forges on request, and stays out of production."""

import ast
from pathlib import Path

import jwt
import pytest

import app.practice_lms
from app.practice_lms.jose import RefusedToken, verify_compact
from app.practice_lms.server import serve
from app.practice_lms.settings import PracticeSettings

FILES = sorted(Path(app.practice_lms.__file__).parent.rglob("*.py"))


def list_imports(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def test_it_imports_nothing_of_the_product():
    assert len(FILES) > 30
    roots = ("app", "competencies", "modules", "pylti1p3", "jwcrypto")
    found = {name for file in FILES for name in list_imports(file) if name.split(".")[0] in roots}
    assert {name for name in found if not name.startswith("app.practice_lms")} == set()


def test_it_does_not_start_in_production(monkeypatch, capsys):
    monkeypatch.setenv("CAIRN_ENV", "production")
    with pytest.raises(SystemExit) as stopped:
        serve("127.0.0.1", 0, PracticeSettings())
    assert stopped.value.code == 1
    assert "does not start in production" in capsys.readouterr().err


def test_anything_can_be_signed_for_those_who_test_refusals(moodle):
    platform = moodle.platform
    plain = platform.sign({"sub": "5"}, {"kid": None, "jku": "https://evil.test/keys"})
    assert jwt.get_unverified_header(plain) == {"typ": "JWT", "alg": "RS256", "jku": "https://evil.test/keys"}
    twice = platform.sign(b'{"sub":"5","sub":"6"}')
    assert verify_compact(twice, platform.keys.jwks()).claims == {"sub": "6"}
    assert platform.sign({}, algorithm="none").endswith(".")
    confused = platform.sign({"sub": "5"}, algorithm="HS256", key=platform.keys.public_pem)
    with pytest.raises(RefusedToken):
        verify_compact(confused, platform.keys.jwks())


def test_a_launch_can_be_changed_member_by_member(canvas):
    token = canvas.platform.id_token("5", "1", nonce="n", changes={"sub": "x", "iat": None}, without=("exp",))
    claims = verify_compact(token, canvas.platform.keys.jwks()).claims
    assert (claims["sub"], claims["iat"], claims["nonce"], "exp" in claims) == ("x", None, "n", False)
