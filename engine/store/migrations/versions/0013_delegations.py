"""Written delegations, who works on a task, and under which delegation one was decided."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
Moment = sa.DateTime(timezone=True)

REFERENCES = {
    ("user_tasks", "assignee_id"): "people",
    ("reviews", "delegation_id"): "delegations",
}
"""As SQL, because Alembic would copy the whole table on SQLite to add a foreign key."""

ASSIGNEE = "ix_user_tasks_assignee_id"

IS_ASSIGNED = sa.text("state = 'open' AND assignee_id IS NOT NULL")

NOT_ENDED = sa.text("ended_at IS NULL")


def upgrade() -> None:
    table = "delegations"
    op.create_table(
        table,
        sa.Column("id", Id, nullable=False),
        sa.Column("giver_id", Id, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("delegate_id", Id, nullable=False),
        sa.Column("delegate_unit_id", Id, nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("awards", sa.JSON(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("paper_number", sa.String(), nullable=False),
        sa.Column("paper_dated_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("given_at", Moment, nullable=False),
        sa.Column("ended_at", Moment, nullable=True),
        sa.Column("ended_by_id", Id, nullable=True),
        sa.CheckConstraint("giver_id <> delegate_id", name="ck_delegations_two_people"),
        sa.CheckConstraint("ends_on >= starts_on", name="ck_delegations_period"),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by_id IS NULL)", name="ck_delegations_ended"
        ),
        _key(table, "giver_id", "people"),
        _key(table, "unit_id", "units"),
        _key(table, "delegate_id", "people"),
        _key(table, "delegate_unit_id", "units"),
        _key(table, "ended_by_id", "people"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(
        "ix_delegations_delegate_id",
        table,
        ["delegate_id"],
        unique=False,
        sqlite_where=NOT_ENDED,
        postgresql_where=NOT_ENDED,
    )
    op.create_index("ix_delegations_giver_id", table, ["giver_id", "id"], unique=False)
    op.create_index("ix_delegations_unit_id_role", table, ["unit_id", "role"], unique=False)
    for (changed, name), target in REFERENCES.items():
        op.execute(
            f"ALTER TABLE {changed} ADD COLUMN {name} BIGINT"
            f" CONSTRAINT fk_{changed}_{name}_{target} REFERENCES {target} (id)"
        )
    op.create_index(
        ASSIGNEE,
        "user_tasks",
        ["assignee_id"],
        unique=False,
        sqlite_where=IS_ASSIGNED,
        postgresql_where=IS_ASSIGNED,
    )


def downgrade() -> None:
    op.drop_index(ASSIGNEE, table_name="user_tasks")
    for changed, name in reversed(REFERENCES):
        op.drop_column(changed, name)
    op.drop_table("delegations")


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}"
    )
