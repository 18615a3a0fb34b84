"""A person's self-assessments with their answers, their goals and who may read one, and what all make together."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Id, Key, Moment, PublicId, UtcDateTime, Word


class Assessment(Base):
    """One self-assessment on one occasion. Personal data: that and when somebody took it; private to the person."""

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("institution_id", "id"),
        # Two tabs that begin at once begin the same one.
        UniqueConstraint("user_id", "point", "number"),
        ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),
        Index("ix_assessment_institution_id_user_id", "institution_id", "user_id"),
    )

    id: Mapped[Id]
    uuid: Mapped[PublicId]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    user_id: Mapped[int]
    point: Mapped[Word]
    # Counts those taken on demand; every other occasion comes once.
    number: Mapped[int]
    form: Mapped[Word]
    # The frozen version that is answered, `coaching-self-assessment/1`.
    instrument: Mapped[Key]
    started_at: Mapped[Moment]
    # When the answers about now were fixed; only then is anybody asked about before.
    now_saved_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # When it was asked whether answers that are all the same are meant so.
    equal_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class AssessmentAnswer(Base):
    """One answer: a level, an importance, a target, an example. Personal data: the answer; private to the person."""

    __tablename__ = "assessment_answer"
    __table_args__ = (
        UniqueConstraint("assessment_id", "key"),
        ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),
        ForeignKeyConstraint(["institution_id", "assessment_id"], ["assessment.institution_id", "assessment.id"]),
        Index("ix_assessment_answer_institution_id_user_id", "institution_id", "user_id"),
    )

    id: Mapped[Id]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    user_id: Mapped[int]
    assessment_id: Mapped[int]
    # `now/S1.2`, `then/S1.2`, `importance/S1`, `target/S`, `example/S`.
    key: Mapped[Key]
    value: Mapped[str] = mapped_column(Text)
    at: Mapped[Moment]


class Goal(Base):
    """One goal of a development plan. Personal data: what somebody plans and how it went; private to the person."""

    __tablename__ = "goal"
    __table_args__ = (
        ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),
        Index("ix_goal_institution_id_user_id", "institution_id", "user_id"),
        # What shares of it point at.
        Index("uq_goal_institution_id_id", "institution_id", "id", unique=True),
    )

    id: Mapped[Id]
    uuid: Mapped[PublicId]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    user_id: Mapped[int]
    # The code of a competency, or nothing: a goal may be about anything.
    competency: Mapped[Word | None]
    behavior: Mapped[str] = mapped_column(Text)
    with_whom: Mapped[str] = mapped_column(Text)
    how_known: Mapped[str] = mapped_column(Text)
    support: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    by: Mapped[date | None]
    state: Mapped[Word]
    # Counts saves; a window that saves an older goal over a newer one is told.
    revision: Mapped[int]
    created_at: Mapped[Moment]
    saved_at: Mapped[Moment]


class GoalShare(Base):
    """That one person may read one goal until a day. Personal data: who shares what with whom; the two alone see it.

    Nothing says that it is over: that is computed from `until` and `revoked_at` when it is read.
    """

    __tablename__ = "goal_share"
    __table_args__ = (
        UniqueConstraint("institution_id", "id"),
        UniqueConstraint("goal_id", "reader_id"),
        ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),
        ForeignKeyConstraint(["institution_id", "reader_id"], ["user.institution_id", "user.id"]),
        ForeignKeyConstraint(["institution_id", "goal_id"], ["goal.institution_id", "goal.id"]),
        Index("ix_goal_share_institution_id_reader_id", "institution_id", "reader_id"),
    )

    id: Mapped[Id]
    uuid: Mapped[PublicId]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    # Whose goal it is.
    user_id: Mapped[int]
    reader_id: Mapped[int]
    goal_id: Mapped[int]
    scope: Mapped[Word]
    # The last day on which it can be read.
    until: Mapped[date]
    shared_at: Mapped[Moment]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class GoalShareEvent(Base):
    """What happened to a share, told to the person whose goal it is. Personal data: who shared, opened, changed, ended.

    `scope` and `until` are what was agreed by sharing or changing, None otherwise.
    """

    __tablename__ = "goal_share_event"
    __table_args__ = (
        ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),
        ForeignKeyConstraint(["institution_id", "by_id"], ["user.institution_id", "user.id"]),
        ForeignKeyConstraint(["institution_id", "share_id"], ["goal_share.institution_id", "goal_share.id"]),
        Index("ix_goal_share_event_institution_id_share_id", "institution_id", "share_id"),
    )

    id: Mapped[Id]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    user_id: Mapped[int]
    by_id: Mapped[int]
    share_id: Mapped[int]
    kind: Mapped[Word]
    scope: Mapped[Word | None]
    until: Mapped[date | None]
    at: Mapped[Moment]


class ReaderCode(Base):
    """A code of one use by which a person lets somebody else share a goal with them. Personal data: that they made one.

    One for each person: a new one replaces the old. Only its hash is kept, and using it removes the row.
    """

    __tablename__ = "reader_code"
    __table_args__ = (ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),)

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[Moment]


class ScaleSum(Base):
    """Sums over the baselines of an institution, of one item or (`item` empty) of a domain's added score.

    From them comes the instrument's own error; nothing else is read of them. Personal data: none.
    """

    __tablename__ = "scale_sum"

    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), primary_key=True)
    instrument: Mapped[Key] = mapped_column(primary_key=True)
    scale: Mapped[Word] = mapped_column(primary_key=True)
    item: Mapped[Word] = mapped_column(primary_key=True)
    n: Mapped[int]
    total: Mapped[int]
    squares: Mapped[int]


class GroupRound(Base):
    """Coaches who entered the group picture together, counted by level in each competency. Personal data: none.

    `counts` is empty once somebody of them deleted their answers.
    """

    __tablename__ = "group_round"
    __table_args__ = (UniqueConstraint("institution_id", "id"),)

    id: Mapped[Id]
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    # The course that is shown by itself, or "".
    whose: Mapped[Key]
    point: Mapped[Word]
    # The least number in a figure, as it was set when the round was closed.
    least: Mapped[int]
    people: Mapped[int]
    counts: Mapped[dict[str, list[int]]] = mapped_column(JSON)
    closed_at: Mapped[Moment]
    # Whether the picture is as it should be since the last thing that happened to this round.
    is_drawn: Mapped[bool]
    is_gone: Mapped[bool] = mapped_column(default=False)


class GroupEntry(Base):
    """Which round somebody's self-assessment entered, so that it enters no other. Personal data: that it did."""

    __tablename__ = "group_entry"
    __table_args__ = (
        ForeignKeyConstraint(["institution_id", "user_id"], ["user.institution_id", "user.id"]),
        ForeignKeyConstraint(["institution_id", "assessment_id"], ["assessment.institution_id", "assessment.id"]),
        ForeignKeyConstraint(["institution_id", "round_id"], ["group_round.institution_id", "group_round.id"]),
        Index("ix_group_entry_institution_id_user_id", "institution_id", "user_id"),
    )

    assessment_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    user_id: Mapped[int]
    round_id: Mapped[int]
    entered_at: Mapped[Moment]
