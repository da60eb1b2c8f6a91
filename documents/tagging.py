"""Tags in a PDF: what each piece of a page is, and the order in which it is read.

ISO 32000-1, 14.7 and 14.8: who listens to a paper, or reads it on a small screen, gets its
headings, paragraphs, lists and tables. ReportLab has no words for it: :class:`TaggedCanvas`
marks what is drawn and writes the tree; :mod:`documents.tagged_story` finds what a story says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFStream, PDFString
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

rl_config.useA85 = 0
"""Pages as bytes: as letters they take a quarter more room, and a fifth more time."""

VERSION = (1, 7)
"""Of PDF: tags and languages came with 1.4, the order of links with 1.5."""


@dataclass(eq=False)
class Element:
    """A heading, a paragraph, a table …, with what it holds in the order of reading."""

    kind: str
    """A standard structure type: ``P``, ``H1``, ``TD``."""
    kids: list[Element | Mark | Reference] = field(default_factory=list)
    alternative: str = ""
    """What a picture shows, for who cannot see it."""
    attributes: str = ""
    """As in PDF: ``<< /O /Table /Scope /Column >>``; empty: none."""

    def add(
        self, kind: str, *, alternative: str = "", attributes: str = "", is_first: bool = False
    ) -> Element:
        """Return a new element in this one: its last, unless it is to be read first."""
        kid = Element(kind, alternative=alternative, attributes=attributes)
        self.kids.insert(0 if is_first else len(self.kids), kid)
        return kid

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it was drawn; an empty cell still takes its place in a row."""
        if self.kind in ("TH", "TD"):
            return False
        return all(isinstance(kid, Element) and kid.is_empty for kid in self.kids)


@dataclass(frozen=True)
class Mark:
    """A piece of the drawing of a page that belongs to an element."""

    page: int
    """Counted from 1."""
    number: int
    """Of the piece, on its page: its marked-content identifier."""


@dataclass(frozen=True)
class Reference:
    """A link that belongs to an element."""

    page: int
    annotation: Any


DECORATION = Element("Artifact")
"""What is drawn for the eye alone: rules, ornaments, page numbers."""

REPEATED = Element("Artifact")
"""What was said on an earlier page, as the head of a table; all within it is so, too."""


class _Lines(PDFTextObject):  # type: ignore[misc]
    """The text of a paragraph: its lines end with a space, or a reader would join words."""

    def _textOut(self, text: str, TStar: int = 0) -> None:  # noqa: N802, N803
        """Write what a paragraph writes; ``TStar``: it is the end of a line."""
        super()._textOut(f"{text} " if TStar else text, TStar)


class TaggedCanvas(Canvas):  # type: ignore[misc]
    """A canvas that knows to which element belongs what is drawn on it.

    :param root: the element that holds all others; none: one without any yet.
    """

    def __init__(self, *args: Any, root: Element | None = None, **options: Any) -> None:
        super().__init__(*args, **{"pdfVersion": VERSION, **options})
        self.root = root or Element("Document")
        self._open: list[Element] = []
        self._begun = 0
        self._marks: list[Element] = []
        self._parents: list[list[Element] | Element] = []

    @contextmanager
    def marked(self, element: Element) -> Iterator[None]:
        """Draw what belongs to ``element``; within another mark, that one pauses."""
        self.begin(element)
        yield
        self.end()

    def begin(self, element: Element) -> None:
        """Begin to draw what belongs to ``element``, until :meth:`end`."""
        if self._open:
            self._close()
        self._open.append(REPEATED if REPEATED in self._open else element)
        self._resume()

    def end(self) -> None:
        """End what :meth:`begin` began; what was being drawn before goes on."""
        self._close()
        self._open.pop()
        if self._open:
            self._resume()

    def _resume(self) -> None:
        element = self._open[-1]
        if element.kind == "Artifact":
            self._code.append("/Artifact BMC")
        else:
            self._code.append(f"/{element.kind} <</MCID {len(self._marks)}>> BDC")
            element.kids.append(Mark(self.getPageNumber(), len(self._marks)))
            self._marks.append(element)
        self._begun = len(self._code)

    def _close(self) -> None:
        """Close the open mark; one that nothing was drawn in is taken back."""
        if len(self._code) > self._begun:
            self._code.append("EMC")
            return
        self._code.pop()
        element = self._open[-1]
        if element.kind != "Artifact":
            element.kids.pop()
            self._marks.pop()

    def beginText(self, x: float = 0, y: float = 0, direction: Any = None) -> _Lines:  # noqa: N802
        """Return an object to write lines with."""
        return _Lines(self, x, y, direction=direction)

    def linkURL(self, url: str, rect: Any, **options: Any) -> None:  # noqa: N802
        """Lay a link over what is being drawn; it becomes a part of that element."""
        options |= {"StructParent": len(self._parents), "Contents": PDFString(url)}
        super().linkURL(url, rect, **options)
        element = self._open[-1]
        drawn = element.kids.pop()
        if isinstance(drawn, Element):  # the second line of the same link
            link = drawn
            element.kids.append(link)
        else:
            link = element.add("Link")
            link.kids.append(drawn)
            self._marks[-1] = link
        link.kids.append(Reference(self.getPageNumber(), self._annotationrefs[-1]))
        self._parents.append(link)

    def showPage(self) -> None:  # noqa: N802
        """End a page."""
        super().showPage()
        page = self._doc.Pages.pages[-1]
        page.StructParents, page.Tabs = len(self._parents), "/S"
        page.__NoDefault__ = (*page.__NoDefault__, "StructParents", "Tabs")
        self._parents.append(self._marks)
        self._marks = []

    def save(self) -> None:
        """Write the file, with the tree of its elements and what it says of itself."""
        if self._code:
            self.showPage()
        catalog = self._doc.Catalog
        catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        catalog.StructTreeRoot = self._written_tree()
        catalog.Metadata = _metadata(self._doc.info.title, self._doc.info.author)
        self.setViewerPreference("DisplayDocTitle", "true")
        super().save()

    def _written_tree(self) -> PDFDictionary:
        written: dict[Element, PDFDictionary] = {}
        root = PDFDictionary({"Type": "/StructTreeRoot"})
        refer = self._doc.Reference
        root["K"] = refer(self._written(self.root, root, written))
        numbers: list[Any] = []
        for key, owner in enumerate(self._parents):
            if isinstance(owner, Element):
                numbers += [key, refer(written[owner])]
            else:
                numbers += [key, PDFArray([refer(written[one]) for one in owner])]
        root["ParentTree"] = refer(PDFDictionary({"Nums": PDFArray(numbers)}))
        root["ParentTreeNextKey"] = len(self._parents)
        return root

    def _written(
        self, element: Element, parent: PDFDictionary, written: dict[Element, PDFDictionary]
    ) -> PDFDictionary:
        """Return an element as PDF has it, with all that it holds; noted in ``written``."""
        refer = self._doc.Reference
        own = written[element] = PDFDictionary({"S": f"/{element.kind}", "P": refer(parent)})
        home = next((kid.page for kid in element.kids if isinstance(kid, Mark)), 0)
        if home:
            own["Pg"] = self._page(home)
        if element.alternative:
            own["Alt"] = PDFString(element.alternative)
        if element.attributes:
            own["A"] = element.attributes
        kids = [
            refer(self._written(kid, own, written))
            if isinstance(kid, Element)
            else self._written_content(kid, home)
            for kid in element.kids
            if not (isinstance(kid, Element) and kid.is_empty)
        ]
        if kids:
            own["K"] = kids[0] if len(kids) == 1 else PDFArray(kids)
        return own

    def _written_content(self, content: Mark | Reference, home: int) -> Any:
        """Return a piece of a page; on the page ``home`` its number is enough."""
        page = self._page(content.page)
        if isinstance(content, Reference):
            return PDFDictionary({"Type": "/OBJR", "Pg": page, "Obj": content.annotation})
        if content.page == home:
            return content.number
        return PDFDictionary({"Type": "/MCR", "Pg": page, "MCID": content.number})

    def _page(self, number: int) -> Any:
        return self._doc.Reference(self._doc.Pages.pages[number - 1])


def decorated(draw: Callable[..., None]) -> Callable[..., None]:
    """Return ``draw(canvas, document)``, with what it draws marked as decoration."""

    def drawn(canvas: TaggedCanvas, document: Any) -> None:
        with canvas.marked(DECORATION):
            draw(canvas, document)

    return drawn


def _metadata(title: str, author: str) -> PDFStream:
    """Return title, author and language as programs that catalogue files read them (XMP)."""
    content = _XMP.format(title=escape(title), author=escape(author))
    kind = PDFDictionary({"Type": "/Metadata", "Subtype": "/XML"})
    return PDFStream(kind, content.encode(), filters=[])


_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>vi</rdf:li></rdf:Bag></dc:language>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
