"""What a hostile platform's services can answer: rosters, gradebooks, tokens."""

import gzip
from typing import Any

from sqlalchemy import bindparam, select

from app.lti.models import AccessToken, Delivery
from app.lti.offer_models import LineItemOffer
from app.membership.models import Membership, Roster, User
from tests.hostile_kit import Drip, Flood, Neighbour, Reply, Serve
from tests.lti_kit import INSTRUCTOR
from tests.roster_kit import member
from tests.security.lies import Lie, Own, Text, Told, off, unsent
from tests.security.lies_of_launches import ADMINISTRATOR, SCRIPT, find

ROSTER, TOKENS = "nrps", "token"
TEN_YEARS = str(10 * 366 * 86_400)
DEEP = b"[" * 100_000
# Eleven megabytes of nothing in eleven kilobytes.
BOMB = Reply(200, gzip.compress(b" " * 11_000_000), {"content-encoding": "gzip"})
REDIRECT = Reply(302, b"", {"location": "http://169.254.169.254/latest/meta-data/"})


def page(members: list[Any], link: str = "") -> Reply:
    return Reply.of({"id": "x", "context": {"id": "course-1"}, "members": members}, **({"link": link} if link else {}))


def says_roster(what: str, expected: Any, answer: Reply | Serve, *, path: str = "/members") -> Lie:
    """Staff open a course of theirs, and its roster is read."""

    def tell(here: Neighbour) -> Any:
        here.site.says(path, answer)
        return here.reads_roster()

    return Lie("a roster" if path == "/members" else "tokens", what, tell, expected)


def leads(link: str) -> Serve:
    """A page that leads on; `{n}` counts."""
    numbers = iter(range(10**6))
    return lambda request: page([member("learner-1")], f'<{link.format(n=next(numbers), url=request.url)}>; rel="next"')


def floods(here: Neighbour) -> Any:
    """Page after page of people who do not exist."""
    numbers = iter(range(10**6))

    def answer(request: Any) -> Reply:
        start = next(numbers) * 50
        people = [member(f"ghost-{start + number}") for number in range(50)]
        return page(people, f'<{here.at("/members")}?from={start}>; rel="next"')

    here.site.says("/members", answer)
    return here.reads_roster()


def lies_at(where: str) -> Any:
    return lambda here: here.reads_roster(roster=where)


def gives_no_right(told: Told) -> bool:
    """Nobody is staff but whoever launched as staff."""
    staff = select(Membership.user_id).where(Membership.institution_id == told.here.institution_id, Membership.is_staff)
    return find(told, staff) == [told.told.user.id]


def lists_its_own(told: Told) -> bool:
    """People with the neighbours' ids are its own people, and the neighbours' course has nobody more."""
    near = told.world.near.institution_id
    theirs = find(told, select(Membership.id).where(Membership.institution_id == near))
    ours = find(told, select(User.sub).where(User.institution_id == told.here.institution_id))
    return len(theirs) == 4 and {"learner-1", "learner-2"} <= set(ours)


def has_waited_a_day_at_most(told: Told) -> bool:
    (due,) = find(told, select(Roster.due_at).where(Roster.institution_id == told.here.institution_id))
    return (due - told.world.clock()).total_seconds() <= 86_400


ROSTERS = (
    says_roster("a name with a script", Text(SCRIPT, "list"), page([member("learner-1", name=SCRIPT), member("b")])),
    says_roster("a name of 4 MB", Text("a" * 300, "list"), page([member("a", name="a" * 4_000_000), member("b")])),
    says_roster("a name that turns the line around", Text("Ada moc.live", "list"),
                page([member("a", name="Ada \u202emoc.live\u2069"), member("b")])),
    says_roster("everybody is staff and administers", Own(gives_no_right),
                page([member("learner-1"), *(member(f"p{n}", roles=[INSTRUCTOR, ADMINISTRATOR]) for n in range(5))])),
    says_roster("the neighbours' people", Own(lists_its_own), page([member("learner-1"), member("learner-2")])),
    says_roster("ids of 10 kB, of numbers, of NUL", Own(lists_its_own), page(
        [member("x" * 10_000), member("a\0"), {"user_id": 7}, "x", None, member("learner-1"), member("learner-2")])),
    says_roster("nobody", off(ROSTER, "empty"), page([])),
    says_roster("more people on a page than anywhere", off(ROSTER, "unreadable"),
                Reply(200, b'{"members": [' + b"0," * 60_000 + b"0]}")),
    Lie("a roster", "more people than anywhere", floods, off(ROSTER, "too-many-members")),
    says_roster("a next page that is this page", off(ROSTER, "page-loop"), leads("{url}")),
    says_roster("ten thousand pages", off(ROSTER, "too-many-pages"), leads("/members?page={n}")),
    says_roster("a next page on another host", off(ROSTER, "next-elsewhere"), leads("https://x.test/members")),
    says_roster("a next page in the local network", off(ROSTER, "next-elsewhere"), leads("https://10.0.0.1/members")),
    says_roster("a next page on another port", off(ROSTER, "next-elsewhere"), leads("https://lms.test:8443/members")),
    says_roster("a next page that is a file", off(ROSTER, "next-elsewhere"), leads("file:///etc/passwd")),
    says_roster("a next page of 10 kB", off(ROSTER, "next-elsewhere"), leads("/members?" + "a" * 10_000)),
    says_roster("a redirect into the local network", off(ROSTER, "status-302"), REDIRECT),
    says_roster("the wrong kind of content", off(ROSTER, "unreadable"),
                Reply(200, b"<html>Sign in</html>", {"content-type": "text/html"})),
    says_roster("the wrong kind of object", off(ROSTER, "unreadable"), Reply.of({"members": {"a": 1}})),
    says_roster("brackets within brackets", off(ROSTER, "unreadable"), Reply(200, DEEP)),
    says_roster("half a page", off(ROSTER, "unreadable"), Reply(200, b'{"members": [{"user_id": "a"')),
    says_roster("without an end", off(ROSTER, "too-large"), lambda _request: Reply(200, Flood())),
    says_roster("a bomb", off(ROSTER, "too-large", "bad-encoding"), BOMB),
    says_roster("a strange encoding", off(ROSTER, "bad-encoding"), Reply(200, b"x", {"content-encoding": "br"})),
    says_roster("come back in ten years", Own(has_waited_a_day_at_most), Reply(503, b"", {"retry-after": TEN_YEARS})),
    Lie("a roster", "one byte a second", lambda here: _drips(here, "/members"), off(ROSTER, "timeout")),
)  # fmt: skip
WHERE = (
    *(
        Lie("a service", f"at {where}", lies_at(where), off(ROSTER, "address-not-allowed", "bad-url", "no-such-name"))
        for where in (
            "https://127.0.0.1/members", "http://localhost/members", "https://[::1]/members", "https://2130706433/m",
            "https://169.254.169.254/latest", "https://metadata.google.internal/m", "https://private.test/members",
            "https://two-faced.test/members", "https://lms.test:22/members",
        )
    ),
    Lie("a service", "at nobody's", lies_at("https://nobody.test/members"), off(ROSTER, "connection-broken")),
)  # fmt: skip


def _drips(here: Neighbour, path: str) -> Any:
    here.site.says(path, lambda _request: Reply(200, Drip(here.world.time)))
    return here.reads_roster()


def gives_tokens(what: str, expected: Any, **given: Any) -> Lie:
    answer = Reply.of({"access_token": "t", "expires_in": 3600, "token_type": "Bearer", **given})
    return says_roster(what, expected, answer, path="/token")


def lives_a_day_at_most(told: Told) -> bool:
    ours = AccessToken.registration_id == told.here.registration_id
    (ends,) = find(told, select(AccessToken.expires_at).where(ours))
    return 0 < (ends - told.world.clock()).total_seconds() <= 86_400


UNREADABLE = off(TOKENS, "token-unreadable")
TOKEN_LIES = (
    gives_tokens("one with another header in it", UNREADABLE, access_token="t\r\nX-Evil: 1"),
    gives_tokens("one of 100 kB", UNREADABLE, access_token="t" * 100_000),
    gives_tokens("one that is a list", UNREADABLE, access_token=["t"]),
    gives_tokens("one that is good for nothing asked", off(TOKENS, "token-without-scope"), scope="openid"),
    gives_tokens("one for ever", Own(lives_a_day_at_most), expires_in=10**400),
    gives_tokens("one that has ended", Own(lives_a_day_at_most), expires_in=-5),
    says_roster("one for infinity", Own(lives_a_day_at_most),
                Reply(200, b'{"access_token": "t", "expires_in": 1e999}'), path="/token"),
    says_roster("a redirect into the local network", off(TOKENS, "token-status"), REDIRECT, path="/token"),
    says_roster("no JSON", UNREADABLE, Reply(200, DEEP), path="/token"),
    says_roster("without an end", off(TOKENS, "token-too-large"), lambda _r: Reply(200, Flood()), path="/token"),
    says_roster("an error with a script for a word", off(TOKENS, "token-status"),
                Reply.of({"error": SCRIPT}, 400), path="/token"),
    Lie("tokens", "one byte a second", lambda here: _drips(here, "/token"), off(TOKENS, "token-timeout")),
)  # fmt: skip


def says_score(what: str, expected: Any, answer: Reply | Serve, *, line_item: str = "/item/1") -> Lie:
    def tell(here: Neighbour) -> Any:
        here.site.says("/item/1/scores", answer)
        return here.sends_score(line_item=line_item)

    return Lie("a gradebook", what, tell, expected)


def is_delivered(told: Told) -> bool:
    ours = Delivery.registration_id == told.here.registration_id
    return find(told, select(Delivery.state).where(ours)) == ["delivered"]


def asks_once_a_day(told: Told) -> bool:
    ours = Delivery.registration_id == told.here.registration_id
    (row,) = find(told, select(Delivery).where(ours))
    return row.state != "delivered" and (row.next_at - told.world.clock()).total_seconds() <= 86_400


SCORES = (
    says_score("garbage for thanks", Own(is_delivered), Reply(200, b"\xff\x00" * 400_000, {"content-type": "x/y"})),
    says_score("it stored nothing", unsent("nothing-stored"), Reply.of([])),
    says_score("a redirect into the local network", unsent("redirected", is_waiting=True), REDIRECT),
    says_score("come back in ten years", Own(asks_once_a_day), Reply(503, b"", {"retry-after": TEN_YEARS})),
    says_score("a refusal with a script", unsent("bad-request"), Reply(400, SCRIPT.encode())),
    says_score("thanks without an end", unsent("too-large", is_waiting=True), lambda _request: Reply(200, Flood())),
    says_score("a column in the local network", unsent("address-not-allowed"), Reply(),
               line_item="https://10.0.0.1/item/1"),
    says_score("a column at a name of two faces", unsent("address-not-allowed"), Reply(),
               line_item="https://two-faced.test/item/1"),
)  # fmt: skip


_OFFERS = select(LineItemOffer.made_url, LineItemOffer.reason).where(LineItemOffer.registration_id == bindparam("ours"))


def says_columns(what: str, expected: Any, answer: Reply | Serve) -> Lie:
    """Staff ask for a column; what the course's columns are is the lie."""

    def tell(here: Neighbour) -> Any:
        here.site.says("/lineitems", answer)
        return here.makes_column()

    return Lie("columns", what, tell, expected)


def has_no_column(*reasons: str) -> Own:
    """None was made, and the course's staff read why."""

    def proves(told: Told) -> bool:
        path = str(told.world.app.url_path_for("lti.columns", context=told.told.context.uuid))
        with told.world.house.database.reading() as db:
            rows = db.execute(_OFFERS, {"ours": told.here.registration_id}).all()
        assert [(row.made_url, row.reason in reasons) for row in rows] == [(None, True)], rows
        return told.told.get(path).status_code == 200

    return Own(proves)


def answers_columns(items: Any) -> Serve:
    """A list when it is read, and that when one is made."""
    return lambda request: Reply.of(items if request.method == "POST" else [])


def columns_lead(link: str) -> Serve:
    numbers = iter(range(10**6))

    def answer(request: Any) -> Reply:
        return Reply.of([], link=f'<{link.format(n=next(numbers), url=request.url)}>; rel="next"')

    return answer


def says_column_of(**changes: Any) -> Serve:
    """What was made, as the platform shows it."""
    shown = {"id": "https://lms.test/item/9", "label": "x", "scoreMaximum": 1, "resourceId": "module/m0", **changes}
    return answers_columns(shown)


def _dawdles(here: Neighbour) -> Any:
    lead = columns_lead("/lineitems?page={n}")

    def answer(request: Any) -> Reply:
        here.world.time.lose(9)
        return lead(request)

    here.site.says("/lineitems", answer)
    return here.makes_column()


COLUMNS = (
    says_columns("one of another host was made", has_no_column("line-item-elsewhere"), says_column_of()),
    says_columns("one in the local network was made", has_no_column("line-item-elsewhere"),
                 says_column_of(id="https://10.0.0.1/item")),
    says_columns("one whose id is a script was made", has_no_column("line-item-elsewhere"),
                 says_column_of(id="javascript:alert(1)")),
    says_columns("one without an id was made", has_no_column("line-item-elsewhere"), says_column_of(id=None)),
    says_columns("what was made is a list", has_no_column("unreadable"), answers_columns([1])),
    says_columns("no list", has_no_column("unreadable"), Reply.of({"a": 1})),
    says_columns("brackets within brackets", has_no_column("not-json"), Reply(200, DEEP)),
    says_columns("a next page that is this page", has_no_column("pages-in-a-circle"), columns_lead("{url}")),
    says_columns("a next page on another host", has_no_column("page-elsewhere"), columns_lead("https://x.test/l")),
    says_columns("pages without an end", has_no_column("too-many-pages"), columns_lead("/lineitems?page={n}")),
    says_columns("more columns than anywhere", has_no_column("too-many-items"), Reply.of([{"a": 1}] * 20_001)),
    says_columns("without an end", has_no_column("too-large"), lambda _request: Reply(200, Flood())),
    Lie("columns", "a page every nine seconds", _dawdles, has_no_column("too-slow")),
)  # fmt: skip
LIES_OF_SERVICES = (*ROSTERS, *WHERE, *TOKEN_LIES, *SCORES, *COLUMNS)
