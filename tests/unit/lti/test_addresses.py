"""Origins are read as browsers write them; what is no plain address has none."""

import pytest

from app.lti.addresses import find_origin, is_ours, read_query
from app.outbound.urls import add_query


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://lms.test/a?b#c", "https://lms.test"),
        ("https://LMS.test:443", "https://lms.test"),
        ("https://lms.test:8443/", "https://lms.test:8443"),
        ("http://localhost:8001/x", "http://localhost:8001"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("https://[::1]:8000/", "https://[::1]:8000"),
        ("https://müller.test/", "https://xn--mller-kva.test"),
    ],
)
def test_origins(url, origin):
    assert find_origin(url, allow_http=True) == origin


@pytest.mark.parametrize(
    "url",
    [
        None,
        7,
        "",
        "lms.test",
        "//lms.test",
        "/a",
        "ftp://lms.test",
        "https://",
        "https://u@lms.test",
        "https://u:p@lms.test",
        "https://lms.test:x",
        "https://lms.test:99999",
        "https://a b.test",
        "https://a.test;x",
        "https://a.test'",
        "https://-a.test",
        "https://a.test\\b",
        "https://a.test\r\nx: y",
        "https://*.test",
        "javascript:alert(1)",
        "https://" + "a" * 3000 + ".test",
        "https://a,b.test",
        f"https://{'a.' * 123}test:12345",
        "https://[::1",
        "https://ab\u3002test\u2100",
        "https://a.test/\ud800",
    ],
)
def test_what_has_no_origin(url):
    assert find_origin(url, allow_http=True) is None


def test_plain_http_only_where_it_is_allowed():
    assert find_origin("http://lms.test/", allow_http=False) is None


def test_ours_is_the_very_same_origin():
    assert is_ours("https://cairn.test/lti/launch?open=home", origin="https://cairn.test")
    assert not is_ours("https://cairn.test:444/", origin="https://cairn.test")


def test_a_query_is_joined_to_the_one_that_is_there():
    assert add_query("https://a.test/x?y=1", {"z": "ä &"}) == "https://a.test/x?y=1&z=%C3%A4+%26"
    assert add_query("https://a.test/x", {"z": "1"}) == "https://a.test/x?z=1"


def test_the_first_value_of_a_query_is_read():
    assert read_query("https://a.test/?open=module%2Fm0&open=x", "open") == "module/m0"
    assert read_query("https://a.test/", "open") is None
    assert read_query("https://a.test/?" + "a=1&" * 60, "open") is None
