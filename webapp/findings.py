"""What the rules say, grouped and in the language of the page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask import g, request
from flask_babel import gettext as _

from engine.errors import NotEligible
from engine.queries.eligibility import Change, CheckPanel, Override, StoredCheck
from engine.rules.authority import Authorities, Duty
from engine.rules.model import Answer, Finding, Value
from engine.rules.sentences import written
from forms.eligibility import OVERRIDE as OVERRIDE_FIELD
from forms.vocabulary import Conclusion, Confidence, RuleVerdict
from webapp.errors import sentence_for
from webapp.form_controls import OVERRIDE, Control, Marks, Problem, control_id, controls

TAGS = {
    Conclusion.ELIGIBLE: "ok",
    Conclusion.UNDETERMINED: "info",
    Conclusion.HELD: "warn",
    Conclusion.NOT_ELIGIBLE: "bad",
}
"""Conclusion → how its label looks; the word in it says the same."""

OVERRIDE_ID = control_id(OVERRIDE)
"""Id of the box that asks why somebody goes on."""

LONGEST_FACT = 400
"""Characters of a fact that stand in its line; a longer one is a text of its own."""


@dataclass(frozen=True)
class ShownFinding:
    """What one rule says, to read."""

    rule: str
    title: str
    sentence: str
    source: str
    is_office: bool
    """A setting of the office says so, and no law."""
    confidence: str
    """How sure the source is; empty: it was checked against the text."""
    facts: tuple[tuple[str, str], ...]
    """Name and value of each fact that was used and has a name on pages."""
    texts: tuple[tuple[str, str], ...]
    """Heading and text of those that were compared: to read side by side."""
    may_override: bool
    """It stands in the way, and a person may go on with a reason."""


@dataclass(frozen=True)
class FindingGroup:
    """Findings that say the same: what stands in the way, what is met, and so on."""

    id: str
    title: str
    tag: str
    note: str
    findings: tuple[ShownFinding, ...]
    is_closed: bool = False
    """It is shown when somebody opens it."""


@dataclass(frozen=True)
class ShownAnswer:
    """The answer of all rules, to read."""

    conclusion: Conclusion
    tag: str
    regime: str
    received_on: date
    groups: tuple[FindingGroup, ...]
    """Only those that have findings."""
    passed_over: tuple[str, ...]
    """Titles of the rules that do not apply."""


@dataclass(frozen=True)
class ShownChange:
    """A rule that says something else than it said at submission."""

    then: str
    now: str
    finding: ShownFinding


@dataclass(frozen=True)
class ShownPanel:
    """What the rules say of a case now, to read on its pages."""

    shown: ShownAnswer
    changes: tuple[ShownChange, ...]
    overrides: tuple[Override, ...]
    against: tuple[ShownFinding, ...]
    """What keeps the nomination from going on."""
    may_override: bool
    """A person may go on with a reason, at a task that the rules bind."""


@dataclass(frozen=True)
class ShownCheck:
    """An answer that was given to a case, to read."""

    stage: str
    person_name: str
    made_at: datetime
    shown: ShownAnswer
    overridden: tuple[str, ...]
    reason: str
    book: str
    """SHA-256 of the law book that gave it, in hex."""


def show_panel(panel: CheckPanel) -> ShownPanel:
    """Return what the rules say of a case, to read."""
    return ShownPanel(
        shown=show_answer(panel.answer),
        changes=tuple(_change(one) for one in panel.changes),
        overrides=panel.overrides,
        against=show_findings(panel.against),
        may_override=panel.binds and panel.may_override,
    )


def show_answer(answer: Answer) -> ShownAnswer:
    """Return ``answer`` to read."""
    return ShownAnswer(
        conclusion=answer.conclusion,
        tag=TAGS[answer.conclusion],
        regime=answer.regime.label(g.language),
        received_on=answer.received_on,
        groups=tuple(one for one in _groups(answer) if one.findings),
        passed_over=tuple(
            f"{one.rule}: {one.title.label(g.language)}"
            for one in answer.findings
            if one.verdict is RuleVerdict.NOT_APPLICABLE
        ),
    )


def show_findings(findings: Iterable[Finding]) -> tuple[ShownFinding, ...]:
    """Return ``findings`` to read."""
    return tuple(_show(one) for one in findings)


def refusals(error: NotEligible) -> list[Problem]:
    """Return the lines above a form that a rule refuses, the box for a reason first."""
    against = (*error.answer.blocking, *error.answer.holding)
    lines = [Problem(one.text.label(g.language)) for one in against]
    if error.may_override:
        ask = _("Nêu lý do để đề nghị tiếp.")
        lines.insert(0, Problem(ask, OVERRIDE_FIELD.label.label(g.language), OVERRIDE_ID))
    return lines or [Problem(sentence_for(error))]


def override_control(
    is_asked: bool, errors: Mapping[str, list[str]] | None = None
) -> Control | None:
    """Return the box for the reason why one goes on; none where no rule takes a reason."""
    if not is_asked:
        return None
    typed = {OVERRIDE: request.form.get(OVERRIDE, "")}
    return controls((OVERRIDE_FIELD,), typed, g.language, Marks(errors or {}))[0]


def show_stored(check: StoredCheck) -> ShownCheck:
    """Return an answer that was given before, to read."""
    answer = Answer(check.book, check.regime, check.received_on, check.findings)
    return ShownCheck(
        stage=check.stage.label(g.language),
        person_name=check.person_name,
        made_at=check.made_at,
        shown=show_answer(answer),
        overridden=check.overridden,
        reason=check.override_reason,
        book=check.book,
    )


def _change(change: Change) -> ShownChange:
    then = change.then.label(g.language) if change.then else _("chưa áp dụng")
    return ShownChange(then, change.now.verdict.label(g.language), _show(change.now))


def _groups(answer: Answer) -> Iterable[FindingGroup]:
    def of(verdict: RuleVerdict) -> tuple[ShownFinding, ...]:
        return show_findings(one for one in answer.findings if one.verdict is verdict)

    yield FindingGroup(
        "blocking",
        _("Vướng quy định"),
        "bad",
        _("Chưa thể đề nghị hình thức này khi còn vướng các quy định dưới đây."),
        show_findings(answer.blocking),
    )
    yield FindingGroup(
        "held",
        _("Chưa xét"),
        "warn",
        _("Không phải là không đủ điều kiện: hồ sơ được xét khi việc dưới đây có kết luận."),
        show_findings(answer.holding),
    )
    yield FindingGroup(
        "unknown",
        _("Chưa đủ dữ liệu"),
        "info",
        _("Bổ sung các dữ kiện sau để có kết luận chắc chắn."),
        of(RuleVerdict.CANNOT_TELL),
    )
    yield FindingGroup(
        "warnings",
        _("Cần lưu ý"),
        "warn",
        _("Không ngăn việc đề nghị; người xét đọc kỹ rồi tự quyết định."),
        show_findings(one for one in answer.findings if one.warns),
    )
    yield FindingGroup("met", _("Đạt"), "ok", "", of(RuleVerdict.MET), is_closed=True)


def _show(finding: Finding) -> ShownFinding:
    names = fact_names()
    shown = [
        (names[name], written(value, g.language))
        for name, value in finding.used.items()
        if name in names and value not in ("", ())
    ]
    return ShownFinding(
        rule=finding.rule,
        title=finding.title.label(g.language),
        sentence=finding.text.label(g.language),
        source=finding.source.text.label(g.language),
        is_office=finding.source.is_office,
        confidence=""
        if finding.confidence is Confidence.HIGH
        else finding.confidence.label(g.language),
        facts=tuple(one for one in shown if len(one[1]) <= LONGEST_FACT),
        texts=_compared(finding.used),
        may_override=finding.may_override
        and (finding.blocks or finding.verdict is RuleVerdict.HELD),
    )


def _compared(used: Mapping[str, Value]) -> tuple[tuple[str, str], ...]:
    """Return the two texts that a rule compared, with their headings."""
    headings = {
        "content": _("Thành tích đề nghị lần này"),
        "prior_content": _("Thành tích đã được khen thưởng"),
    }
    found = [(heading, used.get(name)) for name, heading in headings.items()]
    if not all(isinstance(text, str) and text for _heading, text in found):
        return ()
    return tuple((heading, str(text)) for heading, text in found)


def fact_names() -> dict[str, str]:
    """Return name of a fact in an answer → what people call it.

    Texts that are compared have headings of their own.
    """
    return {
        "achieved_from": _("Thành tích từ ngày"),
        "achieved_to": _("Thành tích đến ngày"),
        "agree": _("Số đồng ý"),
        "assignment": _("Văn bản phân công"),
        "award": _("Hình thức"),
        "awards": _("Các hình thức"),
        "basis": _("Căn cứ của đơn vị"),
        "category": _("Công việc"),
        "count": _("Số lần đã khen thưởng"),
        "counted": _("Được tính"),
        "counts_from": _("Tính từ ngày"),
        "decision": _("Văn bản"),
        "dissolved_on": _("Ngày giải thể"),
        "ends_on": _("Kết thúc ngày"),
        "flags": _("Cờ thi đua"),
        "from_day": _("Đủ từ ngày"),
        "honours": _("Hình thức đã nhận cần có"),
        "initiatives": _("Số sáng kiến"),
        "kinds": _("Đối tượng của Kế hoạch"),
        "launched_on": _("Ngày phát động"),
        "least": _("Cần ít nhất"),
        "level": _("Cấp phát động"),
        "managing_body": _("Nơi quản lý"),
        "members": _("Thành viên có liên quan"),
        "merits": _("Bằng khen"),
        "missing": _("Dữ kiện còn thiếu"),
        "model_years": _("Số năm mô hình ổn định"),
        "movement": _("Phong trào"),
        "needed": _("Số cần có"),
        "occasion": _("Dịp khen thưởng"),
        "others": _("Hồ sơ khác"),
        "percent": _("Mức giống nhau (phần trăm)"),
        "percent_agreed": _("Tỷ lệ đồng ý (phần trăm)"),
        "plan": _("Kế hoạch số"),
        "present": _("Số dự họp"),
        "prior": _("Lần khen thưởng trước"),
        "prior_from": _("Thành tích đã khen từ ngày"),
        "prior_to": _("Thành tích đã khen đến ngày"),
        "priors": _("Các lần khen thưởng trước"),
        "ran": _("Đã thực hiện"),
        "received_on": _("Ngày tiếp nhận"),
        "reviewed_on": _("Ngày xét"),
        "round": _("Đợt"),
        "route": _("Xét theo"),
        "section": _("Mục của Kế hoạch"),
        "served_on": _("Chấp hành xong ngày"),
        "settled_on": _("Kết luận ngày"),
        "short": _("Chưa đạt"),
        "signer": _("Chức vụ người ký"),
        "since": _("Từ ngày"),
        "starts_on": _("Bắt đầu ngày"),
        "subject_kind": _("Loại đối tượng"),
        "total": _("Tổng số thành viên"),
        "unit": _("Đơn vị"),
        "unit_kind": _("Loại đơn vị"),
        "units": _("Các đơn vị đề nghị"),
        "written": _("Số ý kiến bằng văn bản"),
        "year": _("Năm"),
        "years": _("Số năm cần có"),
    }


@dataclass(frozen=True)
class ShownDuty:
    """Who does something for an award, and where that comes from."""

    who: str
    source: str
    is_office: bool
    confidence: str
    """Empty: it was checked against the text."""


def shown_duties(authorities: Authorities) -> list[tuple[str, list[ShownDuty]]]:
    """Return who does what for an award: the part in words, and those who do it."""
    parts = (
        (_("Quyết định"), authorities.decides),
        (_("Trình"), authorities.proposes),
        (_("Lập hồ sơ đề nghị"), authorities.submits),
        (_("Thẩm định"), authorities.appraises),
        (_("Tư vấn, không quyết định"), authorities.advises),
        (_("Chi tiền thưởng"), authorities.pays),
        (_("Hủy bỏ"), authorities.annuls),
    )
    return [(part, [_shown_duty(one) for one in duties]) for part, duties in parts if duties]


def _shown_duty(duty: Duty) -> ShownDuty:
    is_sure = duty.confidence is Confidence.HIGH
    return ShownDuty(
        who=duty.who.label(g.language),
        source=duty.source.text.label(g.language),
        is_office=duty.source.is_office,
        confidence="" if is_sure else duty.confidence.label(g.language),
    )
