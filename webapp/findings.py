"""What the rules say, grouped and in the language of the page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask import g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

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
    shown = [
        (str(FACT_NAMES[name]), written(value, g.language))
        for name, value in finding.used.items()
        if name in FACT_NAMES and value not in ("", ())
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


FACT_NAMES = {
    "achieved_from": _l("Thành tích từ ngày"),
    "achieved_to": _l("Thành tích đến ngày"),
    "agree": _l("Số đồng ý"),
    "assignment": _l("Văn bản phân công"),
    "award": _l("Hình thức"),
    "awards": _l("Các hình thức"),
    "basis": _l("Căn cứ của đơn vị"),
    "category": _l("Công việc"),
    "count": _l("Số lần đã khen thưởng"),
    "counted": _l("Được tính"),
    "counts_from": _l("Tính từ ngày"),
    "decision": _l("Văn bản"),
    "dissolved_on": _l("Ngày giải thể"),
    "ends_on": _l("Kết thúc ngày"),
    "flags": _l("Cờ thi đua"),
    "from_day": _l("Đủ từ ngày"),
    "honours": _l("Hình thức đã nhận cần có"),
    "initiatives": _l("Số sáng kiến"),
    "kinds": _l("Đối tượng của Kế hoạch"),
    "launched_on": _l("Ngày phát động"),
    "least": _l("Cần ít nhất"),
    "level": _l("Cấp phát động"),
    "managing_body": _l("Nơi quản lý"),
    "members": _l("Thành viên có liên quan"),
    "merits": _l("Bằng khen"),
    "missing": _l("Dữ kiện còn thiếu"),
    "model_years": _l("Số năm mô hình ổn định"),
    "movement": _l("Phong trào"),
    "needed": _l("Số cần có"),
    "occasion": _l("Dịp khen thưởng"),
    "others": _l("Hồ sơ khác"),
    "percent": _l("Mức giống nhau (phần trăm)"),
    "percent_agreed": _l("Tỷ lệ đồng ý (phần trăm)"),
    "plan": _l("Kế hoạch số"),
    "present": _l("Số dự họp"),
    "prior": _l("Lần khen thưởng trước"),
    "prior_from": _l("Thành tích đã khen từ ngày"),
    "prior_to": _l("Thành tích đã khen đến ngày"),
    "priors": _l("Các lần khen thưởng trước"),
    "ran": _l("Đã thực hiện"),
    "received_on": _l("Ngày tiếp nhận"),
    "reviewed_on": _l("Ngày xét"),
    "round": _l("Đợt"),
    "route": _l("Xét theo"),
    "section": _l("Mục của Kế hoạch"),
    "served_on": _l("Chấp hành xong ngày"),
    "settled_on": _l("Kết luận ngày"),
    "short": _l("Chưa đạt"),
    "signer": _l("Chức vụ người ký"),
    "since": _l("Từ ngày"),
    "starts_on": _l("Bắt đầu ngày"),
    "subject_kind": _l("Loại đối tượng"),
    "total": _l("Tổng số thành viên"),
    "unit": _l("Đơn vị"),
    "unit_kind": _l("Loại đơn vị"),
    "units": _l("Các đơn vị đề nghị"),
    "written": _l("Số ý kiến bằng văn bản"),
    "year": _l("Năm"),
    "years": _l("Số năm cần có"),
}
"""Name of a fact in an answer → what people call it; texts that are compared are not here."""


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
