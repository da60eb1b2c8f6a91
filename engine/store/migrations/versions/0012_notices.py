"""What people are told, how they want to be told, and the e-mails that told them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
Moment = sa.DateTime(timezone=True)

PARTIAL: tuple[tuple[str, str, list[str], str], ...] = (
    ("ix_mails_unfinished", "mails", ["next_try_at", "id"], "state IN ('waiting', 'sending')"),
    ("ix_notices_unread", "notices", ["person_id"], "read_at IS NULL"),
    (
        "ix_notices_unread_task_id",
        "notices",
        ["task_id"],
        "read_at IS NULL AND task_id IS NOT NULL",
    ),
    (
        "ix_notices_unmailed",
        "notices",
        ["way", "person_id", "id"],
        "mail_id IS NULL AND way <> 'page'",
    ),
)
"""Index, table, columns, and the rows that it knows."""


def upgrade() -> None:
    _mails()
    _notices()
    _settings()
    for name, table, columns, where in PARTIAL:
        op.create_index(
            name,
            table,
            columns,
            unique=False,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )


def downgrade() -> None:
    op.drop_table("notice_settings")
    op.drop_table("notices")
    op.drop_table("mails")


def _mails() -> None:
    table = "mails"
    op.create_table(
        table,
        sa.Column("id", Id, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempts", Id, nullable=False),
        sa.Column("is_unsure", sa.Boolean(), nullable=False),
        sa.Column("trouble", sa.String(40), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("next_try_at", Moment, nullable=False),
        sa.Column("begun_at", Moment, nullable=True),
        sa.Column("sent_at", Moment, nullable=True),
        sa.CheckConstraint("state <> 'sending' OR begun_at IS NOT NULL", name="ck_mails_begun"),
        sa.CheckConstraint(
            "(state IN ('sent', 'maybe_sent_twice')) = (sent_at IS NOT NULL)",
            name="ck_mails_sent",
        ),
        _key(table, "person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("key", name="uq_mails_key"),
        sa.UniqueConstraint("message_id", name="uq_mails_message_id"),
    )
    op.create_index("ix_mails_person_id", table, ["person_id"], unique=False)
    op.create_index("ix_mails_state_id", table, ["state", "id"], unique=False)


def _notices() -> None:
    table = "notices"
    op.create_table(
        table,
        sa.Column("id", Id, nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("case_id", Id, nullable=True),
        sa.Column("task_id", sa.String(), nullable=True),
        sa.Column("session_id", Id, nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("mail_id", Id, nullable=True),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("read_at", Moment, nullable=True),
        _key(table, "person_id", "people"),
        _key(table, "case_id", "cases"),
        _key(table, "task_id", "user_tasks"),
        _key(table, "session_id", "council_sessions"),
        _key(table, "mail_id", "mails"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("event", "person_id", name="uq_notices_event_person_id"),
    )
    op.create_index("ix_notices_person_id_id", table, ["person_id", "id"], unique=False)


def _settings() -> None:
    table = "notice_settings"
    op.create_table(
        table,
        sa.Column("person_id", Id, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("way", sa.String(40), nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        _key(table, "person_id", "people"),
        sa.PrimaryKeyConstraint("person_id", name=f"pk_{table}"),
    )


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}"
    )
