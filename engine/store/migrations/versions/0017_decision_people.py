"""Who acted on the way to each decision, by person and day, for auditors to search."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")

ACTS = (
    "SELECT a.case_id, a.completed_by_id FROM user_tasks a",
    "SELECT a.case_id, a.reviewed_by_id FROM reviews a",
    "SELECT a.case_id, b.giver_id FROM reviews a JOIN delegations b ON b.id = a.delegation_id",
    "SELECT a.case_id, a.signed_by_id FROM outgoing_papers a",
    "SELECT a.case_id, b.signed_by_id FROM outgoing_cases a"
    " JOIN outgoing_papers b ON b.id = a.paper_id",
    "SELECT a.case_id, c.person_id FROM agenda_items a"
    " JOIN item_votes b ON b.item_id = a.id JOIN open_ballots c ON c.item_vote_id = b.id",
    "SELECT a.case_id, c.person_id FROM agenda_items a"
    " JOIN written_opinions b ON b.item_id = a.id"
    " JOIN session_seats c ON c.session_id = a.session_id AND c.position_id = b.position_id",
    "SELECT a.case_id, b.secretary_id FROM agenda_items a"
    " JOIN council_sessions b"
    " ON b.id = a.session_id AND b.secretary_signed_at IS NOT NULL",
    "SELECT a.case_id,"
    " CASE WHEN c.attendance = 'substituted' THEN c.substitute_id ELSE c.person_id END"
    " FROM agenda_items a JOIN council_sessions b"
    " ON b.id = a.session_id AND b.chair_signed_at IS NOT NULL"
    " JOIN session_seats c ON c.session_id = b.id AND c.position_id = b.chaired_by_id",
)
"""Case and person of every act: a task, in whose name, papers signed, votes and opinions that
are not secret, minutes signed.

Nothing of a secret ballot is among them.
"""

TRIGGERS = {
    "decision_people_of_decision": ("INSERT", "decisions", "SELECT NEW.case_id"),
    "decision_people_of_day": ("UPDATE OF signed_on", "decisions", "SELECT NEW.case_id"),
    "decision_people_of_review": ("INSERT", "reviews", "SELECT NEW.case_id"),
    "decision_people_of_name": ("UPDATE OF delegation_id", "reviews", "SELECT NEW.case_id"),
    "decision_people_of_signature": (
        "UPDATE OF signed_by_id",
        "outgoing_papers",
        "SELECT NEW.case_id UNION SELECT case_id FROM outgoing_cases WHERE paper_id = NEW.id",
    ),
    "decision_people_of_minutes": (
        "UPDATE OF secretary_signed_at, chair_signed_at",
        "council_sessions",
        "SELECT case_id FROM agenda_items WHERE session_id = NEW.id",
    ),
}
"""Trigger → what it comes after, the table, and the cases whose decisions it writes anew."""


def upgrade() -> None:
    op.create_table(
        "decision_people",
        sa.Column("person_id", Id, nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("decision_id", Id, nullable=False),
        _key("decision_people", "person_id", "people"),
        _key("decision_people", "decision_id", "decisions"),
        sa.PrimaryKeyConstraint(
            "person_id", "signed_on", "decision_id", name="pk_decision_people"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_decision_people_decision_id_person_id",
        "decision_people",
        ["decision_id", "person_id"],
        unique=False,
    )
    op.execute(_write("SELECT case_id FROM decisions"))
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name in TRIGGERS:
        _create_trigger(name, sqlite=sqlite)


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, (_moment, table, _cases) in TRIGGERS.items():
        if sqlite:
            op.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("decision_people")


def _write(cases: str) -> str:
    """Return SQL that writes who acted in the decided ones of some cases."""
    acts = " UNION ".join(f"{act} WHERE a.case_id IN ({cases})" for act in ACTS)
    return (
        "INSERT INTO decision_people (person_id, signed_on, decision_id)"  # noqa: S608
        " SELECT acts.person_id, decisions.signed_on, decisions.id"
        f" FROM (SELECT NULL AS case_id, NULL AS person_id WHERE 1 = 0 UNION {acts}) AS acts"
        " JOIN decisions ON decisions.case_id = acts.case_id"
        " WHERE acts.person_id IS NOT NULL"
    )


def _create_trigger(name: str, *, sqlite: bool) -> None:
    moment, table, cases = TRIGGERS[name]
    decided = f"SELECT id FROM decisions WHERE case_id IN ({cases})"  # noqa: S608
    forget = f"DELETE FROM decision_people WHERE decision_id IN ({decided})"  # noqa: S608
    body = f"{forget}; {_write(cases)}"
    if sqlite:
        only = f" WHEN EXISTS ({decided})"
        op.execute(f"CREATE TRIGGER {name} AFTER {moment} ON {table}{only} BEGIN {body}; END")
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN IF EXISTS ({decided}) THEN {body}; END IF; RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} AFTER {moment} ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}"
    )
