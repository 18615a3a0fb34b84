"""Each table says what personal data it holds; one with a person's data is held to its institution by key."""

from sqlalchemy import ForeignKeyConstraint

from app.credentials.pages import list_holdings
from app.credentials.queries import list_personal_tables
from app.db.base import Base
from app.tables import metadata

CLASSES = {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}


def test_every_table_states_its_personal_data():
    assert len(CLASSES) == len(metadata.tables) > 15
    silent = [name for name, cls in CLASSES.items() if "Personal data:" not in (cls.__doc__ or "")]
    assert silent == []


def test_personal_tables_name_the_institution():
    personal = [name for name, cls in CLASSES.items() if "Personal data: none" not in (cls.__doc__ or "")]
    assert {"user", "fact", "attempt", "writing", "delivery", "web_session"} <= set(personal)
    assert [name for name in personal if "institution_id" not in metadata.tables[name].columns] == []


def test_every_personal_table_is_in_the_download_of_own_data_and_told_on_its_page():
    """By its keys, or by the LMS's identifier; a new one needs a place among the holdings, once."""
    personal = sorted(name for name, cls in CLASSES.items() if "Personal data: none" not in (cls.__doc__ or ""))
    assert sorted(table.name for table in list_personal_tables()) == personal
    assert sorted(name for one in list_holdings() for name in one.tables) == personal


def test_a_row_about_a_person_cannot_name_another_institution():
    """Wherever a user is referred to, the composite key (institution, user) is the foreign key."""
    loose = []
    for name, table in metadata.tables.items():
        for constraint in table.constraints:
            names_a_user = isinstance(constraint, ForeignKeyConstraint) and constraint.referred_table.name == "user"
            if names_a_user and "institution_id" not in [column.name for column in constraint.columns]:
                loose.append(name)
    assert loose == []


def test_no_relationship_loads_silently():
    loud = {"raise", "raise_on_sql", "write_only"}
    assert [str(r) for m in Base.registry.mappers for r in m.relationships if r.lazy not in loud] == []
