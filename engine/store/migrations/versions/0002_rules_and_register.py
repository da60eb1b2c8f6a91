"""Subjects, the register of awards, the rules and what they said, papers of a dossier."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
Moment = sa.DateTime(timezone=True)
ByteOrder = sa.String().with_variant(sa.String(collation="C"), "postgresql")

FROZEN = ("law_books", "checks")
"""Tables whose rows are added, never changed."""

SQLITE_GUARD = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table}: rows are never changed or removed'); END
"""

SUBJECT_COLUMN = (
    "ALTER TABLE cases ADD COLUMN subject_id BIGINT"
    " CONSTRAINT fk_cases_subject_id_subjects REFERENCES subjects (id)"
)
"""As SQL, because Alembic would copy the whole table on SQLite to add a foreign key."""

COLUMNS: dict[str, tuple[sa.Column[Any], ...]] = {
    "cases": (
        sa.Column("basis", sa.String(40), nullable=False, server_default="own"),
        sa.Column("category", sa.String(40), nullable=True),
    ),
    "decisions": (
        sa.Column("bonus", sa.JSON(), nullable=True),
        sa.Column("bonus_amount", Id, nullable=True),
    ),
    "rounds": (sa.Column("reviewed_on", sa.Date(), nullable=True),),
    "settings": (sa.Column("applies_from", sa.Date(), nullable=True),),
}
"""Table of 0001 → columns that it gains."""

SUBJECTS_OF_CASES = """
INSERT INTO subjects (kind, name, folded_name, sort_key, match_key, place,
                      person_id, unit_id, added_at)
SELECT subject_kind, subject_name, folded_subject, subject_sort_key, folded_subject, '',
       subject_person_id, subject_unit_id, opened_at
FROM cases AS one
WHERE id = (SELECT min(other.id) FROM cases AS other WHERE {same})
"""

POINT_CASES_AT_SUBJECTS = """
UPDATE cases SET subject_id = (SELECT min(subjects.id) FROM subjects WHERE {same})
"""

SAME_CASE = """
CASE WHEN one.subject_person_id IS NOT NULL
     THEN other.subject_person_id = one.subject_person_id
     WHEN one.subject_unit_id IS NOT NULL
     THEN other.subject_unit_id = one.subject_unit_id
     ELSE other.subject_person_id IS NULL AND other.subject_unit_id IS NULL
          AND other.subject_kind = one.subject_kind
          AND other.folded_subject = one.folded_subject END
"""

SAME_SUBJECT = """
CASE WHEN cases.subject_person_id IS NOT NULL
     THEN subjects.person_id = cases.subject_person_id
     WHEN cases.subject_unit_id IS NOT NULL
     THEN subjects.unit_id = cases.subject_unit_id
     ELSE subjects.person_id IS NULL AND subjects.unit_id IS NULL
          AND subjects.kind = cases.subject_kind
          AND subjects.folded_name = cases.folded_subject END
"""


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


def _give_old_cases_their_subjects() -> None:
    """Make one subject for each person, unit or name that cases were opened for."""
    op.execute(SUBJECTS_OF_CASES.format(same=SAME_CASE))
    op.execute(POINT_CASES_AT_SUBJECTS.format(same=SAME_SUBJECT))


def upgrade() -> None:
    op.create_table(
        "law_books",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("stored_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_law_books"),
    )
    op.create_table(
        "register_imports",
        sa.Column("id", Id, nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("decision", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("read_by_id", Id, nullable=False),
        sa.Column("read_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["read_by_id"], ["people.id"], name="fk_register_imports_read_by_id_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_register_imports"),
    )
    op.create_table(
        "subjects",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded_name", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.Column("match_key", ByteOrder, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("unit_id", Id, nullable=True),
        sa.Column("merged_into_id", Id, nullable=True),
        sa.Column("dissolved_on", sa.Date(), nullable=True),
        sa.Column("added_at", Moment, nullable=False),
        sa.CheckConstraint(
            "merged_into_id IS NULL OR merged_into_id <> id", name="ck_subjects_merge"
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["subjects.id"], name="fk_subjects_merged_into_id_subjects"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_subjects_person_id_people"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_subjects_unit_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_subjects"),
        sa.UniqueConstraint("person_id", name="uq_subjects_person_id"),
        sa.UniqueConstraint("unit_id", name="uq_subjects_unit_id"),
    )
    op.create_index("ix_subjects_folded_name", "subjects", ["folded_name"], unique=False)
    op.create_index(
        "ix_subjects_kind_match_key", "subjects", ["kind", "match_key"], unique=False
    )
    op.create_index("ix_subjects_merged_into_id", "subjects", ["merged_into_id"], unique=False)
    op.create_index("ix_subjects_sort_key", "subjects", ["sort_key"], unique=False)
    op.create_table(
        "register_import_rows",
        sa.Column("id", Id, nullable=False),
        sa.Column("import_id", Id, nullable=False),
        sa.Column("line", Id, nullable=False),
        sa.Column("original", sa.JSON(), nullable=False),
        sa.Column("match_key", sa.String(), nullable=False),
        sa.Column("subject_id", Id, nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["register_imports.id"],
            name="fk_register_import_rows_import_id_register_imports",
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subjects.id"], name="fk_register_import_rows_subject_id_subjects"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_register_import_rows"),
        sa.UniqueConstraint("import_id", "line", name="uq_register_import_rows_import_id_line"),
    )
    op.create_index(
        "ix_register_import_rows_match_key", "register_import_rows", ["match_key"], unique=False
    )
    op.create_table(
        "subject_matters",
        sa.Column("id", Id, nullable=False),
        sa.Column("subject_id", Id, nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("sanctioned", sa.Boolean(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("recorded_by_id", Id, nullable=False),
        sa.Column("recorded_at", Moment, nullable=False),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= began_on", name="ck_subject_matters_period"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["people.id"], name="fk_subject_matters_recorded_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subjects.id"], name="fk_subject_matters_subject_id_subjects"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_subject_matters"),
    )
    op.create_index(
        "ix_subject_matters_subject_id", "subject_matters", ["subject_id"], unique=False
    )
    op.create_table(
        "subject_names",
        sa.Column("id", Id, nullable=False),
        sa.Column("subject_id", Id, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded_name", sa.String(), nullable=False),
        sa.Column("match_key", ByteOrder, nullable=False),
        sa.Column("is_former", sa.Boolean(), nullable=False),
        sa.Column("used_until", sa.Date(), nullable=True),
        sa.Column("confirmed_by_id", Id, nullable=True),
        sa.Column("confirmed_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["people.id"], name="fk_subject_names_confirmed_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subjects.id"], name="fk_subject_names_subject_id_subjects"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_subject_names"),
    )
    op.create_index(
        "ix_subject_names_folded_name", "subject_names", ["folded_name"], unique=False
    )
    op.create_index("ix_subject_names_match_key", "subject_names", ["match_key"], unique=False)
    op.create_index(
        "ix_subject_names_subject_id", "subject_names", ["subject_id"], unique=False
    )
    op.create_table(
        "register_entries",
        sa.Column("id", Id, nullable=False),
        sa.Column("subject_id", Id, nullable=False),
        sa.Column("subject_text", sa.String(), nullable=False),
        sa.Column("folded_subject", sa.String(), nullable=False),
        sa.Column("honour", sa.String(40), nullable=False),
        sa.Column("honour_text", sa.String(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("nature", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("achieved_from", sa.Date(), nullable=True),
        sa.Column("achieved_to", sa.Date(), nullable=True),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("authority_name", sa.String(), nullable=False),
        sa.Column("authority_level", sa.String(40), nullable=False),
        sa.Column("authority_unit_id", Id, nullable=True),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("case_id", Id, nullable=True),
        sa.Column("about_id", Id, nullable=True),
        sa.Column("replaced_by_id", Id, nullable=True),
        sa.Column("ground", sa.String(40), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("import_row_id", Id, nullable=True),
        sa.Column("entered_by_id", Id, nullable=True),
        sa.Column("entered_at", Moment, nullable=False),
        sa.CheckConstraint(
            "(nature IN ('adjusted', 'recovered')) = (about_id IS NOT NULL)",
            name="ck_register_entries_about",
        ),
        sa.CheckConstraint(
            "achieved_to IS NULL OR achieved_to >= achieved_from",
            name="ck_register_entries_period",
        ),
        sa.ForeignKeyConstraint(
            ["about_id"],
            ["register_entries.id"],
            name="fk_register_entries_about_id_register_entries",
        ),
        sa.ForeignKeyConstraint(
            ["authority_unit_id"],
            ["units.id"],
            name="fk_register_entries_authority_unit_id_units",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_register_entries_case_id_cases"
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["people.id"], name="fk_register_entries_entered_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["import_row_id"],
            ["register_import_rows.id"],
            name="fk_register_entries_import_row_id_register_import_rows",
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"],
            ["register_entries.id"],
            name="fk_register_entries_replaced_by_id_register_entries",
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subjects.id"], name="fk_register_entries_subject_id_subjects"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_register_entries"),
    )
    op.create_index(
        "ix_register_entries_about_id", "register_entries", ["about_id"], unique=False
    )
    op.create_index(
        "ix_register_entries_case_id", "register_entries", ["case_id"], unique=False
    )
    op.create_index(
        "ix_register_entries_decided_on_id",
        "register_entries",
        ["decided_on", "id"],
        unique=False,
    )
    op.create_index(
        "ix_register_entries_folded_subject",
        "register_entries",
        ["folded_subject"],
        unique=False,
    )
    op.create_index("ix_register_entries_number", "register_entries", ["number"], unique=False)
    op.create_index(
        "ix_register_entries_subject_id_decided_on",
        "register_entries",
        ["subject_id", "decided_on"],
        unique=False,
    )
    op.create_table(
        "checks",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("task_id", sa.String(), nullable=True),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("book_sha256", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("conclusion", sa.String(40), nullable=False),
        sa.Column("findings", sa.LargeBinary(), nullable=False),
        sa.Column("answer_hash", sa.String(), nullable=False),
        sa.Column("overridden", sa.JSON(), nullable=False),
        sa.Column("override_reason", sa.String(), nullable=False),
        sa.Column("made_by_id", Id, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["book_sha256"], ["law_books.sha256"], name="fk_checks_book_sha256_law_books"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_checks_case_id_cases"),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["people.id"], name="fk_checks_made_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["user_tasks.id"], name="fk_checks_task_id_user_tasks"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_checks"),
    )
    op.create_index("ix_checks_case_id_id", "checks", ["case_id", "id"], unique=False)
    op.create_table(
        "supplement_requests",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("task_id", sa.String(), nullable=False),
        sa.Column("number", Id, nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_by_id", Id, nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("answered_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["people.id"], name="fk_supplement_requests_asked_by_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_supplement_requests_case_id_cases"
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["user_tasks.id"], name="fk_supplement_requests_task_id_user_tasks"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_supplement_requests"),
        sa.UniqueConstraint("case_id", "number", name="uq_supplement_requests_case_id_number"),
    )
    op.create_index(
        "ix_supplement_requests_case_id", "supplement_requests", ["case_id"], unique=False
    )
    op.create_table(
        "dossier_papers",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("paper", sa.String(), nullable=False),
        sa.Column("is_there", sa.Boolean(), nullable=False),
        sa.Column("attachment_id", Id, nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("ticked_by_id", Id, nullable=False),
        sa.Column("ticked_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachments.id"],
            name="fk_dossier_papers_attachment_id_attachments",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_dossier_papers_case_id_cases"
        ),
        sa.ForeignKeyConstraint(
            ["ticked_by_id"], ["people.id"], name="fk_dossier_papers_ticked_by_id_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dossier_papers"),
        sa.UniqueConstraint("case_id", "paper", name="uq_dossier_papers_case_id_paper"),
    )
    op.create_index("ix_dossier_papers_case_id", "dossier_papers", ["case_id"], unique=False)
    op.execute(SUBJECT_COLUMN)
    op.create_index("ix_cases_subject_id", "cases", ["subject_id"], unique=False)
    for table, columns in COLUMNS.items():
        for column in columns:
            kept = column.nullable, column.server_default
            op.add_column(
                table,
                sa.Column(column.name, column.type, nullable=kept[0], server_default=kept[1]),
            )
    _give_old_cases_their_subjects()
    _guard_frozen_tables()


def downgrade() -> None:
    for table, columns in COLUMNS.items():
        for column in columns:
            op.drop_column(table, column.name)
    op.drop_index("ix_cases_subject_id", table_name="cases")
    op.drop_column("cases", "subject_id")
    op.drop_index("ix_dossier_papers_case_id", table_name="dossier_papers")
    op.drop_table("dossier_papers")
    op.drop_index("ix_supplement_requests_case_id", table_name="supplement_requests")
    op.drop_table("supplement_requests")
    op.drop_index("ix_checks_case_id_id", table_name="checks")
    op.drop_table("checks")
    op.drop_index("ix_register_entries_subject_id_decided_on", table_name="register_entries")
    op.drop_index("ix_register_entries_number", table_name="register_entries")
    op.drop_index("ix_register_entries_folded_subject", table_name="register_entries")
    op.drop_index("ix_register_entries_decided_on_id", table_name="register_entries")
    op.drop_index("ix_register_entries_case_id", table_name="register_entries")
    op.drop_index("ix_register_entries_about_id", table_name="register_entries")
    op.drop_table("register_entries")
    op.drop_index("ix_subject_names_subject_id", table_name="subject_names")
    op.drop_index("ix_subject_names_match_key", table_name="subject_names")
    op.drop_index("ix_subject_names_folded_name", table_name="subject_names")
    op.drop_table("subject_names")
    op.drop_index("ix_subject_matters_subject_id", table_name="subject_matters")
    op.drop_table("subject_matters")
    op.drop_index("ix_register_import_rows_match_key", table_name="register_import_rows")
    op.drop_table("register_import_rows")
    op.drop_index("ix_subjects_sort_key", table_name="subjects")
    op.drop_index("ix_subjects_merged_into_id", table_name="subjects")
    op.drop_index("ix_subjects_kind_match_key", table_name="subjects")
    op.drop_index("ix_subjects_folded_name", table_name="subjects")
    op.drop_table("subjects")
    op.drop_table("register_imports")
    op.drop_table("law_books")
