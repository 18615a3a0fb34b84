"""The pages that a person sees, and the controls that only tests use."""

import pytest

from app.practice_lms.forms import list_forms
from tests.unit.practice_lms.right_tool import TOKEN_HOST, TOOL, RightTool

PAGES = [
    "/", "/course/2", "/course/3", "/course/2/item/2", "/course/2/two-frames", "/course/2/gradebook",
    "/course/2/roster", "/course/2/add", "/course/2/tool", "/account", "/registration", "/practice",
    "/course/2/launch/1", "/course/2/editor", "/course/2/editor/1",
]  # fmt: skip


@pytest.fixture(params=["moodle", "canvas"])
def site(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_that_it_is_practice_and_keeps_a_strict_policy(site, path):
    page = site.client.get(path)
    assert page.status_code == 200
    assert "<strong>Practice LMS" in page.text
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "<script>" not in page.text
    assert "style=" not in page.text
    assert " on" + "click" not in page.text


@pytest.mark.parametrize(
    "path", ["/course/9", "/course/2/item/9", "/course/2/item/3", "/course/9/gradebook", "/as/99", "/course/9/launch/1"]
)
def test_what_is_not_there_is_a_404(site, path):
    assert site.client.get(path).status_code == 404


def test_the_first_visitor_is_a_faculty_learner_and_may_become_anybody(site):
    assert '<option value="5" selected>' in site.client.get("/").text
    form = next(one for one in list_forms(site.client.get("/course/2").text) if one.action == "/as")
    answer = site.client.post("/as", data={**form.fields, "person": "3"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/course/2/item/1")
    assert '<option value="3" selected>' in site.client.get("/").text


@pytest.mark.parametrize("following", ["//evil.test", "https://evil.test", "javascript:alert(1)"])
def test_the_switcher_stays_at_home(site, following):
    assert site.client.get("/as/5", params={"next": following}).headers["location"] == "/"


def test_names_in_several_scripts_are_shown_in_the_gradebook_and_on_the_roster(site):
    for page in ("/course/2/gradebook", "/course/2/roster"):
        text = site.client.get(page).text
        assert all(name in text for name in ("Chloé Müller-Šimić", "ليلى الحدّاد", "王秀英"))


def test_a_score_is_seen_in_the_gradebook_as_a_page_and_as_json(site):
    site.send_score()
    assert 'id="grade-5-11"><strong>1 / 1</strong>' in site.client.get("/course/2/gradebook").text
    book = site.client.get("/practice/gradebook?course=2").json()
    row = next(one for one in book["rows"] if one["person"] == "5")
    assert (row["grades"]["11"]["shown"], row["grades"]["11"]["posts"], row["sub"]) == (
        "1 / 1",
        1,
        site.platform.sub_of("5"),
    )
    assert [one["item"] for one in book["columns"]] == ["11"]
    assert len(book["rows"]) == 3


def test_both_courses_hold_the_same_things_with_columns_of_their_own(site):
    first, second = (site.platform.world.links_of(course) for course in ("2", "3"))
    assert [one.custom for one in first] == [one.custom for one in second]
    assert first[0].line_item_id != second[0].line_item_id


def test_without_a_tool_the_frame_says_what_to_do(site):
    other = "canvas" if site.platform.temper.name == "moodle" else "moodle"
    site.client.post("/practice/temper", json={"temper": other})
    assert "No tool is registered yet" in site.client.get("/course/2/launch/1").text
    assert "No tool is active here yet" in site.client.get("/").text
    site.client.post("/practice/temper", json={"temper": "moodle" if other == "canvas" else "canvas"})
    assert "No tool is registered yet" not in site.client.get("/course/2/launch/1").text


def test_the_controls_do_what_their_python_twins_do(site):
    client, platform = site.client, site.platform
    assert client.post("/practice/line-items", json={"link": "2"}).json()["item"] == platform.links["2"].line_item_id
    item = platform.links["2"].line_item_id
    client.post("/practice/grades", json={"item": item, "person": "5", "score": 0.5, "at": "2026-01-01T00:00:00Z"})
    assert (platform.grade_of("5", item).score, platform.grade_of("5", item).by) == (0.5, "teacher")
    client.delete(f"/practice/line-items/{item}")
    assert (platform.links["2"].line_item_id, platform.grade_of("5", item)) == (None, None)
    assert len(client.post("/practice/people", json={"course": "2", "count": 4}).json()["people"]) == 4
    client.post("/practice/faults", json={"service": "jwks", "status": 503, "times": 2})
    assert client.get(platform.urls.jwks).status_code == 503
    client.delete("/practice/faults")
    assert client.get(platform.urls.jwks).status_code == 200
    assert client.post("/practice/rotate-keys").json()["kid"] == platform.keys.kid
    assert [one["service"] for one in client.get("/practice/calls").json()] == ["jwks", "jwks"]
    assert client.get("/practice/calls?service=scores").json() == []
    headers = site.bearer("https://purl.imsglobal.org/spec/lti-ags/scope/score")
    client.post("/practice/revoke-tokens")
    assert client.post(site.score_url(), headers=headers).status_code == 401


def test_the_page_behind_the_scenes_lists_calls_and_switches_the_temper(site):
    site.send_score()
    text = site.client.get("/practice").text
    assert text.index("<strong>scores</strong>") < text.index("<strong>token</strong>")
    other = "canvas" if site.platform.temper.name == "moodle" else "moodle"
    site.client.post("/practice/switch", data={"temper": other})
    assert site.platform.temper.name == other


def test_a_column_that_appears_later_is_in_the_next_launch(site):
    endpoint = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
    assert "lineitem" not in site.platform.claims("5", "2")[endpoint]
    site.platform.add_line_item("2")
    assert "lineitem" in site.platform.claims("5", "2")[endpoint]


def test_people_come_and_go(site):
    person = site.platform.add_person("Ngũgĩ wa Kamau", course_id="2")
    become = f'href="/as/{person.id}?next=/course/2"'
    assert become in site.client.get("/course/2/roster").text
    site.platform.leave(person.id, "2")
    assert become not in site.client.get("/course/2/roster").text
    site.platform.enrol(person.id, "2", "teacher")
    assert site.send_score(person=person.id).status_code in {400, 422}


@pytest.mark.parametrize(
    "path", ["/mod/lti/return.php?course=2&lti_errormsg=Sorry", "/courses/4402/assignments?lti_msg=Sorry"]
)
def test_coming_back_shows_what_the_tool_said(moodle, canvas, path):
    site = moodle if path.startswith("/mod") else canvas
    page = site.client.get(path).text
    assert "Sorry" in page
    assert 'target="_top"' in page


def test_a_page_of_canvas_answers_tools_and_has_the_frame_that_keeps_their_data(canvas):
    page = canvas.client.get("/course/2").text
    frame = f"{TOKEN_HOST}/post_message_forwarding"
    assert f'<iframe name="post_message_forwarding" title="Storage for tools" src="{frame}" hidden>' in page
    assert f'data-tools="{TOOL}" data-names="post_message_forwarding" data-lists>' in page
    kept = canvas.client.get(f"{TOKEN_HOST}/post_message_forwarding")
    assert (kept.status_code, f'data-tools="{TOOL}" data-keeps>' in kept.text) == (200, True)
    assert canvas.client.get("/post_message_forwarding").status_code == 404


@pytest.mark.parametrize(("storage", "target"), [("silent", "post_message_forwarding"), ("none", None)])
def test_a_canvas_that_keeps_nothing_answers_no_tool(clock, storage, target):
    tool = RightTool("canvas", clock, storage=storage)
    tool.register()
    page = tool.client.get("/course/2").text
    assert ("storage.js" in page, "post_message_forwarding" in page) == (False, False)
    assert tool.start().fields.get("lti_storage_target") == target


def test_a_canvas_whose_page_itself_keeps_data_names_it(clock):
    tool = RightTool("canvas", clock, storage="parent", issuer_origin=None, token_origin=None)
    tool.register()
    page = tool.client.get("/course/2").text
    assert f'data-tools="{TOOL}" data-names="" data-keeps data-lists>' in page
    assert tool.start().fields["lti_storage_target"] == "_parent"


def test_moodle_keeps_nothing_for_tools(moodle):
    assert "storage.js" not in moodle.client.get("/course/2").text
    assert "lti_storage_target" not in moodle.start().fields
