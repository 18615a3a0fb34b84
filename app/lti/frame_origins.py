"""Which of a platform's stored embedding origins count, and in which order: said once for all who read them."""

from typing import Any

from sqlalchemy import Select, select

from app.db.rows import table_of
from app.membership.models import EmbeddingOrigin

# A platform that names a new origin at each launch fills neither the table nor the header.
MOST_ORIGINS = 30
# Fewer, so that launches can still name theirs.
MOST_ADDED = 15
_origin = table_of(EmbeddingOrigin)


def select_stored(platform_id: Any) -> Select[str]:
    """The origins of that platform (a value, a parameter or a column): first what administrators added."""
    return (
        select(_origin.c.origin)
        .where(_origin.c.platform_id == platform_id)
        .order_by(_origin.c.is_added.desc(), _origin.c.id)
        .limit(MOST_ORIGINS)
    )
