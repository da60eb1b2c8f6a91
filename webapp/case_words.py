"""What people read about where a case stands."""

from dataclasses import dataclass
from datetime import datetime

from flask import g
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.queries.case_page import CaseHead
from engine.queries.counting import Count
from engine.queries.holders import Holder
from engine.queries.journal import Entry
from forms.vocabulary import CaseState, Outcome
from webapp import deadline_words
from webapp.clock import show_day

TAGS = {
    CaseState.DRAFT: "info",
    CaseState.IN_REVIEW: "info",
    CaseState.RETURNED: "warn",
    CaseState.ON_HOLD: "warn",
    CaseState.AWARDED: "ok",
    CaseState.REJECTED: "bad",
    CaseState.WITHDRAWN: "bad",
}
"""State → how its label looks; the word in it says the same."""

OUTCOME_TAGS = {
    Outcome.AWARD: "ok",
    Outcome.RECOMMEND: "ok",
    Outcome.RETURN: "warn",
    Outcome.HOLD: "warn",
    Outcome.REJECT: "bad",
}


@dataclass(frozen=True)
class Standing:
    """One sentence on where a case stands, and who has it."""

    sentence: str
    holders: tuple[Holder, ...] = ()
    holder_unit: str = ""
    holder_role: str = ""


def age(days: int) -> str:
    """Return how long something lasted: ``trong ngày``, ``3 ngày``."""
    if days <= 0:
        return str(_("trong ngày"))
    return str(ngettext("%(num)d ngày", "%(num)d ngày", days))


def count_words(count: Count) -> str:
    """Return a figure; where not all were counted: ``hơn 1.000``."""
    if not count.is_over:
        return str(count.number)
    most = f"{count.counted:,}"
    return str(_("hơn %(most)s", most=most if g.language == "en" else most.replace(",", ".")))


def due_words(due_at: datetime | None) -> str:
    """Return by when a step is due and how long there still is, or that no rule says so."""
    return deadline_words.due_words(due_at)


def is_late(due_at: datetime | None) -> bool:
    """Whether the last day is past by the clock of the application."""
    return deadline_words.is_late(due_at)


def result(form: str, outcome: Outcome) -> str:
    """Return what an outcome means at a task with ``form``.

    An appraisal passes on, a council advises; anywhere else the vocabulary fits.
    """
    meanings = {
        ("appraisal.v1", Outcome.RECOMMEND): _("Đã thẩm định, chuyển bước tiếp theo"),
        ("appraisal.v1", Outcome.REJECT): _("Không đề nghị khen thưởng"),
        ("council_resolution.v1", Outcome.RECOMMEND): _("Hội đồng đề nghị khen thưởng"),
        ("council_resolution.v1", Outcome.REJECT): _("Hội đồng không đề nghị khen thưởng"),
    }
    return str(meanings.get((form, outcome), outcome.label(g.language)))


def deed(entry: Entry) -> str:
    """Return what an entry of the journal says was done."""
    sentences = {
        "case.opened": _("Mở hồ sơ"),
        "case.withdrawn": _("Rút hồ sơ"),
        "attachment.added": _("Tải lên một tệp"),
        "attachment.removed": _("Bỏ một tệp"),
        "papers.ticked": _("Đánh dấu thành phần hồ sơ"),
        "task.claimed": _("Nhận việc"),
        "task.given_back": _("Trả việc"),
        "task.reassigned": _("Chuyển việc cho người khác"),
        "task.reminded": _("Hệ thống nhắc việc sắp đến hạn"),
        "task.overdue": _("Hệ thống ghi nhận việc quá hạn, báo cấp trên"),
        "task.deadline_moved": _("Hạn của bước thay đổi theo cấu hình đơn vị"),
        "timer.fired": _("Hết thời gian chờ theo quy trình"),
        "name.confirmed": _("Người nhận xác nhận tên in trên bằng, giấy khen"),
        "name.disputed": _("Người nhận báo tên in phải viết khác"),
        "certificate.printed": _("In bằng, giấy khen lần đầu"),
        "certificate.reprinted": _("In lại bằng, giấy khen"),
        "certificate.reissued": _("Cấp lại bằng, giấy khen"),
    }
    if entry.label is None or entry.outcome is None:
        return str(sentences.get(entry.action, _("Cập nhật hồ sơ")))
    done = f"{entry.label.label(g.language)}: {result(entry.form, entry.outcome)}"
    if entry.return_to is None:
        return done
    place = _("về: %(place)s", place=entry.return_to.label(g.language))
    return f"{done} ({place})"


def standing(case: CaseHead) -> Standing:
    """Return the sentence at the head of a case, and who holds it."""
    if case.closed_at is not None or not case.tasks:
        return Standing(_ended(case))
    task = case.tasks[0]
    facts = {
        "step": task.label.label(g.language),
        "day": show_day(task.opened_at),
        "age": age(task.days),
    }
    sentences = {
        CaseState.DRAFT: _("Đơn vị đang lập hồ sơ từ %(day)s, %(age)s.", **facts),
        CaseState.RETURNED: _(
            "Đã trả lại để bổ sung; chờ bước “%(step)s” từ %(day)s, %(age)s.", **facts
        ),
        CaseState.ON_HOLD: _("Tạm dừng xét từ %(day)s, %(age)s.", **facts),
    }
    sentence = sentences.get(case.state, _("Chờ bước “%(step)s” từ %(day)s, %(age)s.", **facts))
    return Standing(
        sentence=str(sentence),
        holders=task.holders,
        holder_unit=task.unit_name,
        holder_role=task.role.label(g.language),
    )


def _ended(case: CaseHead) -> str:
    day = show_day(case.closed_at)
    if case.state is CaseState.AWARDED and case.decision is not None:
        return str(
            _(
                "Đã khen thưởng theo Quyết định số %(number)s ngày %(day)s.",
                number=case.decision.number,
                day=show_day(case.decision.signed_on),
            )
        )
    if case.state is CaseState.WITHDRAWN:
        return str(_("Đơn vị đã rút hồ sơ ngày %(day)s.", day=day))
    return str(_("Không khen thưởng; kết thúc ngày %(day)s.", day=day))
