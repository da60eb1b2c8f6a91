"""The kinds of task that run differently from the library's: why is said at each."""

from types import MappingProxyType
from typing import Any

from SpiffWorkflow.spiff.parser.task_spec import (
    BusinessRuleTaskParser,
    SpiffTaskParser,
)
from SpiffWorkflow.spiff.parser.task_spec import UserTaskParser as SpiffUserTaskParser
from SpiffWorkflow.spiff.specs.defaults import ParallelMultiInstanceTask
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask
from SpiffWorkflow.util.task import TaskState

from engine.errors import ProcessFailed
from engine.process.decisions import SOURCE, DecisionTable


class ServiceCall(SpiffBpmnTask):  # type: ignore[misc]
    """A service task: calls the function that the case was started with, by name.

    SpiffWorkflow 3.2.0 expects JSON text back and writes it into the task data under a
    name of its own; our data holds the routing variables alone.
    """

    def __init__(self, wf_spec: Any, name: str, operator: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.operator = operator

    def _run_hook(self, my_task: Any) -> bool:
        function = my_task.workflow.top_workflow.services.get(self.operator)
        if function is None:
            raise ProcessFailed(f"{self.name}: no service is named {self.operator!r}")
        function(MappingProxyType(my_task.data))
        return True


class ServiceCallParser(SpiffTaskParser):  # type: ignore[misc]
    """Reads the operator's name of a service task."""

    def create_task(self) -> ServiceCall:
        """Return the task; one without an operator calls a service without a name."""
        operator = self.parse_extensions().get("serviceTaskOperator", {})
        return ServiceCall(
            self.spec, self.bpmn_id, operator=operator.get("name", ""), **self.bpmn_attributes
        )


class TableLookup(SpiffBpmnTask):  # type: ignore[misc]
    """A business rule task: sets the variables that its decision table answers."""

    def __init__(self, wf_spec: Any, name: str, table: DecisionTable, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.table = table

    def _run_hook(self, my_task: Any) -> bool:
        answer = self.table.answer(my_task.data)
        answer.pop(SOURCE, None)
        my_task.data.update(answer)
        return True


class TableLookupParser(BusinessRuleTaskParser):  # type: ignore[misc]
    """Reads which decision a business rule task asks."""

    def create_task(self) -> TableLookup:
        """Return the task with its table, which the parser of the set knows."""
        table = self.process_parser.parser.get_engine(
            self.get_decision_ref(self.node), self.node
        )
        return TableLookup(self.spec, self.bpmn_id, table=table, **self.bpmn_attributes)


class CompletableMultiInstance(ParallelMultiInstanceTask):  # type: ignore[misc]
    """A parallel multi-instance task whose completion condition sees what was answered.

    SpiffWorkflow 3.2.0 asks the condition on the data of the last child, where the
    collected answers are still empty, so that it never ends a vote early.
    """

    def check_completion_condition(self, my_task: Any) -> bool:
        """Return whether the condition holds on the data of the whole task."""
        if self.condition is None or not my_task.internal_data.get("merged"):
            return False
        instances = list(self._instances(my_task))
        done = sum(child.state == TaskState.COMPLETED for child in instances)
        counts = {"nrOfInstances": len(instances), "nrOfCompletedInstances": done}
        engine = my_task.workflow.script_engine
        return bool(engine.evaluate(my_task, self.condition, external_context=counts))


class UserTaskParser(SpiffUserTaskParser):  # type: ignore[misc]
    """Reads a user task; one in several copies becomes ours."""

    PARALLEL_MI_CLASS = CompletableMultiInstance
