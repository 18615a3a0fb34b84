"""The default program, and what follows for it from a fact."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.db.ours import get_ours
from app.membership.models import User
from app.programs.rules import Program, program_status
from app.progress import queries as progress_queries
from app.progress import service as progress_service
from app.progress.models import Fact
from app.progress.rules import FactKind, module_key

DEFAULT_KEY = "coach-training/1.0"


def default_program(module_ids: Sequence[str]) -> Program:
    """*Coach training 1.0*: the modules that exist, no due date, no expiry. Every institution starts with it."""
    return Program(DEFAULT_KEY, "Coach training", tuple(module_key(module_id) for module_id in module_ids))


def hear_fact(db: Session, fact: Fact, *, program: Program) -> None:
    """Records *program completed* when a completion was the last one missing."""
    if fact.kind != FactKind.COMPLETED or fact.key not in program.requires:
        return
    user = get_ours(db, User, fact.user_id, institution_id=fact.institution_id)
    if program_status(progress_queries.read_facts(db, user=user), program).is_met:
        progress_service.record(db, user=user, kind=FactKind.PROGRAM_COMPLETED, key=program.key, at=fact.at)
