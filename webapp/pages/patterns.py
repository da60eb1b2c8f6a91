"""Patterns worth a look: each a question with its data, for auditors to judge."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, g, render_template
from flask_babel import gettext as _

from engine.queries.patterns import (
    CLOSE_BY,
    FEW_AWARDS,
    LARGE_SHARE,
    MOST,
    QUICK_MINUTES,
    Hit,
    Pattern,
    Period,
    find_patterns,
)
from forms.vocabulary import Level
from webapp.asked_days import AskedDays
from webapp.authentication import present_actor
from webapp.clock import show_moment, today
from webapp.database import reading

blueprint = Blueprint("patterns", __name__, url_prefix="/kiem-toan/dau-hieu")


@blueprint.get("")
def show() -> str:
    """Show what each pattern finds among the cases that ended in a period."""
    days = AskedDays()
    asked = days.period("from", "to")
    period = Period.of(*((None, None) if days.errors else asked), today())
    with reading() as work:
        found = find_patterns(work, present_actor(), period)
    return render_template(
        "patterns.html",
        found=found,
        days=days,
        period=period,
        questions=_questions(),
        told=_told,
        most=MOST,
    )


def _questions() -> dict[Pattern, tuple[str, str]]:
    """Return heading and question of each pattern."""
    return {
        Pattern.ONE_PERSON: (
            _("Một người xét ở hai cấp"),
            _("Người này có được giao cả hai việc, có ai khác nên xét không?"),
        ),
        Pattern.QUICK: (
            _("Trả lại rồi quyết định trong vài phút"),
            _(
                "Từ lúc trả lại đến lúc quyết định không quá %(minutes)s phút: nội dung bổ sung"
                " đã được đọc chưa?",
                minutes=QUICK_MINUTES,
            ),
        ),
        Pattern.CHANGED: (
            _("Hồ sơ đổi sau thẩm định"),
            _("Nội dung được quyết định không phải nội dung được thẩm định: đổi những gì?"),
        ),
        Pattern.AGAINST_CHECK: (
            _("Đề nghị tiếp dù vướng quy định"),
            _("Lý do nêu ra có đủ căn cứ không?"),
        ),
        Pattern.AGAINST_ADVICE: (
            _("Quyết định khác với ý kiến Hội đồng"),
            _("Lý do nêu ra có đủ căn cứ không?"),
        ),
        Pattern.CLOSE_VOTE: (
            _("Kết quả phiếu sát ngưỡng"),
            _(
                "Chỉ %(votes)s phiếu là kết quả đã khác: điểm danh và kiểm phiếu có đúng"
                " không?",
                votes=CLOSE_BY,
            ),
        ),
        Pattern.LARGE_SHARE: (
            _("Một đơn vị chiếm phần lớn khen thưởng"),
            _(
                "Từ %(share)s %% trở lên trong ít nhất %(few)s quyết định của kỳ: có tương"
                " xứng với số người, số tập thể của đơn vị không?",
                share=LARGE_SHARE,
                few=FEW_AWARDS,
            ),
        ),
    }


def _told(pattern: Pattern, hit: Hit) -> str:
    """Return the data of one hit as a sentence."""
    facts = _in_words(hit.facts)
    sentences = {
        Pattern.ONE_PERSON: _("%(person)s: %(first_level)s và %(second_level)s."),
        Pattern.QUICK: _("Trả lại %(returned_at)s, %(person)s quyết định %(decided_at)s."),
        Pattern.CHANGED: _("Thẩm định %(appraised_at)s, quyết định %(decided_at)s."),
        Pattern.AGAINST_CHECK: _("%(person)s, %(stage)s, quy định %(rules)s: “%(reason)s”"),
        Pattern.AGAINST_ADVICE: _("%(person)s, %(outcome)s: “%(reason)s”"),
        Pattern.CLOSE_VOTE: _(
            "%(council_session)s: %(result)s, %(agree)s/%(total)s đồng ý, cần %(least)s."
        ),
        Pattern.LARGE_SHARE: _(
            "%(awards)s trong %(total)s quyết định khen thưởng (%(percent)s %%)."
        ),
    }
    return str(sentences[pattern]) % facts


def _in_words(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data in the language of the page."""
    said: dict[str, Any] = {}
    for name, value in facts.items():
        if hasattr(value, "label"):
            said[name] = value.label(g.language)
        elif isinstance(value, datetime):
            said[name] = show_moment(value)
        elif isinstance(value, list):
            said[name] = ", ".join(value)
        elif name.endswith("_level"):
            said[name] = Level(value).label(g.language)
        else:
            said[name] = value
    if "awards" in said:
        said["percent"] = said["awards"] * 100 // said["total"]
    return said
