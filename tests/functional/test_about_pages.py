"""The pages that an LMS is told of: they exist, need nobody to sign in, and stay where they are."""

import re

import pytest

from tests.conftest import BASE_URL

PATHS = ("/lti/privacy", "/lti/terms")


@pytest.mark.parametrize("path", PATHS)
def test_privacy_and_terms_are_whole_pages_that_any_lms_may_frame(browser, path):
    answer = browser().get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=", answer.text)
    assert "https:" in answer.headers["content-security-policy"].split("frame-ancestors")[1]


def test_privacy_names_the_institution_as_the_one_who_decides(browser):
    assert "Your institution, the school or hospital" in browser().get("/lti/privacy").text


def test_the_logo_is_a_picture_under_an_address_without_a_digest(browser):
    answer = browser().get("/lti/logo.svg")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert answer.content.startswith(b"<svg")


def test_the_canvas_file_is_public_and_holds_our_addresses_only(browser):
    answer = browser().get("/lti/canvas/cairn.json")
    assert answer.headers["cache-control"] == "public, max-age=3600"
    found = answer.json()
    assert found["oidc_initiation_url"] == f"{BASE_URL}/lti/login"
    urls = re.findall(r"https?://[^\"]+", answer.text)
    assert {url for url in urls if "purl.imsglobal.org" not in url and not url.startswith(BASE_URL)} == set()


def test_the_canvas_file_of_an_own_server_names_its_own_login_address(browser):
    uuid = "6f1e2d3c-0000-4000-8000-000000000001"
    assert browser().get(f"/lti/canvas/{uuid}.json").json()["oidc_initiation_url"] == f"{BASE_URL}/lti/login/{uuid}"
    assert browser().get("/lti/canvas/somebody.json").status_code == 404
