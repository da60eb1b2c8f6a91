"""Time limits of steps, and when a waiting step is to be reminded of and told overdue."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
Moment = sa.DateTime(timezone=True)

MOMENTS = ("remind_at", "next_alarm_at", "reminded_at", "overdue_at")

REFERENCES = {"deadline_id": "deadlines", "escalated_unit_id": "units"}
"""As SQL, because Alembic would copy the whole table on SQLite to add a foreign key."""

INDEXES = {
    "ix_user_tasks_next_alarm_at": (
        ["next_alarm_at"],
        sa.text("state = 'open' AND next_alarm_at IS NOT NULL"),
    ),
    "ix_user_tasks_overdue_at": (
        ["overdue_at"],
        sa.text("state = 'open' AND overdue_at IS NOT NULL"),
    ),
}


def upgrade() -> None:
    op.create_table(
        "deadlines",
        sa.Column("id", Id, nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("award", sa.String(40), nullable=True),
        sa.Column("days", Id, nullable=True),
        sa.Column("counting", sa.String(40), nullable=False),
        sa.Column("remind_before", Id, nullable=True),
        sa.Column("escalates", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("set_by_id", Id, nullable=True),
        sa.Column("set_at", Moment, nullable=False),
        sa.Column("table_hash", sa.String(), nullable=False),
        sa.CheckConstraint("days IS NULL OR days > 0", name="ck_deadlines_days"),
        sa.CheckConstraint(
            "remind_before IS NULL OR (remind_before > 0 AND remind_before < days)",
            name="ck_deadlines_remind",
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["people.id"], name="fk_deadlines_set_by_id_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deadlines"),
    )
    op.create_index(
        "ix_deadlines_step",
        "deadlines",
        ["level", "element_id", "award", "id"],
        unique=False,
    )
    for name in MOMENTS:
        op.add_column("user_tasks", sa.Column(name, Moment, nullable=True))
    op.add_column("user_tasks", sa.Column("escalated_role", sa.String(40), nullable=True))
    for name, target in REFERENCES.items():
        op.execute(
            f"ALTER TABLE user_tasks ADD COLUMN {name} BIGINT"
            f" CONSTRAINT fk_user_tasks_{name}_{target} REFERENCES {target} (id)"
        )
    for name, (columns, where) in INDEXES.items():
        op.create_index(
            name,
            "user_tasks",
            columns,
            unique=False,
            sqlite_where=where,
            postgresql_where=where,
        )


def downgrade() -> None:
    for name in reversed(INDEXES):
        op.drop_index(name, table_name="user_tasks")
    for name in REFERENCES:
        op.drop_column("user_tasks", name)
    op.drop_column("user_tasks", "escalated_role")
    for name in reversed(MOMENTS):
        op.drop_column("user_tasks", name)
    op.drop_table("deadlines")
