"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Dialect, String, TypeDecorator, Uuid
from sqlalchemy.orm import mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept and returned in UTC. A naive one is a programming error and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime was about to be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = Annotated[int, mapped_column(primary_key=True)]
PublicId = Annotated[UUID, mapped_column(Uuid(), unique=True, default=uuid4)]
Moment = Annotated[datetime, mapped_column(UtcDateTime())]
# What a platform calls something: compared byte by byte, at most 255 of its characters (checked at the launch).
PlatformText = Annotated[str, mapped_column(String(255))]
Key = Annotated[str, mapped_column(String(64))]
Word = Annotated[str, mapped_column(String(24))]
