import pytest

from engine.definitions import packaged_files
from engine.process.diagrams import parse
from engine.process.labels import task_label


@pytest.fixture(scope="module")
def ladder():
    return parse(packaged_files())


@pytest.mark.parametrize(
    ("diagram", "element_id", "vi"),
    [
        pytest.param("nomination", "draft_nomination", "Lập hồ sơ đề nghị", id="embedded"),
        pytest.param("unit_certificate", "review_at_unit", "Xét tại đơn vị", id="called"),
    ],
)
def test_a_task_is_called_as_its_diagram_calls_it(ladder, diagram, element_id, vi):
    label = task_label(ladder, diagram, element_id)
    assert label.label("vi") == vi
    assert label.label("en") != vi
    assert label.asked("vi").endswith(".")
    assert label.asked("en").endswith(".")
    assert label.asked("en") != label.asked("vi")


def test_a_task_of_another_diagram_has_no_label(ladder):
    with pytest.raises(KeyError, match="ward_council/review_at_unit"):
        task_label(ladder, "ward_council", "review_at_unit")
