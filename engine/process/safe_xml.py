"""The only way XML enters the system: bytes in, a checked lxml root out."""

from typing import Any

from lxml import etree

from engine.errors import InvalidDiagram

MAX_BYTES = 2_000_000
MAX_ELEMENTS = 50_000
MAX_DEPTH = 60


def parse_xml(file: str, content: bytes) -> Any:
    """Return the root element of ``content``.

    Refused: more than 2 MB, anything but UTF-8, any DOCTYPE or ENTITY, processing
    instructions in the tree, more than 50,000 elements, nesting deeper than 60.

    lxml before version 6 read files through external entities; we require 6 and still
    refuse every DTD, because a harmless one has no use here.

    :param file: named in the error.
    :raises InvalidDiagram: with the file and the reason.
    """
    if len(content) > MAX_BYTES:
        raise _refused(file, f"{len(content)} bytes, at most {MAX_BYTES} are accepted")
    _refuse_dtd(file, content)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _refused(file, f"not well-formed XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise _refused(file, "a DOCTYPE is not accepted")
    _measure(file, root)
    return root


def _refused(file: str, reason: str) -> InvalidDiagram:
    return InvalidDiagram([f"{file}: {reason}"])


def _refuse_dtd(file: str, content: bytes) -> None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refused(file, "not UTF-8") from error
    # Another encoding could hide a DOCTYPE from this look; so UTF-8 must also be declared.
    head = text[: text.find("?>") + 1].lower()
    if "encoding" in head and "utf-8" not in head:
        raise _refused(file, "declares another encoding than UTF-8")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise _refused(file, "a DOCTYPE or ENTITY is not accepted")


def _measure(file: str, root: Any) -> None:
    elements = 0
    stack = [(root, 1)]
    while stack:
        element, depth = stack.pop()
        elements += 1
        if not isinstance(element.tag, str):
            raise _refused(file, "an entity reference is not accepted")
        if elements > MAX_ELEMENTS:
            raise _refused(file, f"more than {MAX_ELEMENTS} elements")
        if depth > MAX_DEPTH:
            raise _refused(file, f"nested deeper than {MAX_DEPTH}")
        stack.extend((child, depth + 1) for child in element)
