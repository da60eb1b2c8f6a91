"""Several awards of one decision, as a paper over several cases makes them."""

from sqlalchemy import Engine, select

from engine.cases import Subject
from engine.store.database import unit_of_work
from engine.store.models import Decision, OutgoingPaper
from forms.vocabulary import Award, Outcome, SubjectKind
from tests.walk import NOMINATION, NOON, SUBMISSIONS, Walk
from tests.ward import Ward

NUMBER = "309/QĐ-UBND"


def decide_together(database: Engine, ward: Ward, count: int) -> list[Walk]:
    """Decide ``count`` certificates of the ward, each in its case, by one numbered paper."""
    walks = []
    for place in range(1, count + 1):
        name = f"Nguyễn Thị Ví Dụ {place}"
        submissions = SUBMISSIONS | {"nomination.v1": NOMINATION | {"subject_name": name}}
        walk = Walk(database, ward, submissions=submissions)
        walk.open(subject=Subject(SubjectKind.INDIVIDUAL, name)).to("decide_at_ward")
        walk.do(Outcome.AWARD, number=f"{309 + place}/QĐ-UBND")
        walks.append(walk)
    with unit_of_work(database) as session:
        paper = OutgoingPaper(
            unit_id=ward.units["phuong"],
            kind="quyet-dinh-khen-thuong",
            type_code="QĐ",
            award=Award.UNIT_CERTIFICATE,
            texts={},
            signatures=[],
            drafted_by_id=ward.ward_clerk.person_id,
            drafted_at=NOON,
        )
        session.add(paper)
        session.flush()
        for decision in session.scalars(select(Decision)):
            decision.number, decision.outgoing_id = NUMBER, paper.id
    return walks
