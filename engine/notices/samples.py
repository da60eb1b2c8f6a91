"""Invented notices, one of each kind: to show what every template says."""

from datetime import datetime
from typing import Any

from engine.notices.texts import Recipient, Told
from engine.office import VIETNAM
from engine.process.labels import TaskLabel
from forms.definition import Bilingual
from forms.vocabulary import Award, CaseOutcome, DossierPart, NoticeKind, ReturnItem

_AT = datetime(2030, 12, 3, 7, 0, tzinfo=VIETNAM)
_DUE = {"due_on": "2030-12-05"}
_UNIT = Bilingual("(tên đơn vị)", "(name of unit)")
_SESSION = Bilingual("(tên phiên họp)", "(name of session)")
_PLACE = Bilingual("(địa điểm)", "(place)")
_NAME = Bilingual("(họ và tên)", "(full name)")
_STEP = TaskLabel("Thẩm định hồ sơ", "Appraise the nomination")


def sample_recipient(language: str) -> Recipient:
    """Return somebody to whom a sample is written."""
    return Recipient(_NAME.label(language), None, language)


def samples(language: str) -> list[Told]:
    """Return one notice of each kind; invented names are in ``language``."""
    return [sample_of(kind, language) for kind in NoticeKind]


def sample_of(kind: NoticeKind, language: str) -> Told:
    """Return one notice of ``kind``; invented names are in ``language``."""
    unit = _UNIT.label(language)
    if kind is NoticeKind.SESSION_CALLED:
        return Told(1, kind, _AT, _session(language))
    return Told(
        id=1,
        kind=kind,
        created_at=_AT,
        facts=_FACTS.get(kind, _DUE),
        reference="HS-2030-0012",
        award=Award.UNIT_CERTIFICATE,
        unit_name=unit,
        step=_STEP,
        step_unit_name=unit,
    )


def _session(language: str) -> dict[str, Any]:
    return {
        "name": _SESSION.label(language),
        "meets_at": "2030-12-05T07:00:00+00:00",
        "place": _PLACE.label(language),
    }


_FACTS: dict[NoticeKind, dict[str, Any]] = {
    NoticeKind.WAITING: {},
    NoticeKind.ASSIGNED: {},
    NoticeKind.RETURNED: {
        "items": [ReturnItem.MISSING_PART.value, ReturnItem.MISSING_FIGURES.value],
        "papers": [DossierPart.STATEMENT.value],
        **_DUE,
    },
    NoticeKind.DECIDED: {"outcome": CaseOutcome.AWARDED.value},
}
