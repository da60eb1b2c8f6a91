"""The steps of a set of diagrams at which people work."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from engine.process.diagrams import Definitions
from engine.process.labels import TaskLabel, task_label
from forms.vocabulary import Level


@dataclass(frozen=True)
class PersonStep:
    """A user task of the diagrams, whoever may do it."""

    level: Level
    """The unit's, where the unit writes the nomination."""
    element_id: str
    form: str
    label: TaskLabel


def list_steps(definitions: Definitions) -> tuple[PersonStep, ...]:
    """Return every user task once, level by level from the lowest up."""
    main = definitions.main
    found: dict[str, PersonStep] = {}
    for name, spec in ((main.name, main), *definitions.subprocesses.items()):
        diagram = definitions.diagram_of.get(name, name)
        for task in _user_tasks(spec.task_specs.values()):
            properties = task.extensions["properties"]
            found.setdefault(
                task.bpmn_id,
                PersonStep(
                    level=Level(properties.get("level", Level.UNIT.value)),
                    element_id=task.bpmn_id,
                    form=properties["form"],
                    label=task_label(definitions, diagram, task.bpmn_id),
                ),
            )
    ladder = tuple(Level)
    return tuple(sorted(found.values(), key=lambda step: ladder.index(step.level)))


def _user_tasks(specifications: Iterable[Any]) -> Iterable[Any]:
    return (one for one in specifications if one.manual and one.bpmn_id)
