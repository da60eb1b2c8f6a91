import pytest

from engine.store.database import unit_of_work
from engine.tasks import complete_task
from forms.vocabulary import Award, Outcome
from tests.statements import counted
from tests.walk import Walk, new_key, on_sqlite
from tests.ward import NOON

MOST = 21
"""Statements of one approval without BEGIN and COMMIT: they are half of what it costs.

One of them asks whether a decision on the case is on its way to a signature; three tell who
is next, by their own role or a delegation, and nobody else any longer."""


@on_sqlite
@pytest.mark.parametrize("element", ["review_at_unit", "decide_at_ward"])
def test_an_approval_asks_the_database_no_more_than_it_must(database, ward, element):
    merit = Award.PROVINCIAL_MERIT
    Walk(database, ward).open(award=merit).to("decide_at_ward")  # all is read once by now
    walk = Walk(database, ward).open(award=merit).to(element)
    task, content_hash = walk.task(), walk.content_hash()
    with counted(database) as sent, unit_of_work(database) as session:
        complete_task(
            session,
            task_id=task.id,
            actor=walk.worker(task),
            outcome=Outcome.RECOMMEND,
            submission={},
            content_hash=content_hash,
            at=NOON,
            key=new_key(),
        )
    assert len(sent) <= MOST, "\n".join(sent)
    assert len([one for one in sent if one.startswith("UPDATE cases")]) == 1
