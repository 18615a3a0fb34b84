"""Each LMS's file is read, and an LMS is recognized by what it says or by where it is."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.lti import keysets, platform_profiles
from app.lti.platform_profiles import FOLDER, Profile, find_by_key, find_shared_site, list_profiles, recognize

APP = Path(platform_profiles.__file__).parent.parent


def test_every_file_is_a_profile_and_one_is_for_the_unknown():
    assert {profile.key for profile in list_profiles()} == {file.stem for file in FOLDER.iterdir()}
    assert [profile.key for profile in list_profiles()] == ["canvas", "moodle", "brightspace", "other"]
    assert [profile.key for profile in list_profiles() if profile.is_fallback] == ["other"]


def test_a_word_that_no_profile_knows_is_refused():
    known = find_by_key("moodle").model_dump()
    with pytest.raises(ValidationError, match="colour"):
        Profile.model_validate({**known, "colour": "orange"})
    with pytest.raises(ValidationError, match="keyset_seconds"):
        Profile.model_validate({**known, "services": {}})


@pytest.mark.parametrize(
    ("product", "issuer", "service", "key"),
    [
        ("canvas", "https://lms.edu", "https://lms.edu/x", "canvas"),
        ("Canvas", "https://lms.edu", "", "canvas"),
        (None, "https://canvas.beta.instructure.com", "https://school.edu/x", "canvas"),
        (None, "https://lms.edu", "https://lms.edu/api/lti/courses/1/line_items/2", "canvas"),
        ("moodle", "https://lms.edu", "https://lms.edu/mod/lti/services.php/2/lineitems/2/lineitem", "moodle"),
        (None, "https://lms.edu", "https://lms.edu/mod/lti/services.php/2/lineitems/2/lineitem", "moodle"),
        ("moodle", "https://lms.edu", "https://lms.edu/api/lti/courses/1", "moodle"),
        ("desire2learn", "https://learn.school.edu", "", "brightspace"),
        (None, "https://school.brightspace.com", "", "brightspace"),
        ("sakai", "https://lms.edu", "", "other"),
        ("", "", "", "other"),
        (None, "https://instructure.com.evil.example", "https://evil.example/x", "other"),
        (None, "https://notinstructure.com", "https://[bad", "other"),
    ],
)
def test_an_lms_is_known_by_its_word_its_issuer_or_its_addresses(product, issuer, service, key):
    assert recognize(product, issuer, service_url=service).key == key


def test_three_issuers_are_shared_by_all_hosted_schools():
    sites = {site.use: site for site in find_by_key("canvas").shared_sites}
    assert set(sites) == {"production", "beta", "test"}
    assert find_shared_site("https://canvas.instructure.com") == sites["production"]
    assert find_shared_site("https://canvas.instructure.com/") is None
    assert find_shared_site("https://moodle.school.edu") is None
    for site in sites.values():
        assert {url.split("/")[2] for url in (site.authorization_url, site.keyset_url, site.token_url)} == {
            site.issuer.split("/")[2].replace("canvas", "sso", 1).replace("instructure", "canvaslms")
        }


def test_no_key_set_is_trusted_longer_than_the_shortest_lived_allows():
    assert keysets.FRESH.total_seconds() <= min(one.services.keyset_seconds for one in list_profiles())
    assert find_by_key("brightspace").services.keyset_seconds < 3600


def test_code_asks_the_profile_and_never_the_product_by_name():
    asked = re.compile(r"is_canvas\(|is_moodle|is_brightspace|product\b.*[=i]n? \(?\"(?:canvas|moodle|desire2learn)")
    rooms = [file for file in APP.rglob("*.py") if "practice_lms" not in file.parts]
    lines = [(file.name, line) for file in rooms for line in file.read_text().splitlines()]
    assert [line for line in lines if asked.search(line[1])] == []
