"""Councils: offices, sessions, votes, ballots, papers; public consultations."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
Moment = sa.DateTime(timezone=True)

FROZEN = ("open_ballots", "given_papers", "dropped_ballots", "council_papers")
"""Tables whose rows are added, never changed."""

SQLITE_GUARD = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: rows are never changed or removed'); END
"""

SUBSTITUTES_COLUMN = (
    "ALTER TABLE positions ADD COLUMN substitutes_id BIGINT"
    " CONSTRAINT fk_positions_substitutes_id_positions REFERENCES positions (id)"
)
"""As SQL, because Alembic would copy the whole table on SQLite to add a foreign key."""


def _guard_frozen_tables() -> None:
    """Let the database itself refuse UPDATE, DELETE, REPLACE and TRUNCATE."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in FROZEN:
        if sqlite:
            for verb in ("UPDATE", "DELETE"):
                op.execute(SQLITE_GUARD.format(table=table, verb=verb))
        else:
            op.execute(
                f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE OR TRUNCATE"
                f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )


def upgrade() -> None:
    op.create_table(
        "consultations",
        sa.Column("id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("days", Id, nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("ends_by_hand", sa.Boolean(), nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("opinions", Id, nullable=True),
        sa.Column("handling", sa.String(), nullable=False),
        sa.Column("proof_sha256", sa.String(), nullable=True),
        sa.Column("proof_name", sa.String(), nullable=False),
        sa.Column("started_by_id", Id, nullable=False),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("closed_by_id", Id, nullable=True),
        sa.Column("closed_at", Moment, nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (opinions IS NULL)", name="ck_consultations_closing"
        ),
        sa.CheckConstraint("ends_on > published_on", name="ck_consultations_period"),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["people.id"], name="fk_consultations_closed_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["proof_sha256"],
            ["stored_files.sha256"],
            name="fk_consultations_proof_sha256_stored_files",
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["people.id"], name="fk_consultations_started_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name="fk_consultations_unit_id_units"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_consultations"),
    )
    op.create_index("ix_consultations_unit_id", "consultations", ["unit_id"], unique=False)
    op.create_table(
        "council_sessions",
        sa.Column("id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("meets_at", Moment, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("mode", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("chaired_by_id", Id, nullable=True),
        sa.Column("secretary_id", Id, nullable=False),
        sa.Column("total_members", Id, nullable=True),
        sa.Column("quorum", sa.String(), nullable=False),
        sa.Column("remarks", sa.String(), nullable=False),
        sa.Column("recall_reason", sa.String(), nullable=False),
        sa.Column("recalled_from_id", Id, nullable=True),
        sa.Column("created_by_id", Id, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("invited_at", Moment, nullable=True),
        sa.Column("opened_at", Moment, nullable=True),
        sa.Column("closed_at", Moment, nullable=True),
        sa.Column("secretary_signed_at", Moment, nullable=True),
        sa.Column("chair_signed_at", Moment, nullable=True),
        sa.Column("signed_at", Moment, nullable=True),
        sa.CheckConstraint(
            "closed_at IS NULL OR opened_at IS NOT NULL", name="ck_council_sessions_closing"
        ),
        sa.CheckConstraint(
            "signed_at IS NULL OR closed_at IS NOT NULL", name="ck_council_sessions_signing"
        ),
        sa.ForeignKeyConstraint(
            ["chaired_by_id"],
            ["positions.id"],
            name="fk_council_sessions_chaired_by_id_positions",
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["people.id"], name="fk_council_sessions_created_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["recalled_from_id"],
            ["council_sessions.id"],
            name="fk_council_sessions_recalled_from_id_council_sessions",
        ),
        sa.ForeignKeyConstraint(
            ["secretary_id"], ["people.id"], name="fk_council_sessions_secretary_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name="fk_council_sessions_unit_id_units"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_council_sessions"),
    )
    op.create_index(
        "ix_council_sessions_unit_id_meets_at",
        "council_sessions",
        ["unit_id", "meets_at"],
        unique=False,
    )
    op.create_table(
        "consulted_cases",
        sa.Column("consultation_id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_consulted_cases_case_id_cases"
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name="fk_consulted_cases_consultation_id_consultations",
        ),
        sa.PrimaryKeyConstraint("consultation_id", "case_id", name="pk_consulted_cases"),
    )
    op.create_index("ix_consulted_cases_case_id", "consulted_cases", ["case_id"], unique=False)
    op.create_table(
        "council_papers",
        sa.Column("id", Id, nullable=False),
        sa.Column("session_id", Id, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["council_sessions.id"],
            name="fk_council_papers_session_id_council_sessions",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_council_papers"),
        sa.UniqueConstraint("session_id", "kind", name="uq_council_papers_session_id_kind"),
    )
    op.create_table(
        "session_seats",
        sa.Column("session_id", Id, nullable=False),
        sa.Column("position_id", Id, nullable=False),
        sa.Column("place", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("office", sa.String(40), nullable=False),
        sa.Column("attendance", sa.String(40), nullable=False),
        sa.Column("absence_reason", sa.String(), nullable=False),
        sa.Column("substitute_id", Id, nullable=True),
        sa.Column("substitute_name", sa.String(), nullable=False),
        sa.Column("substitute_votes", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_session_seats_person_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["position_id"], ["positions.id"], name="fk_session_seats_position_id_positions"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["council_sessions.id"],
            name="fk_session_seats_session_id_council_sessions",
        ),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["people.id"], name="fk_session_seats_substitute_id_people"
        ),
        sa.PrimaryKeyConstraint("session_id", "position_id", name="pk_session_seats"),
    )
    op.create_table(
        "votings",
        sa.Column("id", Id, nullable=False),
        sa.Column("session_id", Id, nullable=False),
        sa.Column("number", Id, nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("mode", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("closes_at", Moment, nullable=True),
        sa.Column("closed_at", Moment, nullable=True),
        sa.Column("count_sha256", sa.String(), nullable=True),
        sa.Column("count_file_name", sa.String(), nullable=False),
        sa.Column("box_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["count_sha256"],
            ["stored_files.sha256"],
            name="fk_votings_count_sha256_stored_files",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["council_sessions.id"],
            name="fk_votings_session_id_council_sessions",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_votings"),
        sa.UniqueConstraint("public_id", name="uq_votings_public_id"),
        sa.UniqueConstraint("session_id", "number", name="uq_votings_session_id_number"),
    )
    op.create_table(
        "agenda_items",
        sa.Column("id", Id, nullable=False),
        sa.Column("session_id", Id, nullable=False),
        sa.Column("number", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("task_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_agenda_items_case_id_cases"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["council_sessions.id"],
            name="fk_agenda_items_session_id_council_sessions",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["user_tasks.id"], name="fk_agenda_items_task_id_user_tasks"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_agenda_items"),
        sa.UniqueConstraint("session_id", "number", name="uq_agenda_items_session_id_number"),
        sa.UniqueConstraint("session_id", "task_id", name="uq_agenda_items_session_id_task_id"),
    )
    op.create_index("ix_agenda_items_case_id", "agenda_items", ["case_id"], unique=False)
    op.create_index(
        "uq_agenda_items_pending_task",
        "agenda_items",
        ["task_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('waiting', 'voting', 'decided')"),
        postgresql_where=sa.text("state IN ('waiting', 'voting', 'decided')"),
    )
    op.create_table(
        "item_votes",
        sa.Column("id", Id, nullable=False),
        sa.Column("voting_id", Id, nullable=False),
        sa.Column("item_id", Id, nullable=False),
        sa.Column("round_number", Id, nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("total_members", Id, nullable=False),
        sa.Column("least", Id, nullable=False),
        sa.Column("voters", Id, nullable=False),
        sa.Column("conflict_rule", sa.String(40), nullable=False),
        sa.Column("issued", Id, nullable=True),
        sa.Column("returned", Id, nullable=True),
        sa.Column("agree", Id, nullable=True),
        sa.Column("disagree", Id, nullable=True),
        sa.Column("abstain", Id, nullable=True),
        sa.Column("invalid", Id, nullable=True),
        sa.Column("written_agree", Id, nullable=True),
        sa.Column("written_disagree", Id, nullable=True),
        sa.Column("written_abstain", Id, nullable=True),
        sa.Column("result", sa.String(40), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_items.id"], name="fk_item_votes_item_id_agenda_items"
        ),
        sa.ForeignKeyConstraint(
            ["voting_id"], ["votings.id"], name="fk_item_votes_voting_id_votings"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_item_votes"),
        sa.UniqueConstraint(
            "item_id", "round_number", name="uq_item_votes_item_id_round_number"
        ),
        sa.UniqueConstraint("voting_id", "item_id", name="uq_item_votes_voting_id_item_id"),
    )
    op.create_table(
        "session_conflicts",
        sa.Column("item_id", Id, nullable=False),
        sa.Column("position_id", Id, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("declared_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_items.id"], name="fk_session_conflicts_item_id_agenda_items"
        ),
        sa.ForeignKeyConstraint(
            ["position_id"], ["positions.id"], name="fk_session_conflicts_position_id_positions"
        ),
        sa.PrimaryKeyConstraint("item_id", "position_id", name="pk_session_conflicts"),
    )
    op.create_table(
        "written_opinions",
        sa.Column("item_id", Id, nullable=False),
        sa.Column("position_id", Id, nullable=False),
        sa.Column("choice", sa.String(40), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("entered_by_id", Id, nullable=False),
        sa.Column("entered_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["people.id"], name="fk_written_opinions_entered_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_items.id"], name="fk_written_opinions_item_id_agenda_items"
        ),
        sa.ForeignKeyConstraint(
            ["position_id"], ["positions.id"], name="fk_written_opinions_position_id_positions"
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["stored_files.sha256"], name="fk_written_opinions_sha256_stored_files"
        ),
        sa.PrimaryKeyConstraint("item_id", "position_id", name="pk_written_opinions"),
    )
    op.create_table(
        "ballot_keys",
        sa.Column("item_vote_id", Id, nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("private_key", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_vote_id"], ["item_votes.id"], name="fk_ballot_keys_item_vote_id_item_votes"
        ),
        sa.PrimaryKeyConstraint("item_vote_id", name="pk_ballot_keys"),
    )
    op.create_table(
        "dropped_ballots",
        sa.Column("item_vote_id", Id, nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("paper", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("choice", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_vote_id"],
            ["item_votes.id"],
            name="fk_dropped_ballots_item_vote_id_item_votes",
        ),
        sa.PrimaryKeyConstraint("item_vote_id", "tag", name="pk_dropped_ballots"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "given_papers",
        sa.Column("item_vote_id", Id, nullable=False),
        sa.Column("position_id", Id, nullable=False),
        sa.Column("blinded_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_vote_id"], ["item_votes.id"], name="fk_given_papers_item_vote_id_item_votes"
        ),
        sa.ForeignKeyConstraint(
            ["position_id"], ["positions.id"], name="fk_given_papers_position_id_positions"
        ),
        sa.PrimaryKeyConstraint("item_vote_id", "position_id", name="pk_given_papers"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "open_ballots",
        sa.Column("item_vote_id", Id, nullable=False),
        sa.Column("position_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("choice", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("cast_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["item_vote_id"], ["item_votes.id"], name="fk_open_ballots_item_vote_id_item_votes"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_open_ballots_person_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["position_id"], ["positions.id"], name="fk_open_ballots_position_id_positions"
        ),
        sa.PrimaryKeyConstraint("item_vote_id", "position_id", name="pk_open_ballots"),
    )
    op.create_table(
        "paper_counts",
        sa.Column("item_vote_id", Id, nullable=False),
        sa.Column("counted_by_id", Id, nullable=False),
        sa.Column("issued", Id, nullable=False),
        sa.Column("returned", Id, nullable=False),
        sa.Column("agree", Id, nullable=False),
        sa.Column("disagree", Id, nullable=False),
        sa.Column("abstain", Id, nullable=False),
        sa.Column("invalid", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["counted_by_id"], ["people.id"], name="fk_paper_counts_counted_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["item_vote_id"], ["item_votes.id"], name="fk_paper_counts_item_vote_id_item_votes"
        ),
        sa.PrimaryKeyConstraint("item_vote_id", "counted_by_id", name="pk_paper_counts"),
    )
    op.add_column("positions", sa.Column("council_office", sa.String(40), nullable=True))
    op.execute(SUBSTITUTES_COLUMN)
    op.add_column(
        "positions", sa.Column("appointed_by", sa.String(), server_default="", nullable=False)
    )
    _guard_frozen_tables()


def downgrade() -> None:
    op.drop_column("positions", "appointed_by")
    op.drop_column("positions", "substitutes_id")
    op.drop_column("positions", "council_office")
    op.drop_table("paper_counts")
    op.drop_table("open_ballots")
    op.drop_table("given_papers")
    op.drop_table("dropped_ballots")
    op.drop_table("ballot_keys")
    op.drop_table("written_opinions")
    op.drop_table("session_conflicts")
    op.drop_table("item_votes")
    op.drop_index(
        "uq_agenda_items_pending_task",
        table_name="agenda_items",
        sqlite_where=sa.text("state IN ('waiting', 'voting', 'decided')"),
        postgresql_where=sa.text("state IN ('waiting', 'voting', 'decided')"),
    )
    op.drop_index("ix_agenda_items_case_id", table_name="agenda_items")
    op.drop_table("agenda_items")
    op.drop_table("votings")
    op.drop_table("session_seats")
    op.drop_table("council_papers")
    op.drop_index("ix_consulted_cases_case_id", table_name="consulted_cases")
    op.drop_table("consulted_cases")
    op.drop_index("ix_council_sessions_unit_id_meets_at", table_name="council_sessions")
    op.drop_table("council_sessions")
    op.drop_index("ix_consultations_unit_id", table_name="consultations")
    op.drop_table("consultations")
