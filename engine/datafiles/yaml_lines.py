"""YAML as our data files use it: mappings, lists and texts, each with its line.

Every scalar is a text, whatever it looks like. Anchors, aliases and tags are refused: a
few lines of aliases can stand for gigabytes, and tags can name code.
"""

import yaml

LONGEST_FILE = 1_000_000
"""Size of a file at most, in bytes."""

_DEEPEST = 12
"""Levels of mappings and lists within each other at most."""

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class Problems:
    """The problems found in one file, in the order of its lines."""

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self._found: list[tuple[int, str]] = []

    def add(self, line: int, found: str, expected: str) -> None:
        """Remember that ``line`` (1 is the first) has ``found`` and not ``expected``."""
        self._found.append((line, f"found {found}, expected {expected}"))

    def lines(self) -> list[str]:
        """Return ``file:line: found …, expected …`` for each problem, each once."""
        ordered = dict.fromkeys(sorted(self._found, key=lambda problem: problem[0]))
        return [f"{self.filename}:{line}: {what}" for line, what in ordered]


def decoded(data: bytes, problems: Problems) -> str | None:
    """Return the text of a file; none if it is not UTF-8, and ``problems`` say where."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.add(line, f"the byte 0x{data[error.start]:02X}", "text in UTF-8")
        return None


def compose(text: str, problems: Problems) -> yaml.MappingNode | None:
    """Return the mapping that ``text`` is; else none, and ``problems`` say why."""
    if not _is_readable(text, problems):
        return None
    try:
        if not _is_plain(text, problems):
            return None
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        what = getattr(error, "problem", None) or "broken YAML"
        problems.add(mark.line + 1 if mark else 1, what, "well-formed YAML")
        return None
    if not isinstance(node, yaml.MappingNode):
        problems.add(1, described(node), "a mapping: lines like “code: …”")
        return None
    return node


def line_of(node: yaml.Node) -> int:
    """Return the line where ``node`` begins; 1 is the first."""
    return int(node.start_mark.line) + 1


def described(node: yaml.Node | None) -> str:
    """Return what ``node`` is, in words for the person who wrote the file."""
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    if node is None or not node.value:
        return "nothing"
    words = " ".join(node.value.split())
    return f"“{words[:60]}…”" if len(words) > 60 else f"“{words}”"  # noqa: PLR2004


def _is_readable(text: str, problems: Problems) -> bool:
    """Whether ``text`` is small enough and has only characters that YAML allows."""
    odd = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if odd:
        line = text.count("\n", 0, odd.start()) + 1
        problems.add(line, f"the character U+{ord(odd.group()):04X}", "plain text")
        return False
    size = len(text.encode())
    if size > LONGEST_FILE:
        problems.add(1, f"{size} bytes", f"at most {LONGEST_FILE} bytes")
        return False
    return True


def _is_plain(text: str, problems: Problems) -> bool:
    """Whether ``text`` is one document without alias, anchor or tag, not nested deeply."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor:  # an alias has one too: the one that it repeats
            problems.add(line, f"the anchor or alias “{anchor}”", "the text itself")
            return False
        if tag:
            problems.add(line, f"the tag “{tag}”", "no tag")
            return False
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if documents > 1:
            problems.add(line, "a second document", "one")
            return False
        if depth > _DEEPEST:
            problems.add(line, f"more than {_DEEPEST} levels of nesting", "fewer")
            return False
    return True
