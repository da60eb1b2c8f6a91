"""What the diagrams call a task, and what they say that a person does there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.process.diagrams import Definitions


@dataclass(frozen=True)
class TaskLabel:
    """The name of a user task, and the sentence that says what is asked."""

    vi: str
    en: str
    asked_vi: str = ""
    asked_en: str = ""

    def label(self, language: str) -> str:
        """Return the name in English for ``"en"``, else in Vietnamese."""
        return self.en if language == "en" else self.vi

    def asked(self, language: str) -> str:
        """Return the sentence in English for ``"en"``, else in Vietnamese."""
        return self.asked_en if language == "en" else self.asked_vi


def task_label(definitions: Definitions, diagram: str, element_id: str) -> TaskLabel:
    """Return what ``diagram`` says about its user task ``element_id``.

    An English name that the diagram lacks is replaced by the Vietnamese one; an English
    sentence that it lacks is left out.

    :raises KeyError: the diagram has no such element.
    """
    for spec in _specifications(definitions, diagram):
        task = spec.task_specs.get(element_id)
        if task is not None:
            properties = (task.extensions or {}).get("properties", {})
            name = task.bpmn_name or ""
            asked = " ".join((task.documentation or "").split())
            return TaskLabel(
                vi=name,
                en=properties.get("name_en", name),
                asked_vi=asked,
                asked_en=properties.get("documentation_en", ""),
            )
    raise KeyError(f"{diagram}/{element_id}")


def _specifications(definitions: Definitions, diagram: str) -> Iterator[Any]:
    """Yield the processes drawn in ``diagram``: its own, then those embedded in it."""
    main = definitions.main
    for name, spec in ((main.name, main), *definitions.subprocesses.items()):
        if definitions.diagram_of.get(name) == diagram:
            yield spec
