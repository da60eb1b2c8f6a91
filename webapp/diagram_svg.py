"""Diagrams as SVG: read by eye, by keyboard and by ear, without a script.

What a case did is told three times: by words, by shape and by colour. All colours and
widths are classes of the style sheet, because our pages allow no inline style.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from webapp.diagram_reading import Box, Drawing, Edge, Shape, Way

SCALE = 0.95
"""Pixels per unit of the diagram: names of tasks are then 13 pixels high."""

MARGIN = 18
TASK_TEXT = 14
LABEL_TEXT = 12
LINE = 1.28
"""Line height: stacked Vietnamese marks need room."""

LETTER = 0.52
"""Width of an average letter, as a part of the size of the type."""

LANE_HEAD = 30


@dataclass(frozen=True)
class Mark:
    """What a case did at one element."""

    kind: str
    """``done``, ``now`` or ``stopped``: a class of the style sheet."""
    words: str
    """Spoken after the name."""
    badge: str = ""
    """Short words at the corner."""
    address: str = ""
    """Where a click leads."""
    anchor: str = ""
    """Its id, for links that lead here."""


def draw(drawing: Drawing, way: Way, marks: Mapping[str, Mark], language: str) -> Markup:
    """Return ``drawing`` as an ``<svg>`` that shows the way of a case.

    :param marks: element → what the case did there; other elements of the way are done.
    """
    seen = dict.fromkeys(way.entered, Mark("done", ""))
    painter = _Painter(drawing, way, {**seen, **marks}, language)
    return painter.paint()


@dataclass(frozen=True)
class _Painter:
    drawing: Drawing
    way: Way
    marks: Mapping[str, Mark]
    language: str

    def paint(self) -> Markup:
        bounds = self.drawing.bounds
        view = Box(
            bounds.x - MARGIN,
            bounds.y - MARGIN,
            bounds.width + 2 * MARGIN,
            bounds.height + 2 * MARGIN,
        )
        title = _("Sơ đồ: %(name)s", name=self.drawing.name(self.language))
        parts = [*self._ground(), *self._flows(), *self._nodes()]
        return Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" class="bpmn" role="group"'
            ' viewBox="{x:g} {y:g} {w:g} {h:g}" width="{pw:.0f}" height="{ph:.0f}"'
            ' aria-labelledby="title-{id}"><title id="title-{id}">{title}</title>'
            "<defs>{arrows}</defs>{parts}</svg>"
        ).format(
            x=view.x,
            y=view.y,
            w=view.width,
            h=view.height,
            pw=view.width * SCALE,
            ph=view.height * SCALE,
            id=self.drawing.id,
            title=title,
            arrows=Markup("").join(self._arrows()),
            parts=Markup("").join(parts),
        )

    def _arrows(self) -> Iterator[Markup]:
        for kind in ("", "-taken"):
            yield Markup(
                '<marker id="arrow{kind}-{id}" class="arrow{kind}" viewBox="0 0 10 10"'
                ' refX="9" refY="5" markerWidth="11" markerHeight="11"'
                ' markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 10 5 0 10z"/>'
                "</marker>"
            ).format(kind=kind, id=self.drawing.id)

    def _ground(self) -> Iterator[Markup]:
        """Yield the lanes, then the frames of embedded sub-processes."""
        for shape in self.drawing.shapes:
            box = shape.box
            if shape.kind == "lane":
                head = _text(shape.name(self.language), 0, 0, box.height - 16, LABEL_TEXT)
                yield Markup(
                    '<g class="lane" aria-hidden="true">{rect}<path d="M{x:g} {y:g}v{h:g}"/>'
                    '<g transform="translate({cx:g} {cy:g}) rotate(-90)">{head}</g></g>'
                ).format(
                    rect=_rect(box, 0),
                    x=box.x + LANE_HEAD,
                    y=box.y,
                    h=box.height,
                    cx=box.x + LANE_HEAD / 2,
                    cy=box.y + box.height / 2,
                    head=head,
                )
            elif shape.kind == "subProcess":
                name = Markup('<text x="{x:g}" y="{y:g}" font-size="{size}">{name}</text>')
                yield Markup('<g class="frame" aria-hidden="true">{}{}</g>').format(
                    _rect(box, 12),
                    name.format(
                        x=box.x + 14,
                        y=box.y + 24,
                        size=LABEL_TEXT,
                        name=shape.name(self.language),
                    ),
                )

    def _flows(self) -> Iterator[Markup]:
        """Yield the flows, those that the case took on top."""
        for edge in sorted(self.drawing.edges, key=self.way.takes):
            taken = self.way.takes(edge)
            yield Markup(
                '<polyline class="flow{kind}" points="{points}"'
                ' marker-end="url(#arrow{mark}-{id})" aria-hidden="true"/>{label}'
            ).format(
                kind=" taken" if taken else "",
                mark="-taken" if taken else "",
                points=" ".join(f"{x:g},{y:g}" for x, y in edge.points),
                id=self.drawing.id,
                label=self._flow_label(edge),
            )

    def _flow_label(self, edge: Edge) -> Markup:
        name = edge.name(self.language)
        if not name or edge.label is None:
            return Markup("")
        return Markup('<g class="label" aria-hidden="true">{}</g>').format(
            _label(name, edge.label)
        )

    def _nodes(self) -> Iterator[Markup]:
        for shape in self.drawing.shapes:
            if shape.kind in ("lane", "subProcess"):
                continue
            mark = self.marks.get(shape.id)
            body = _body(shape, self.language)
            if mark and mark.badge:
                body += _badge(mark, shape.box)
            yield self._node(shape, mark, body)

    def _node(self, shape: Shape, mark: Mark | None, body: Markup) -> Markup:
        kind = mark.kind if mark else "todo"
        name = shape.name(self.language)
        if mark and mark.address:
            return Markup(
                '<a href="{address}" class="node {kind}"{anchor}><title>{words}</title>'
                "{body}</a>"
            ).format(
                address=mark.address,
                kind=kind,
                anchor=Markup(' id="{}"').format(mark.anchor) if mark.anchor else "",
                words=f"{name}: {mark.words}" if mark.words else name,
                body=body,
            )
        hidden = not shape.kind.endswith(("Task", "Activity"))
        return Markup('<g class="node {kind}"{hidden}>{body}</g>').format(
            kind=kind, hidden=Markup(' aria-hidden="true"') if hidden else "", body=body
        )


def _body(shape: Shape, language: str) -> Markup:
    """Return the figure of an element and its name."""
    box, name = shape.box, shape.name(language)
    cx, cy = box.x + box.width / 2, box.y + box.height / 2
    if shape.kind.endswith("Event"):
        figure = Markup('<circle class="{kind}" cx="{x:g}" cy="{y:g}" r="{r:g}"/>').format(
            kind=shape.kind, x=cx, y=cy, r=box.width / 2
        )
        if shape.kind in ("boundaryEvent", "intermediateCatchEvent"):
            figure += Markup('<circle cx="{x:g}" cy="{y:g}" r="{r:g}"/>').format(
                x=cx, y=cy, r=box.width / 2 - 4
            )
    elif shape.kind.endswith("Gateway"):
        half = box.width / 2
        figure = Markup(
            '<path d="M{x:g} {y:g}l{h:g} {h:g} -{h:g} {h:g} -{h:g} -{h:g}z"/>'
            '<path class="cross" d="M{a:g} {b:g}l14 14m0 -14l-14 14"/>'
        ).format(x=cx, y=box.y, h=half, a=cx - 7, b=cy - 7)
    else:
        figure = _rect(box, 8, shape.kind)
        return figure + _text(name, cx, cy, box.width - 10, TASK_TEXT)
    if name and shape.label:
        figure += _label(name, shape.label)
    return figure


def _badge(mark: Mark, box: Box) -> Markup:
    """Return the words at the upper right corner of an element."""
    width = len(mark.badge) * LABEL_TEXT * 0.6 + 16
    x = box.right - width + 12
    return Markup(
        '<g class="badge" aria-hidden="true"><rect x="{x:g}" y="{y:g}" width="{w:g}"'
        ' height="24" rx="{r}"/><text x="{cx:g}" y="{ty:g}" text-anchor="middle"'
        ' font-size="{size}">{words}</text></g>'
    ).format(
        x=x,
        y=box.y - 15,
        w=width,
        r=12 if mark.kind != "stopped" else 2,
        cx=x + width / 2,
        ty=box.y + 1.5,
        size=LABEL_TEXT,
        words=mark.badge,
    )


def _rect(box: Box, radius: int, kind: str = "") -> Markup:
    return Markup(
        '<rect{kind} x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="{r}"/>'
    ).format(
        kind=Markup(' class="{}"').format(kind) if kind else "",
        x=box.x,
        y=box.y,
        w=box.width,
        h=box.height,
        r=radius,
    )


def _label(words: str, box: Box) -> Markup:
    """Return words that stand beside an element, where the diagram leaves room for them."""
    most = max(1, round(box.height / (LABEL_TEXT * LINE)))
    fits = int(box.width / (LABEL_TEXT * LETTER))
    lines = _wrap(words, fits)
    while len(lines) > most:
        fits += 1
        lines = _wrap(words, fits)
    return _lines(lines, box.x + box.width / 2, box.y + LABEL_TEXT, LABEL_TEXT)


def _text(words: str, x: float, y: float, width: float, size: int) -> Markup:
    """Return lines of text around a point."""
    lines = _wrap(words, max(6, int(width / (size * LETTER))))
    first = y - (len(lines) - 1) * size * LINE / 2 + size * 0.35
    return _lines(lines, x, first, size)


def _lines(lines: list[str], x: float, y: float, size: int) -> Markup:
    """Return centred lines of text, the first with its foot at ``y``."""
    return Markup("").join(
        Markup(
            '<text x="{x:g}" y="{y:g}" text-anchor="middle" font-size="{size}">{line}</text> '
        ).format(x=x, y=round(y + number * size * LINE, 1), size=size, line=line)
        for number, line in enumerate(lines)
    )


def _wrap(words: str, most: int) -> list[str]:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= most or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
