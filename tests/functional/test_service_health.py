"""Whether a platform's services work: the newest result of each, without a write for every call."""

from sqlalchemy import event, select

from app.lti.health import Service, note_clock_skew, note_service_result
from app.lti.models import ServiceHealth
from tests.lti_kit import find_or_make_registration


def note(app, ok, *, reason=None, service=Service.AGS, registration_id=1):
    house = app.state.house
    with house.database.writing() as db:
        note_service_result(
            db, registration_id=registration_id, service=service, ok=ok, reason=reason, now=house.clock()
        )


def read(app, service=Service.AGS):
    with app.state.house.database.reading() as db:
        return db.scalars(select(ServiceHealth).where(ServiceHealth.service == service)).one()


def make_registration(app) -> int:
    with app.state.house.database.writing() as db:
        return find_or_make_registration(db, now=app.state.house.clock()).id


def test_a_good_result_and_a_bad_one_keep_each_others_time(app, clock):
    number = make_registration(app)
    note(app, ok=True, registration_id=number)
    good_at = clock.now
    clock.pass_by(seconds=5)
    note(app, ok=False, reason="403", registration_id=number)
    row = read(app)
    assert (row.is_good, row.last_good_at, row.last_bad_at, row.last_bad_reason) == (False, good_at, clock.now, "403")
    clock.pass_by(seconds=5)
    note(app, ok=True, registration_id=number)
    assert (read(app).is_good, read(app).last_good_at, read(app).last_bad_reason) == (True, clock.now, "403")


def test_the_same_result_is_written_once_a_minute(app, clock):
    number = make_registration(app)
    writes = []
    event.listen(
        app.state.house.database.engine,
        "before_cursor_execute",
        lambda _c, _k, sql, _v, _x, _m: writes.append(sql) if sql.startswith("INSERT INTO service_health") else None,
    )
    for _ in range(30):
        note(app, ok=True, registration_id=number)
        clock.pass_by(seconds=10)
    assert len(writes) == 5


def test_a_reason_is_cut_to_its_column_and_each_service_has_its_own_light(app):
    number = make_registration(app)
    note(app, ok=False, reason="x" * 500, registration_id=number)
    note(app, ok=True, service=Service.NRPS, registration_id=number)
    note(app, ok=False, service=Service.TOKEN, registration_id=number)
    assert (read(app).last_bad_reason, read(app, Service.NRPS).is_good) == ("x" * 64, True)
    assert read(app, Service.TOKEN).last_bad_reason == "failed"


def test_a_measured_clock_changes_no_light(app, clock):
    number = make_registration(app)
    note(app, ok=False, reason="503", registration_id=number)
    with app.state.house.database.writing() as db:
        note_clock_skew(db, registration_id=number, service=Service.AGS, seconds=-90, now=clock.now)
    assert (read(app).is_good, read(app).skew_seconds, read(app).last_bad_reason) == (False, -90, "503")
