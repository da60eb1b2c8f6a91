"""A database with running cases goes back to earlier versions and comes up again whole."""

import pytest
from sqlalchemy import func, inspect, select, table, text

from engine.journal.guards import missing_guards
from engine.store import schema
from engine.store.database import reading
from forms.vocabulary import Award, Outcome
from tests.engine.journal.sealed import Sealed
from tests.walk import RETURN, Walk

REVISIONS = ("0014", "0013", "0012", "0011", "0010", "0009", "0008", "0007")
"""Those that can hold the data; the journal before had no chains."""

KEPT = ("cases", "user_tasks", "reviews", "dossier_versions", "decisions", "journal_entries")
"""Tables that every one of them has, and none may take a row from."""


@pytest.fixture
def busy(database, ward, tmp_path):
    """Return walks that stand in different places, their journal sealed."""
    walks = [Walk(database, ward).open(award=Award.PROVINCIAL_MERIT) for _ in range(4)]
    walks[1].to("appraise_at_ward").do(Outcome.RETURN, **RETURN)
    walks[2].to("appraise_at_province")
    walks[3].withdraw()
    walks.append(Walk(database, ward).open().to("decide_at_ward"))
    walks[4].do(Outcome.AWARD)
    Sealed.new(database, tmp_path).seal()
    return walks


def rows_of(database):
    with database.connect() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(table(name)))
            for name in KEPT
        }


def triggers_of(database):
    with database.connect() as connection:
        if database.dialect.name == "sqlite":
            asked = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        else:
            asked = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
        return sorted(connection.scalars(text(asked)))


def test_a_busy_database_goes_to_each_earlier_version_and_back(busy, database, ward, tmp_path):
    rows, triggers = rows_of(database), triggers_of(database)
    for revision in REVISIONS:
        schema.downgrade(database, revision)
        assert rows_of(database) == rows, revision
        schema.upgrade(database)
        assert rows_of(database) == rows, revision
        assert triggers_of(database) == triggers, revision
    with reading(database) as session:
        assert missing_guards(session) == []
    assert Sealed.new(database, tmp_path).verify().findings == ()
    for walk in busy:
        assert walk.check() == []
        assert walk.replay() == []
    busy[0].to("decide_at_province").do(Outcome.AWARD, number="07/QĐ-UBND")
    assert busy[0].check() == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_grants_last_through_every_version(busy, database, postgresql_place):
    role = f"web_{postgresql_place}"
    granted = f"ON ALL TABLES IN SCHEMA public TO {role}"
    statements = (
        f"CREATE ROLE {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE {granted}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
        f" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    )
    with database.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    try:
        schema.downgrade(database, REVISIONS[-1])
        schema.upgrade(database)
        with database.connect() as connection:
            tables = set(inspect(connection).get_table_names())
            asked = text(
                "SELECT table_name, count(*) FROM information_schema.role_table_grants"
                " WHERE grantee = :role GROUP BY table_name"
            )
            found = dict(map(tuple, connection.execute(asked, {"role": role})))
        assert found == dict.fromkeys(tables, 4)
    finally:
        with database.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))
