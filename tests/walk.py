"""Walks of a nomination up the ladder: each step by the person whose task waits."""

import copy
import uuid
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from engine.cases import Subject, open_case, withdraw_case
from engine.dossiers import find_current
from engine.integrity import check_case
from engine.journal.replay import replay
from engine.permissions import Actor
from engine.store.database import reading, unit_of_work
from engine.store.models import (
    Attachment,
    Case,
    CommandAnswer,
    Decision,
    DossierVersion,
    Draft,
    JournalEntry,
    Notice,
    Paper,
    Review,
    StoredFile,
    TaskState,
    UserTask,
)
from engine.tasks import complete_task
from forms import form_key_for
from forms.vocabulary import Award, CheckItem, Outcome, Role, SubjectKind
from tests.ward import NOON, Ward

NOMINATION = {
    "subject_name": "Nguyễn Thị Ví Dụ",
    "subject_title": "Giáo viên",
    "managing_body": "Trường Trung học cơ sở Hoa Ban",
    "contents": ["ND1"],
    "criteria": {"CN1": "Hai sáng kiến được áp dụng trong toàn trường."},
    "summary": "Có hai sáng kiến về chuyển đổi số trong dạy học.",
    "achievements": "Xây dựng kho học liệu số dùng chung cho toàn trường.",
    "achieved_from": "01/09/2026",
    "achieved_to": "31/05/2030",
    "declaration": "yes",
}

DECISION = {
    "number": "309/QĐ-UBND",
    "signed_on": "02/12/2030",
    "signer_name": "Đặng Văn Ký",
    "signer_title": "Chủ tịch",
}

APPRAISAL = {
    "checks": {item.value: {"verdict": "met"} for item in CheckItem},
    "summary": "Hồ sơ đủ điều kiện.",
}

RETURN = {
    "return_to": "draft",
    "items": ["missing_figures", "unclear_period"],
    "reason": "Bổ sung số liệu và thời gian lập thành tích.",
}

SUPPLEMENT = {
    "return_to": "draft",
    "items": ["missing_part"],
    "papers": ["review_minutes"],
    "due_on": "16/12/2030",
    "reason": "Bổ sung biên bản họp xét.",
}
"""A return that asks for a paper which is missing."""

REJECTION = {"reason": "Chưa đạt tiêu chuẩn."}

COUNCIL = {
    "session_on": "02/12/2030",
    "total_members": "9",
    "present": "9",
    "agree": "9",
    "disagree": "0",
}

SUBMISSIONS = {
    "nomination.v1": NOMINATION,
    "review.v1": {},
    "appraisal.v1": APPRAISAL,
    "decision.v1": DECISION,
    "result_from_above.v1": DECISION,
    "council_resolution.v1": COUNCIL,
    "return.v2": RETURN,
    "rejection.v1": REJECTION,
    "hold.v1": {"reason_kind": "discipline", "reason": "Chờ kết luận thanh tra."},
    "resume.v1": {"note": "Đã có kết luận."},
}

CENTRAL = {"bo": "ministry_clerk", "vpcp": "pm_clerk", "vpctn": "president_clerk"}

TABLES = (
    Attachment,
    Case,
    CommandAnswer,
    Decision,
    DossierVersion,
    Draft,
    JournalEntry,
    Notice,
    Paper,
    Review,
    StoredFile,
    UserTask,
)


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is refused before the database matters: once is enough."""


def new_key() -> str:
    """Return an idempotency key, as a page makes one with each form."""
    return uuid.uuid4().hex


def open_nomination(session: Session, ward: Ward, **changes: object) -> Case:
    """Open a nomination of a teacher for a unit certificate in the final round."""
    values = {
        "actor": ward.school_clerk,
        "round_id": ward.final_id,
        "unit_id": ward.units["truong"],
        "award": Award.UNIT_CERTIFICATE,
        "subject": Subject(SubjectKind.INDIVIDUAL, NOMINATION["subject_name"]),
        "at": NOON,
        "key": new_key(),
    }
    return open_case(session, **(values | changes))


def traces(database: Engine) -> dict[str, object]:
    """Return what a command would have changed: a refusal leaves this as it was."""
    with reading(database) as session:
        counts = {
            table.__tablename__: session.scalar(select(func.count()).select_from(table))
            for table in TABLES
        }
        # Who looked, and that somebody was refused, is noted and changes nothing.
        aside = JournalEntry.stream.in_(("views", "refusals"))
        noted = select(func.count()).select_from(JournalEntry).where(~aside)
        counts[JournalEntry.__tablename__] = session.scalar(noted)
        cases = session.execute(
            select(Case.id, Case.version, Case.next_seq, Case.state, Case.returns).order_by(
                Case.id
            )
        ).all()
        tasks = session.execute(select(UserTask.id, UserTask.state).order_by(UserTask.id))
        return {**counts, "versions": cases, "states": tasks.all()}


@dataclass
class Walk:
    """One nomination on its way, each step in a transaction of its own."""

    database: Engine
    ward: Ward
    case_id: int = 0
    at: datetime = NOON
    submissions: dict[str, dict] = field(default_factory=lambda: copy.deepcopy(SUBMISSIONS))

    def open(self, **changes: object) -> "Walk":
        """Open a nomination, see :func:`open_nomination`."""
        with unit_of_work(self.database) as session:
            self.case_id = open_nomination(session, self.ward, **changes).id
        return self

    def case(self) -> Case:
        """Return the case as it is now, detached."""
        with reading(self.database) as session:
            case = session.get_one(Case, self.case_id)
            session.expunge_all()
            return case

    def tasks(self, state: TaskState = TaskState.OPEN) -> list[UserTask]:
        """Return the tasks of the case in a state, in the order they opened, detached."""
        with reading(self.database) as session:
            chosen = (
                select(UserTask)
                .where(UserTask.case_id == self.case_id, UserTask.state == state)
                .order_by(UserTask.opened_at, UserTask.id)
            )
            tasks = list(session.scalars(chosen))
            session.expunge_all()
            return tasks

    def task(self) -> UserTask:
        """Return the one task that is open."""
        (task,) = self.tasks()
        return task

    def content_hash(self) -> str | None:
        """Return the hash of the dossier that a reviewer reads now."""
        with reading(self.database) as session:
            current = find_current(session, self.case_id)
        return current.content_hash if current else None

    def worker(self, task: UserTask) -> Actor:
        """Return a person who may do ``task``."""
        codes = {unit_id: code for code, unit_id in self.ward.units.items()}
        unit = codes[task.unit_id]
        if task.role is Role.CENTRAL_CLERK:
            return self.ward.people[CENTRAL[unit]]
        if task.role in (Role.UNIT_CLERK, Role.UNIT_HEAD):
            body = "school" if unit == "truong" else "company"
            return self.ward.people[f"{body}_{task.role.value.removeprefix('unit_')}"]
        return self.ward.people[task.role.value]

    def do(
        self,
        outcome: Outcome,
        *,
        task: UserTask | None = None,
        actor: Actor | None = None,
        key: str | None = None,
        **changes: object,
    ) -> Case:
        """Complete the open task with ``outcome``; ``changes`` go into the submission.

        :param task: the open task, from one who has just read it.
        """
        task = task or self.task()
        form = form_key_for(task.form, outcome)
        with unit_of_work(self.database) as session:
            return complete_task(
                session,
                task_id=task.id,
                actor=actor or self.worker(task),
                outcome=outcome,
                submission=self.submissions[form] | changes,
                content_hash=None if task.level is None else self.content_hash(),
                at=self.at,
                key=key or new_key(),
            )

    def to(self, element_id: str) -> "Walk":
        """Recommend on and on, until the task ``element_id`` waits."""
        for _ in range(20):
            task = self.task()
            if task.element_id == element_id:
                return self
            submits = Outcome.SUBMIT.value in task.outcomes
            self.do(Outcome.SUBMIT if submits else Outcome.RECOMMEND)
        raise AssertionError(f"{element_id} was not reached, but {task.element_id}")

    def withdraw(self, actor: Actor | None = None, **changes: object) -> Case:
        """Withdraw the nomination."""
        with unit_of_work(self.database) as session:
            return withdraw_case(
                session,
                case_id=self.case_id,
                actor=actor or self.ward.school_clerk,
                submission={"reason": "Cá nhân xin rút."} | changes,
                at=self.at,
                key=new_key(),
            )

    def replay(self) -> list[str]:
        """Return how the case differs from what its journal tells, see ``replay``."""
        with reading(self.database) as session:
            return replay(session, session.get_one(Case, self.case_id))

    def check(self) -> list[str]:
        """Return what is wrong with the case; see :mod:`engine.integrity`."""
        with reading(self.database) as session:
            return check_case(session, self.case_id)

    def journal(self) -> list[JournalEntry]:
        """Return the journal of the case, detached."""
        with reading(self.database) as session:
            entries = list(
                session.scalars(
                    select(JournalEntry)
                    .where(JournalEntry.case_id == self.case_id)
                    .order_by(JournalEntry.seq)
                )
            )
            session.expunge_all()
            return entries
