"""States that were stored by any version of the codec load, stand, and go on to the end.

New files are written by ``python -m tests.engine.process.corpus``; see there.
"""

import base64
import json

import pytest

from engine.process import snapshot
from engine.process.diagrams import definitions, set_id
from engine.process.runner import Instance
from tests.engine.process.corpus import FOLDER, SERVICES, do, standing_of

FILES = sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_stored_state_loads_and_goes_on_as_it_did(path):
    written = json.loads(path.read_text(encoding="utf-8"))
    files = {name: text.encode() for name, text in written["files"].items()}
    parsed = definitions(set_id(files), lambda: files)
    steps = written["steps"]
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        case = Instance.restore(parsed, base64.b64decode(step["state"]), SERVICES)
        assert standing_of(case) == step["stands_at"]
        if following is not None:
            do(case, step)
            after = case.standing()
            assert after.ended == following["stands_at"]["ended"]
            waiting = {task.element_id for task in after.tasks}
            assert waiting == {each[1] for each in following["stands_at"]["waiting"]}
    assert case.standing().ended


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_stored_first_state_goes_all_the_way(path):
    written = json.loads(path.read_text(encoding="utf-8"))
    files = {name: text.encode() for name, text in written["files"].items()}
    parsed = definitions(set_id(files), lambda: files)
    case = Instance.restore(parsed, base64.b64decode(written["steps"][0]["state"]), SERVICES)
    for step in written["steps"][:-1]:
        places = {each[0]: each[1] for each in step["stands_at"]["waiting"]}
        element = places.get(step["task"])
        task = next((t.id for t in case.standing().tasks if t.element_id == element), None)
        do(case, step | {"task": task})
        case = Instance.restore(parsed, case.snapshot(), SERVICES)
    assert case.standing().ended == written["steps"][-1]["stands_at"]["ended"]


def test_there_are_states_of_every_version():
    stored = {int(path.stem.split("-")[0].removeprefix("v")) for path in FILES}
    assert stored == set(range(1, snapshot.VERSION + 1))
