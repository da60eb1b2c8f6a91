"""Drafted decisions that clerks edit in Word: handed out, compared, taken over in part.

A statement over several cases has no text that a clerk may write, so it is not handed out.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from documents.word_comparison import Compared, Standing, compare
from documents.word_decision import RECIPIENTS, decision_in_word
from documents.word_lines import Line, WordPaper
from documents.word_reading import UnreadableWord, read_word
from engine.errors import InvalidSubmission, NotFound
from engine.outgoing.access import get_paper, issuer, lock_paper, require_state
from engine.outgoing.awards import KIND, LINES, change_award, compose_award, texts_of
from engine.papers import printed
from engine.permissions import Actor, require
from engine.store.models import OutgoingPaper
from forms.messages import code
from forms.vocabulary import OutgoingState

FILE = "word_file"
"""Where a mistake with the file itself is said."""

TEXTS = (*LINES, RECIPIENTS)
"""What may be taken over from a file, in the order of the paper."""


@dataclass(frozen=True)
class Comparison:
    """A draft against a file."""

    lines: tuple[Compared, ...]
    texts: Mapping[str, str]
    """Each of :data:`TEXTS` as the file has it; as drafted where that is kept out."""
    drafted: Mapping[str, str]
    seen: str
    """Stands for the draft that was compared; see :func:`take_over`."""

    @property
    def changed(self) -> tuple[Compared, ...]:
        """Lines whose difference may be taken over."""
        return tuple(one for one in self._differing if one.kept_out is None)

    @property
    def kept_out(self) -> tuple[Compared, ...]:
        """Lines whose difference may not."""
        return tuple(one for one in self._differing if one.kept_out is not None)

    @property
    def _differing(self) -> list[Compared]:
        return [one for one in self.lines if one.standing is not Standing.SAME]

    @property
    def offers(self) -> bool:
        """Whether there is anything to take over."""
        return self.texts != self.drafted


def word_draft(session: Session, actor: Actor, paper_id: int) -> bytes:
    """Return a drafted decision as .docx; the same draft gives the same bytes.

    :raises NotFound, NotPermitted, PaperNotReady: see :func:`drafted_decision`.
    :raises InvalidSubmission: a text has a letter that cannot be printed.
    """
    from documents.word import write_word  # noqa: PLC0415  # large, rarely needed

    composed = _in_word(session, drafted_decision(session, actor, paper_id))
    return printed(lambda: write_word(composed))


def compare_word(session: Session, actor: Actor, paper_id: int, content: bytes) -> Comparison:
    """Return how a .docx differs from a drafted decision. Nothing is kept.

    :raises NotFound, NotPermitted, PaperNotReady: see :func:`drafted_decision`.
    :raises InvalidSubmission: the file cannot be read, see
        :class:`documents.word_reading.Refusal`.
    """
    paper = drafted_decision(session, actor, paper_id)
    lines = _in_word(session, paper).lines
    try:
        found = read_word(content)
    except UnreadableWord as error:
        raise InvalidSubmission({FILE: [code(error.refusal.value)]}) from error
    compared = compare(lines, found)
    drafted = texts_of(compose_award(session, paper))
    return Comparison(compared, _texts(compared, drafted), drafted, _stands_for(lines))


def take_over(
    session: Session,
    *,
    paper_id: int,
    texts: Mapping[str, str],
    seen: str,
    actor: Actor,
    at: datetime,
) -> OutgoingPaper:
    """Give a drafted decision texts from a file, with the cases that it has. It is locked.

    :param texts: by name, see :data:`TEXTS`; checked as if they had been typed.
    :param seen: of the comparison, so that nobody's later change is lost.
    :raises NotFound, NotPermitted, PaperNotReady: see :func:`drafted_decision`.
    :raises InvalidSubmission: a text does not fit, or the draft was changed since.
    """
    paper = lock_paper(session, actor, paper_id, "outgoing.write", OutgoingState.DRAFT)
    _require_decision(paper)
    if _stands_for(_in_word(session, paper).lines) != seen:
        raise InvalidSubmission({"_form": [code("word_draft_changed")]})
    return change_award(
        session,
        paper_id=paper_id,
        task_ids=[row.task_id for row in paper.cases],
        texts=texts,
        actor=actor,
        at=at,
    )


def drafted_decision(session: Session, actor: Actor, paper_id: int) -> OutgoingPaper:
    """Return a decision that the actor may still write.

    :raises NotFound: there is none, it is no decision, or the actor may not see it.
    :raises NotPermitted: the actor does not work for its unit.
    :raises PaperNotReady: it is no longer a draft.
    """
    paper = get_paper(session, actor, paper_id)
    _require_decision(paper)
    require(actor, "outgoing.write", issuer(paper.unit_id))
    require_state(paper, OutgoingState.DRAFT)
    return paper


def _require_decision(paper: OutgoingPaper) -> None:
    if paper.kind != KIND:
        raise NotFound(f"paper {paper.id} is no decision")


def _in_word(session: Session, paper: OutgoingPaper) -> WordPaper:
    return decision_in_word(compose_award(session, paper))


def _texts(compared: Sequence[Compared], drafted: Mapping[str, str]) -> dict[str, str]:
    """Return what the file says in the place of each text; a lost line is as drafted."""
    found = {one.key: one.text for one in compared if one.key in LINES}
    recipients = [one for one in compared if one.key == RECIPIENTS]
    if any(one.standing is not Standing.SAME for one in recipients):
        found[RECIPIENTS] = "\n".join(one.text for one in recipients if one.text)
    return {**drafted, **found}


def _stands_for(lines: Sequence[Line]) -> str:
    said = "\n".join(f"{line.key} {line.printed}" for line in lines)
    return hashlib.sha256(said.encode()).hexdigest()
