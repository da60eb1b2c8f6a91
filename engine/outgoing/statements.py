"""The statement of an authority on several cases: one for each award, round and decider (D06).

The cases were recommended here and go to the same authority above. A statement decides
nothing: it says together what each recommendation said alone.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from documents.achievement_report import ReportHead
from documents.letterhead import ROOM
from documents.unit_statement import ListedNominee, UnitStatement, render_unit_statement
from engine.case_papers.reports import (
    GROUPS,
    STATEMENT_TYPE,
    addressee_at,
    asked_at,
    award_asked,
    level_above,
    listed,
)
from engine.case_papers.statements import TAKES_IN
from engine.council.paper_words import printable_paper
from engine.dossiers import current_version
from engine.errors import InvalidSubmission, NotFound
from engine.form_context import AUTHORITY
from engine.office import day_in_vietnam
from engine.outgoing.access import ISSUED, PENDING, issuer, note
from engine.outgoing.awards import lock_cases
from engine.outgoing.capacities import block_of, capacity_in, title_of_head
from engine.outgoing.listing import MOST_CASES
from engine.outgoing.numbers import require_symbol
from engine.papers import (
    COMMITTEE,
    area_of,
    bases_of,
    body_of,
    place_of,
    printed,
    reason_of,
    superior_of,
)
from engine.permissions import Actor, require
from engine.plans import plan_of
from engine.store.models import Case, OutgoingCase, OutgoingPaper, Review, Unit, UserTask
from engine.units import lock_unit
from forms.messages import code
from forms.vocabulary import Award, Level, Outcome

KIND = "to-trinh-danh-sach"

ENCLOSED = "Hồ sơ của từng trường hợp có tên trong Danh sách"


def recommended_cases(
    session: Session, unit_id: int, award: Award | None = None, round_id: int | None = None
) -> list[tuple[UserTask, Case]]:
    """Return what a unit recommended upwards, has not returned, and stands on no statement.

    In the order of a list: by the sorted name of the subject. At most 500.
    """
    stated = (
        select(OutgoingCase.task_id)
        .join(OutgoingCase.paper)
        .where(OutgoingPaper.kind == KIND, OutgoingPaper.state.in_((*PENDING, *ISSUED)))
    )
    later = aliased(Review)
    undone = exists().where(
        later.case_id == Case.id,
        later.id > Review.id,
        or_(later.level == Review.level, later.outcome == Outcome.RETURN),
    )
    wanted = [
        Review.unit_id == unit_id,
        Review.form == AUTHORITY,
        Review.level != Level.UNIT,
        Review.outcome == Outcome.RECOMMEND,
        ~undone,
        UserTask.id.not_in(stated),
        Case.closed_at.is_(None),
    ]
    if award is not None:
        wanted.append(Case.award == award)
    if round_id is not None:
        wanted.append(Case.round_id == round_id)
    rows = session.execute(
        select(UserTask, Case)
        .join(Review, Review.task_id == UserTask.id)
        .join(Case, Case.id == UserTask.case_id)
        .where(*wanted)
        .order_by(Case.subject_sort_key, Case.id)
        .limit(MOST_CASES)
    )
    return [(task, case) for task, case in rows]


def draft_statement(
    session: Session, *, unit_id: int, task_ids: Sequence[str], actor: Actor, at: datetime
) -> OutgoingPaper:
    """Draft the statement of a unit on cases that it recommended.

    The unit is locked, then the cases in the order of their ids.

    :param task_ids: the tasks at which the unit recommended the cases.
    :raises NotFound: there is no such unit, or a task that is none of those.
    :raises NotPermitted: the actor does not work for the unit.
    :raises NoSymbol: the unit has no symbol for its papers.
    :raises InvalidSubmission: nothing was chosen, or cases of several awards or rounds.
    """
    unit = lock_unit(session, unit_id)
    require(actor, "outgoing.write", issuer(unit_id))
    require_symbol(unit)
    if not task_ids:
        raise InvalidSubmission({"task_ids": [code("choose_one")]})
    known = {task.id: (task, case) for task, case in recommended_cases(session, unit_id)}
    unknown = set(task_ids) - known.keys()
    if unknown:
        raise NotFound(f"unit {unit_id} recommended nothing at {sorted(unknown)}")
    chosen = [pair for task_id, pair in known.items() if task_id in set(task_ids)]
    if len({(case.award, case.round_id, task.level) for task, case in chosen}) > 1:
        raise InvalidSubmission({"task_ids": [code("not_alike")]})
    lock_cases(session, [case.id for _, case in chosen])
    paper = OutgoingPaper(
        unit_id=unit_id,
        kind=KIND,
        type_code=STATEMENT_TYPE,
        award=chosen[0][1].award,
        texts={},
        drafted_by_id=actor.person_id,
        drafted_at=at,
    )
    session.add(paper)
    session.flush()
    references = [case.reference for _, case in chosen]
    note(session, paper, action="paper.drafted", actor=actor, at=at, detail={"of": references})
    session.add_all(
        OutgoingCase(paper_id=paper.id, case_id=case.id, task_id=task.id, place=place)
        for place, (task, case) in enumerate(chosen, start=1)
    )
    session.flush()
    session.expire(paper, ["cases"])
    return paper


def render_statement(session: Session, paper: OutgoingPaper) -> bytes:
    """Return the statement as PDF, with number, date and signer as far as it has them.

    :raises InvalidSubmission: a text has a letter that cannot be printed.
    """
    composed = compose_statement(session, paper)
    return printed(lambda: render_unit_statement(printable_paper(composed)))


def compose_statement(session: Session, paper: OutgoingPaper) -> UnitStatement:
    """Return what the statement says."""
    unit = session.get_one(Unit, paper.unit_id)
    cases = [row.case for row in paper.cases]
    first = cases[0]
    above = level_above(first, paper.cases[0].task.level or Level.UNIT)
    plan = plan_of(first.round.plan)
    award = award_asked(session, first)
    committee = f"{COMMITTEE} {area_of(unit)}"
    addressee = addressee_at(session, first, above)
    title = title_of_head(session, unit.id)
    block = block_of(unit, STATEMENT_TYPE, capacity_in(title), title)
    day = paper.dated_on or day_in_vietnam(paper.drafted_at)
    return UnitStatement(
        head=ReportHead(superior_of(unit), body_of(unit), place_of(plan, unit), day.year),
        unit=committee,
        subject_line=f"Về việc đề nghị tặng {award}",
        addressee=addressee,
        bases=bases_of(plan, day),
        paragraphs=(
            f"Trên cơ sở thành tích đạt được và kết quả thẩm định hồ sơ, {committee} đề nghị"
            f" tặng {award} cho {_counted(cases)}, {reason_of(plan, first)} (có Danh sách"
            " kèm theo).",
            f"{committee} kính trình {addressee} xem xét, {asked_at(first, above)}",
        ),
        enclosures=(ENCLOSED,),
        title=f"Đề nghị tặng {award}",
        groups=_groups(session, cases, award),
        signer_title=paper.signer_block or block,
        signer_name=paper.signer_name,
        recipients=("Như trên", "Lưu: VT"),
        number=paper.number or f"{ROOM}/{STATEMENT_TYPE}-{unit.symbol}",
        signed_on=paper.dated_on,
        also_to=(TAKES_IN[above],) if above in TAKES_IN else (),
    )


_ORDER = ("Tập thể", "Hộ gia đình", "Cá nhân")


def _group(case: Case) -> str:
    return GROUPS.get(case.subject_kind, _ORDER[0])


def _counted(cases: Sequence[Case]) -> str:
    """Return ``05 tập thể, 04 cá nhân``: numbers below 10 with a zero."""
    counts = Counter(_group(case) for case in cases)
    return ", ".join(f"{counts[name]:02d} {name.lower()}" for name in _ORDER if counts[name])


def _groups(
    session: Session, cases: Sequence[Case], award: str
) -> tuple[tuple[str, tuple[ListedNominee, ...]], ...]:
    rows: dict[str, list[ListedNominee]] = {name: [] for name in _ORDER}
    for case in cases:
        version = current_version(session, case.id)
        if version is None:
            raise NotFound(f"case {case.id} was never submitted")
        rows[_group(case)].append(listed(case, version.content, award))
    return tuple((name, tuple(found)) for name, found in rows.items() if found)
