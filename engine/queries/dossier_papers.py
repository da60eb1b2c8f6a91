"""The list of a dossier's papers as pages show it: what is needed, there, and asked for."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.dossier_papers import (
    TICK,
    hash_ticks,
    papers_of,
    remarks_of,
    state_of,
    ticks_of,
)
from engine.dossiers import current_version, list_evidence
from engine.matters import matter_of
from engine.office import day_in_vietnam
from engine.permissions import Actor, may
from engine.queries.organisation import names_of
from engine.rules.dossier_list import ListedPaper, Remark
from engine.store.models import (
    Case,
    DossierPaper,
    Person,
    SupplementRequest,
    Unit,
    UserTask,
)
from forms.definition import Bilingual, Item
from forms.vocabulary import DossierPart, Level, PaperState


@dataclass(frozen=True)
class TickedBy:
    """Who said last what is there, and when."""

    name: str
    at: datetime
    is_older: bool
    """The unit has submitted again since."""


@dataclass(frozen=True)
class ShownPaper:
    """One paper of the list."""

    listed: ListedPaper
    state: PaperState
    file: Item | None
    """The enclosed file that it is: its id and its name."""
    note: str
    ticked: TickedBy | None

    @property
    def paper(self) -> DossierPart:
        """The paper itself."""
        return self.listed.paper

    @property
    def is_brought_by_unit(self) -> bool:
        """Whether the submitting unit adds it, and not a level above."""
        return self.listed.rule.added_by is Level.UNIT


@dataclass(frozen=True)
class ShownRequest:
    """A request for missing papers."""

    number: int
    papers: tuple[DossierPart, ...]
    due_on: date
    """Last day, in Vietnam."""
    asked_by: str
    unit_name: str
    asked_at: datetime
    answered_at: datetime | None
    is_overdue: bool
    """Its day has passed, and the unit has not answered."""


@dataclass(frozen=True)
class PapersOfCase:
    """The list of one case."""

    case_id: int
    papers: tuple[ShownPaper, ...]
    remarks: tuple[Remark, ...]
    """About the dossier as a whole."""
    requests: tuple[ShownRequest, ...]
    files: tuple[Item, ...]
    """What the dossier encloses."""
    may_tick: bool
    seen: str
    """Names what is ticked: a command says it back."""

    @property
    def missing(self) -> tuple[ShownPaper, ...]:
        """Papers that a clerk ticked as missing."""
        return tuple(one for one in self.papers if one.state is PaperState.MISSING)

    @property
    def unseen(self) -> tuple[ShownPaper, ...]:
        """Papers that the unit must bring and nobody has looked at."""
        return tuple(
            one
            for one in self.papers
            if one.state is PaperState.UNSEEN
            and one.listed.is_needed
            and one.is_brought_by_unit
        )


def get_papers(session: Session, actor: Actor, case_id: int, now: datetime) -> PapersOfCase:
    """Return the list of a case.

    Call it for a case that ``actor`` may see: see :func:`engine.queries.case_page.get_case`.
    """
    case = session.get_one(Case, case_id)
    today = day_in_vietnam(now)
    ticks = ticks_of(session, case_id)
    files = {
        file.id: Item(str(file.id), Bilingual(file.name, file.name))
        for file in list_evidence(session, case_id)
    }
    version = current_version(session, case_id)
    names = names_of(session, {row.ticked_by_id for row in ticks.values()})
    submitted_at = version.submitted_at if version else None
    return PapersOfCase(
        case_id=case_id,
        papers=tuple(
            _shown(one, ticks.get(one.paper), files, names, submitted_at)
            for one in papers_of(session, case, today)
        ),
        remarks=remarks_of(case, today),
        requests=list_requests(session, case_id, today),
        files=tuple(files.values()),
        may_tick=case.closed_at is None and may(actor, TICK, matter_of(session, case)),
        seen=hash_ticks(ticks),
    )


def list_requests(session: Session, case_id: int, today: date) -> tuple[ShownRequest, ...]:
    """Return the requests for missing papers of a case, the first first, in one query."""
    rows = session.execute(
        select(SupplementRequest, Person.full_name, Unit.name)
        .join(Person, Person.id == SupplementRequest.asked_by_id)
        .join(UserTask, UserTask.id == SupplementRequest.task_id)
        .join(Unit, Unit.id == UserTask.unit_id)
        .where(SupplementRequest.case_id == case_id)
        .order_by(SupplementRequest.number)
    )
    return tuple(
        ShownRequest(
            number=request.number,
            papers=tuple(DossierPart(one) for one in request.papers),
            due_on=request.due_on,
            asked_by=name,
            unit_name=unit_name,
            asked_at=request.asked_at,
            answered_at=request.answered_at,
            is_overdue=request.answered_at is None and request.due_on < today,
        )
        for request, name, unit_name in rows
    )


def _shown(
    listed: ListedPaper,
    row: DossierPaper | None,
    files: dict[int, Item],
    names: dict[int, str],
    submitted_at: datetime | None,
) -> ShownPaper:
    if row is None:
        return ShownPaper(listed, PaperState.UNSEEN, None, "", None)
    is_older = submitted_at is not None and row.ticked_at < submitted_at
    return ShownPaper(
        listed,
        state_of(row),
        None if row.attachment_id is None else files.get(row.attachment_id),
        row.note,
        TickedBy(names[row.ticked_by_id], row.ticked_at, is_older),
    )
