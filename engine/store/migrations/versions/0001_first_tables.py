"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
Moment = sa.DateTime(timezone=True)

FROZEN = ("journal_entries", "dossier_versions", "papers", "diagram_sets", "diagram_files")
"""Tables whose rows are added, never changed."""

SQLITE_GUARD = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: rows are never changed or removed'); END
"""

POSTGRESQL_GUARD = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%: rows are never changed or removed', TG_TABLE_NAME; END $$
"""


def _guard_frozen_tables() -> None:
    """Let the database itself refuse UPDATE, DELETE, REPLACE and TRUNCATE.

    On SQLite REPLACE deletes: ``recursive_triggers=ON`` (``engine.store.database``) makes
    it meet the trigger too.
    """
    if op.get_bind().dialect.name == "sqlite":
        for table in FROZEN:
            for verb in ("UPDATE", "DELETE"):
                op.execute(SQLITE_GUARD.format(table=table, verb=verb))
        return
    op.execute(POSTGRESQL_GUARD)
    for table in FROZEN:
        op.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def upgrade() -> None:
    op.create_table(
        "diagram_sets",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("stored_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_diagram_sets"),
    )
    op.create_table(
        "people",
        sa.Column("id", Id, nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("folded_name", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.Column("is_woman", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_index("ix_people_folded_name", "people", ["folded_name"], unique=False)
    op.create_index("ix_people_sort_key", "people", ["sort_key"], unique=False)
    op.create_table(
        "plans",
        sa.Column("id", Id, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("loaded_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
        sa.UniqueConstraint("sha256", name="uq_plans_sha256"),
    )
    op.create_index("ix_plans_code", "plans", ["code"], unique=False)
    op.create_table(
        "stored_files",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", Id, nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("stored_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_stored_files"),
    )
    op.create_table(
        "units",
        sa.Column("id", Id, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("is_outside_ward", sa.Boolean(), nullable=False),
        sa.Column("issuing_basis", sa.String(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name="fk_units_parent_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_units"),
        sa.UniqueConstraint("code", name="uq_units_code"),
    )
    op.create_index("ix_units_folded_name", "units", ["folded_name"], unique=False)
    op.create_index("ix_units_parent_id", "units", ["parent_id"], unique=False)
    op.create_table(
        "accounts",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_accounts_person_id_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("person_id", name="uq_accounts_person_id"),
        sa.UniqueConstraint("username", name="uq_accounts_username"),
    )
    op.create_table(
        "command_answers",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("actor_id", Id, nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("answered_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people.id"], name="fk_command_answers_actor_id_people"
        ),
        sa.PrimaryKeyConstraint("key", name="pk_command_answers"),
    )
    op.create_table(
        "diagram_files",
        sa.Column("set_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_id"], ["diagram_sets.id"], name="fk_diagram_files_set_id_diagram_sets"
        ),
        sa.PrimaryKeyConstraint("set_id", "name", name="pk_diagram_files"),
    )
    op.create_table(
        "positions",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name="ck_positions_period"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_positions_person_id_people"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_positions_unit_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_positions"),
    )
    op.create_index("ix_positions_person_id", "positions", ["person_id"], unique=False)
    op.create_index("ix_positions_unit_id_role", "positions", ["unit_id", "role"], unique=False)
    op.create_table(
        "rounds",
        sa.Column("id", Id, nullable=False),
        sa.Column("plan_id", Id, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("occasion", sa.String(40), nullable=False),
        sa.Column("year", Id, nullable=False),
        sa.Column("opens_at", Moment, nullable=False),
        sa.Column("closes_at", Moment, nullable=False),
        sa.Column("awards", sa.JSON(), nullable=False),
        sa.CheckConstraint("closes_at > opens_at", name="ck_rounds_period"),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_rounds_plan_id_plans"),
        sa.PrimaryKeyConstraint("id", name="pk_rounds"),
    )
    op.create_table(
        "settings",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", Id, nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("changed_by_id", Id, nullable=True),
        sa.Column("changed_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["people.id"], name="fk_settings_changed_by_id_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_settings"),
        sa.UniqueConstraint("name", "version", name="uq_settings_name_version"),
    )
    op.create_index("ix_settings_name", "settings", ["name"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", Id, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("round_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("award", sa.String(40), nullable=False),
        sa.Column("subject_kind", sa.String(40), nullable=False),
        sa.Column("subject_name", sa.String(), nullable=False),
        sa.Column("folded_subject", sa.String(), nullable=False),
        sa.Column("subject_sort_key", sa.String(), nullable=False),
        sa.Column("subject_person_id", Id, nullable=True),
        sa.Column("subject_unit_id", Id, nullable=True),
        sa.Column("diagram_set_id", sa.String(), nullable=False),
        sa.Column("routing", sa.JSON(), nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
        sa.Column("version", Id, nullable=False),
        sa.Column("next_seq", Id, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("level", sa.String(40), nullable=True),
        sa.Column("waiting_since", Moment, nullable=False),
        sa.Column("next_due_at", Moment, nullable=True),
        sa.Column("returns", Id, nullable=False),
        sa.Column("opened_by_id", Id, nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("submitted_at", Moment, nullable=True),
        sa.Column("closed_at", Moment, nullable=True),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.CheckConstraint("(outcome IS NULL) = (closed_at IS NULL)", name="ck_cases_outcome"),
        sa.ForeignKeyConstraint(
            ["diagram_set_id"], ["diagram_sets.id"], name="fk_cases_diagram_set_id_diagram_sets"
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["people.id"], name="fk_cases_opened_by_id_people"
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name="fk_cases_round_id_rounds"),
        sa.ForeignKeyConstraint(
            ["subject_person_id"], ["people.id"], name="fk_cases_subject_person_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["subject_unit_id"], ["units.id"], name="fk_cases_subject_unit_id_units"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_cases_unit_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("reference", name="uq_cases_reference"),
    )
    op.create_index("ix_cases_folded_subject", "cases", ["folded_subject"], unique=False)
    op.create_index(
        "ix_cases_next_due_at",
        "cases",
        ["next_due_at"],
        unique=False,
        sqlite_where=sa.text("next_due_at IS NOT NULL"),
        postgresql_where=sa.text("next_due_at IS NOT NULL"),
    )
    op.create_index("ix_cases_round_id", "cases", ["round_id"], unique=False)
    op.create_index("ix_cases_state_level", "cases", ["state", "level"], unique=False)
    op.create_index("ix_cases_subject_sort_key", "cases", ["subject_sort_key"], unique=False)
    op.create_index("ix_cases_unit_id", "cases", ["unit_id"], unique=False)
    op.create_index(
        "ix_cases_waiting",
        "cases",
        ["level", "waiting_since"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "login_sessions",
        sa.Column("id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("last_seen_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("ended_at", Moment, nullable=True),
        sa.Column("end_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_login_sessions_account_id_accounts"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_login_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_login_sessions_token_hash"),
    )
    op.create_index(
        "ix_login_sessions_account_id", "login_sessions", ["account_id"], unique=False
    )
    op.create_table(
        "decisions",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("award", sa.String(40), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("authority_unit_id", Id, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("year", Id, nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("signer_name", sa.String(), nullable=False),
        sa.Column("signer_title", sa.String(), nullable=False),
        sa.Column("recorded_from_paper", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_unit_id"], ["units.id"], name="fk_decisions_authority_unit_id_units"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_decisions_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.UniqueConstraint(
            "authority_unit_id",
            "year",
            "number",
            name="uq_decisions_authority_unit_id_year_number",
        ),
        sa.UniqueConstraint("case_id", name="uq_decisions_case_id"),
    )
    op.create_table(
        "dossier_versions",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("number", Id, nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("submitted_by_id", Id, nullable=False),
        sa.Column("submitted_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_dossier_versions_case_id_cases"
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"],
            ["people.id"],
            name="fk_dossier_versions_submitted_by_id_people",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dossier_versions"),
        sa.UniqueConstraint("case_id", "number", name="uq_dossier_versions_case_id_number"),
    )
    op.create_index(
        "ix_dossier_versions_case_id", "dossier_versions", ["case_id"], unique=False
    )
    op.create_table(
        "journal_entries",
        sa.Column("id", Id, nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("seq", Id, nullable=False),
        sa.Column("case_id", Id, nullable=True),
        sa.Column("happened_at", Moment, nullable=False),
        sa.Column("actor_id", Id, nullable=True),
        sa.Column("role", sa.String(40), nullable=True),
        sa.Column("unit_id", Id, nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("task_id", sa.String(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people.id"], name="fk_journal_entries_actor_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_journal_entries_case_id_cases"
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name="fk_journal_entries_unit_id_units"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_journal_entries"),
        sa.UniqueConstraint("stream", "seq", name="uq_journal_entries_stream_seq"),
    )
    op.create_index(
        "ix_journal_entries_actor_id", "journal_entries", ["actor_id"], unique=False
    )
    op.create_index("ix_journal_entries_case_id", "journal_entries", ["case_id"], unique=False)
    op.create_table(
        "papers",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_papers_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_papers"),
        sa.UniqueConstraint("case_id", "kind", name="uq_papers_case_id_kind"),
    )
    op.create_index("ix_papers_case_id", "papers", ["case_id"], unique=False)
    op.create_table(
        "user_tasks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("diagram", sa.String(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("level", sa.String(40), nullable=True),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("due_at", Moment, nullable=True),
        sa.Column("completed_by_id", Id, nullable=True),
        sa.Column("completed_at", Moment, nullable=True),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.CheckConstraint(
            "(state = 'completed') = (completed_at IS NOT NULL)", name="ck_user_tasks_moment"
        ),
        sa.CheckConstraint(
            "(state = 'completed') = (completed_by_id IS NOT NULL)", name="ck_user_tasks_person"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_user_tasks_case_id_cases"),
        sa.ForeignKeyConstraint(
            ["completed_by_id"], ["people.id"], name="fk_user_tasks_completed_by_id_people"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_user_tasks_unit_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_user_tasks"),
    )
    op.create_index("ix_user_tasks_case_id", "user_tasks", ["case_id"], unique=False)
    op.create_index(
        "ix_user_tasks_inbox",
        "user_tasks",
        ["role", "unit_id", "opened_at"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_user_tasks_unit_id_case_id", "user_tasks", ["unit_id", "case_id"], unique=False
    )
    op.create_table(
        "attachments",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("task_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("added_by_id", Id, nullable=False),
        sa.Column("added_at", Moment, nullable=False),
        sa.Column("removed_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["people.id"], name="fk_attachments_added_by_id_people"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_attachments_case_id_cases"),
        sa.ForeignKeyConstraint(
            ["sha256"], ["stored_files.sha256"], name="fk_attachments_sha256_stored_files"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["user_tasks.id"], name="fk_attachments_task_id_user_tasks"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
    )
    op.create_index("ix_attachments_case_id", "attachments", ["case_id"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("id", Id, nullable=False),
        sa.Column("task_id", sa.String(), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("version", Id, nullable=False),
        sa.Column("saved_by_id", Id, nullable=False),
        sa.Column("saved_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_drafts_person_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["people.id"], name="fk_drafts_saved_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["user_tasks.id"], name="fk_drafts_task_id_user_tasks"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sa.UniqueConstraint(
            "task_id", "person_id", "form", name="uq_drafts_task_id_person_id_form"
        ),
    )
    op.create_index("ix_drafts_task_id", "drafts", ["task_id"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("task_id", sa.String(), nullable=False),
        sa.Column("dossier_version_id", Id, nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("level", sa.String(40), nullable=True),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("return_to", sa.String(40), nullable=True),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("reviewed_by_id", Id, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("reviewed_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_reviews_case_id_cases"),
        sa.ForeignKeyConstraint(
            ["dossier_version_id"],
            ["dossier_versions.id"],
            name="fk_reviews_dossier_version_id_dossier_versions",
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["people.id"], name="fk_reviews_reviewed_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["user_tasks.id"], name="fk_reviews_task_id_user_tasks"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_reviews_unit_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.UniqueConstraint("task_id", name="uq_reviews_task_id"),
    )
    op.create_index("ix_reviews_case_id", "reviews", ["case_id"], unique=False)
    _guard_frozen_tables()


def downgrade() -> None:
    op.drop_index("ix_reviews_case_id", table_name="reviews")
    op.drop_table("reviews")
    op.drop_index("ix_drafts_task_id", table_name="drafts")
    op.drop_table("drafts")
    op.drop_index("ix_attachments_case_id", table_name="attachments")
    op.drop_table("attachments")
    op.drop_index("ix_user_tasks_unit_id_case_id", table_name="user_tasks")
    op.drop_index(
        "ix_user_tasks_inbox",
        table_name="user_tasks",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index("ix_user_tasks_case_id", table_name="user_tasks")
    op.drop_table("user_tasks")
    op.drop_index("ix_papers_case_id", table_name="papers")
    op.drop_table("papers")
    op.drop_index("ix_journal_entries_case_id", table_name="journal_entries")
    op.drop_index("ix_journal_entries_actor_id", table_name="journal_entries")
    op.drop_table("journal_entries")
    op.drop_index("ix_dossier_versions_case_id", table_name="dossier_versions")
    op.drop_table("dossier_versions")
    op.drop_table("decisions")
    op.drop_index("ix_login_sessions_account_id", table_name="login_sessions")
    op.drop_table("login_sessions")
    op.drop_index(
        "ix_cases_waiting",
        table_name="cases",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index("ix_cases_unit_id", table_name="cases")
    op.drop_index("ix_cases_subject_sort_key", table_name="cases")
    op.drop_index("ix_cases_state_level", table_name="cases")
    op.drop_index("ix_cases_round_id", table_name="cases")
    op.drop_index(
        "ix_cases_next_due_at",
        table_name="cases",
        sqlite_where=sa.text("next_due_at IS NOT NULL"),
        postgresql_where=sa.text("next_due_at IS NOT NULL"),
    )
    op.drop_index("ix_cases_folded_subject", table_name="cases")
    op.drop_table("cases")
    op.drop_index("ix_settings_name", table_name="settings")
    op.drop_table("settings")
    op.drop_table("rounds")
    op.drop_index("ix_positions_unit_id_role", table_name="positions")
    op.drop_index("ix_positions_person_id", table_name="positions")
    op.drop_table("positions")
    op.drop_table("diagram_files")
    op.drop_table("command_answers")
    op.drop_table("accounts")
    op.drop_index("ix_units_parent_id", table_name="units")
    op.drop_index("ix_units_folded_name", table_name="units")
    op.drop_table("units")
    op.drop_table("stored_files")
    op.drop_index("ix_plans_code", table_name="plans")
    op.drop_table("plans")
    op.drop_index("ix_people_sort_key", table_name="people")
    op.drop_index("ix_people_folded_name", table_name="people")
    op.drop_table("people")
    op.drop_table("diagram_sets")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
