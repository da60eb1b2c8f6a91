"""Lists of a million cases: which units know a case, and by which words it is found."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
Moment = sa.DateTime(timezone=True)
Word = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")

PLACE = "CASE WHEN {0}.closed_at IS NULL THEN coalesce({0}.level, 'unit') END"

UNITS = f"""
INSERT INTO case_units (unit_id, case_id, place, waiting_since, state)
SELECT DISTINCT user_tasks.unit_id, cases.id, {PLACE.format("cases")},
       cases.waiting_since, cases.state
FROM user_tasks JOIN cases ON cases.id = user_tasks.case_id
"""  # noqa: S608  # no value of anybody is in it

OF_TASK = f"""
INSERT INTO case_units (unit_id, case_id, place, waiting_since, state)
SELECT NEW.unit_id, cases.id, {PLACE.format("cases")}, cases.waiting_since, cases.state
FROM cases WHERE cases.id = NEW.case_id AND NOT EXISTS (
    SELECT 1 FROM case_units
    WHERE case_units.unit_id = NEW.unit_id AND case_units.case_id = NEW.case_id
)
"""  # noqa: S608

OF_CASE = f"""
UPDATE case_units
SET place = {PLACE.format("NEW")}, waiting_since = NEW.waiting_since, state = NEW.state
WHERE case_id = NEW.id
  AND unit_id IN (SELECT unit_id FROM user_tasks WHERE user_tasks.case_id = NEW.id)
"""  # noqa: S608

MARKS = ("-", ".", ",", "(", ")", "/", '"', "''", ":", ";", "=", "“", "”")
"""What parts words, besides spaces; as within quotes of SQL."""

HOLDERS = "user_tasks_holders"
"""What PostgreSQL is to know of columns together: a role has its tasks in few units."""

TRIGGERS = {
    "case_units_of_task": ("INSERT", "user_tasks"),
    "case_units_of_moved_task": ("UPDATE OF unit_id, case_id", "user_tasks"),
    "case_units_of_case": ("UPDATE OF level, state, waiting_since, closed_at", "cases"),
    "case_words_of_case": ("INSERT", "cases"),
    "case_words_of_renamed_case": ("UPDATE OF folded_subject, reference", "cases"),
}
"""Trigger → what it comes after, and the table."""


def upgrade() -> None:
    op.create_table(
        "case_units",
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("waiting_since", Moment, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        _key("case_units", "unit_id", "units"),
        _key("case_units", "case_id", "cases"),
        sa.PrimaryKeyConstraint("unit_id", "case_id", name="pk_case_units"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_words",
        sa.Column("word", Word, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        _key("case_words", "case_id", "cases"),
        sa.PrimaryKeyConstraint("word", "case_id", name="pk_case_words"),
        sqlite_with_rowid=False,
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(UNITS)
    words = _words("cases", sqlite=sqlite)
    op.execute(f"INSERT INTO case_words (word, case_id) {words}")
    there = sa.text("place IS NOT NULL")
    op.create_index(
        "ix_case_units_place",
        "case_units",
        ["unit_id", "place", "waiting_since", "state", "case_id"],
        sqlite_where=there,
        postgresql_where=there,
    )
    _index_waiting(["level", "waiting_since", "state"])
    if not sqlite:
        op.execute(f"CREATE STATISTICS {HOLDERS} ON role, unit_id, state FROM user_tasks")
    for name, body in _bodies(sqlite=sqlite).items():
        _create_trigger(name, body, sqlite=sqlite)


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, (_moment, table) in TRIGGERS.items():
        if sqlite:
            op.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
    if not sqlite:
        op.execute(f"DROP STATISTICS {HOLDERS}")
    _index_waiting(["level", "waiting_since"])
    op.drop_table("case_words")
    op.drop_table("case_units")


def _index_waiting(columns: list[str]) -> None:
    """Make the index of what waits at a level with other columns."""
    there = sa.text("closed_at IS NULL")
    op.drop_index("ix_cases_waiting", table_name="cases")
    op.create_index(
        "ix_cases_waiting", "cases", columns, sqlite_where=there, postgresql_where=there
    )


def _bodies(*, sqlite: bool) -> dict[str, str]:
    """Return what each trigger does."""
    write = f"INSERT INTO case_words (word, case_id) {_words('NEW', sqlite=sqlite)}"
    old = _words("OLD", sqlite=sqlite)
    forget = (
        "DELETE FROM case_words WHERE case_id = OLD.id"  # noqa: S608
        f" AND word IN (SELECT word FROM ({old}) AS old_words)"
    )
    return {
        "case_units_of_task": OF_TASK,
        "case_units_of_moved_task": OF_TASK,
        "case_units_of_case": OF_CASE,
        "case_words_of_case": write,
        "case_words_of_renamed_case": f"{forget}; {write}",
    }


def _words(source: str, *, sqlite: bool) -> str:
    """Return SQL for the words of a case with its id; ``source`` is ``NEW`` or ``cases``."""
    parted = _parted(f"{source}.folded_subject", sqlite=sqlite)
    rows = "FROM cases" if source == "cases" else ""
    joined = f"{rows}, {parted}" if rows else f"FROM {parted}"
    reference = f"{source}.reference"
    return f"""
        SELECT substr(value, 1, 40) AS word, {source}.id AS case_id {joined} WHERE value <> ''
        UNION SELECT lower({reference}), {source}.id {rows}
        UNION SELECT ltrim(substr({reference}, 9), '0'), {source}.id {rows}
    """


def _parted(column: str, *, sqlite: bool) -> str:
    """Return SQL for a table with each word of a text as ``value``."""
    if not sqlite:
        plain = f"translate({column}, '{''.join(MARKS)}', '{' ' * len(MARKS)}')"
        return f"regexp_split_to_table({plain}, ' +') AS value"
    for mark in MARKS:
        column = f"replace({column}, '{mark}', ' ')"
    return f"json_each('[' || replace(json_quote({column}), ' ', '\",\"') || ']')"


def _create_trigger(name: str, body: str, *, sqlite: bool) -> None:
    moment, table = TRIGGERS[name]
    if sqlite:
        op.execute(f"CREATE TRIGGER {name} AFTER {moment} ON {table} BEGIN {body}; END")
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {body}; RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} AFTER {moment} ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}"
    )
