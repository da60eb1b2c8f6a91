"""Whether a process can always reach its end: played through with tokens.

Each flow holds at most one token; every order of steps and every choice is tried. Errors
that only show while running, and only on some ways: stuck joins, parts that run twice,
loops that nobody can leave or that turn without a person.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from engine.process.checks.drawing import Drawing, Node, Scope
from engine.process.checks.finding import Report
from engine.process.profile import MAX_PARALLEL_SPLITS

MAX_STATES = 20_000

Marking = tuple[str, ...]
"""The ids of the flows that hold a token, sorted."""


def check_soundness(scope: Scope, waiting: Collection[str], report: Report) -> None:
    """Check joins, side branches and loops of ``scope``, then play it through.

    :param waiting: the processes in which a case may wait for somebody or something.
    """
    starts = scope.of_kind("startEvent")
    if len(starts) != 1:
        return
    _check_parallel(scope, report)
    _check_automatic_loops(scope, waiting, report)
    main = scope.reachable(starts[0].id) | {starts[0].id}
    for side in scope.of_kind("boundaryEvent"):
        if side.interrupts or side.attached_to not in scope.nodes:
            continue
        branch = scope.reachable(side.id) | {side.id}
        if branch & main:
            found = "its branch, which does not interrupt, flows into the main way"
            report.add("side_branch_joins", scope.file, side.id, found)
        else:
            _play(scope, side, branch, report)
    _play(scope, starts[0], main, report)


def waiting_processes(drawings: Collection[Drawing]) -> set[str]:
    """Return the ids of processes and sub-processes in which a case may wait."""
    scopes = [scope for drawing in drawings for scope in drawing.scopes]
    waiting: set[str] = set()
    size = -1
    while size != len(waiting):
        size = len(waiting)
        waiting |= {s.id for s in scopes if any(_waits(n, waiting) for n in s.nodes.values())}
    return waiting


def _waits(node: Node, waiting: Collection[str]) -> bool:
    if node.kind == "callActivity":
        return node.element.get("calledElement") in waiting
    if node.kind == "subProcess":
        return node.id in waiting
    return node.kind in {"userTask", "intermediateCatchEvent"}


def _check_parallel(scope: Scope, report: Report) -> None:
    gateways = scope.of_kind("parallelGateway")
    splits = [node for node in gateways if len(node.outgoing) > 1]
    if len(splits) > MAX_PARALLEL_SPLITS:
        found = f"{len(splits)} parallel splits, at most {MAX_PARALLEL_SPLITS}"
        report.add("parallel_blowup", scope.file, scope.id, found)
    for node in gateways:
        if len(node.incoming) > 1 and node.id in scope.reachable(node.id):
            found = "this parallel join lies on a loop"
            report.add("join_in_loop", scope.file, node.id, found)


def _check_automatic_loops(scope: Scope, waiting: Collection[str], report: Report) -> None:
    automatic = {node.id for node in scope.nodes.values() if not _waits(node, waiting)}
    for start in sorted(automatic):
        found: set[str] = set()
        stack = [start]
        while stack:
            targets = {flow.target for flow in scope.nodes[stack.pop()].outgoing}
            stack += targets & automatic - found
            found |= targets & automatic
        if start in found:
            report.add(
                "automatic_loop", scope.file, start, "a loop through here waits for nobody"
            )
            return


def _play(scope: Scope, start: Node, nodes: set[str], report: Report) -> None:
    game = _Game(scope, start, nodes)
    game.play()
    if game.too_large:
        found = f"more than {MAX_STATES} states"
        report.add("too_large", scope.file, scope.id, found)
        return
    for marking in sorted(game.stuck)[:1]:
        flow = next(f for f in scope.flows if f.id == marking[0])
        found = f"a case can stop here for ever: tokens left on {', '.join(marking)}"
        report.add("deadlock", scope.file, flow.target, found)
    for flow_id in sorted(game.doubled)[:1]:
        found = "two tokens can come this way, and what follows runs twice"
        report.add("double_token", scope.file, flow_id, found)
    if not game.stuck and not game.doubled and game.has_no_way_out():
        found = "from some point on the end cannot be reached"
        report.add("livelock", scope.file, scope.id, found)


@dataclass
class _Game:
    """All markings that can follow from the start."""

    scope: Scope
    start: Node
    nodes: set[str]
    seen: set[Marking] = field(default_factory=set)
    before: dict[Marking, set[Marking]] = field(default_factory=lambda: defaultdict(set))
    final: set[Marking] = field(default_factory=set)
    stuck: set[Marking] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)
    too_large: bool = False

    def play(self) -> None:
        """Try everything."""
        first = _marking(flow.id for flow in self.start.outgoing)
        self.seen.add(first)
        queue = deque([first])
        while queue:
            marking = queue.popleft()
            if not marking:
                self.final.add(marking)
                continue
            following = list(self._following(Counter(marking)))
            if not following:
                self.stuck.add(marking)
            for tokens in following:
                double = [flow for flow, count in tokens.items() if count > 1]
                self.doubled.update(double)
                after = _marking(tokens.elements())
                self.before[after].add(marking)
                if not double and after not in self.seen:
                    self.seen.add(after)
                    queue.append(after)
            if len(self.seen) > MAX_STATES:
                self.too_large = True
                return

    def has_no_way_out(self) -> bool:
        """Return whether some marking cannot lead to the end."""
        good = set(self.final)
        stack = list(self.final)
        while stack:
            for earlier in self.before[stack.pop()]:
                if earlier not in good:
                    good.add(earlier)
                    stack.append(earlier)
        return not self.seen <= good

    def _following(self, tokens: Counter[str]) -> Iterator[Counter[str]]:
        for node_id in self.nodes:
            node = self.scope.nodes[node_id]
            if node is self.start or node.is_boundary:
                continue
            present = [flow.id for flow in node.incoming if tokens[flow.id]]
            if not present:
                continue
            if node.kind == "parallelGateway":
                if len(present) == len(node.incoming):
                    yield _moved(tokens, present, [flow.id for flow in node.outgoing])
            elif node.kind == "endEvent" and "terminate" in node.triggers:
                yield Counter()
            else:
                for taken in present:
                    for given in self._choices(node):
                        yield _moved(tokens, [taken], given)

    def _choices(self, node: Node) -> list[list[str]]:
        outgoing = [flow.id for flow in node.outgoing]
        if node.kind == "exclusiveGateway":
            return [[flow_id] for flow_id in outgoing]
        borders = [e for e in self.scope.borders(node.id) if e.interrupts]
        return [outgoing, *([flow.id for flow in event.outgoing] for event in borders)]


def _moved(tokens: Counter[str], taken: list[str], given: list[str]) -> Counter[str]:
    after = Counter(tokens)
    after.subtract(taken)
    after.update(given)
    return +after


def _marking(flow_ids: Iterator[str]) -> Marking:
    return tuple(sorted(flow_ids))
