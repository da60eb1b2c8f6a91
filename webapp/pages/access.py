"""Who read which case, and who took what away: the log of access, for auditors."""

from flask import Blueprint, g, render_template
from flask_babel import gettext as _

from engine.case_papers import KINDS
from engine.queries.access import AccessFilter, AccessLine, list_access
from forms.vocabulary import AccessKind
from webapp import paging
from webapp.asked_days import AskedDays
from webapp.authentication import present_actor
from webapp.database import reading
from webapp.pages.cases import Select

blueprint = Blueprint("access", __name__, url_prefix="/kiem-toan/truy-cap")


@blueprint.get("")
def listing() -> str:
    """List what was read and taken away, the latest first."""
    days = AskedDays()
    from_day, to_day = days.period("from", "to")
    wanted = AccessFilter(
        person=paging.text_asked(),
        reference=paging.text_asked("reference"),
        kind=paging.member_asked("kind", AccessKind),
        from_day=from_day,
        to_day=to_day,
    )
    after = paging.number_asked("after")
    with reading() as work:
        found = list_access(work, present_actor(), wanted, after)
    kinds = tuple((one.value, one.label(g.language)) for one in AccessKind)
    return render_template(
        "access_list.html",
        found=found,
        wanted=wanted,
        days=days,
        kind=Select("kind", _("Việc"), _("Mọi việc"), kinds, wanted.kind or ""),
        told=_told,
        is_first=after is None,
        next=paging.with_changes(after=found.next) if found.next else None,
        with_changes=paging.with_changes,
    )


def _told(line: AccessLine) -> str:
    """Return what exactly was opened, as far as it has a name."""
    named = {one.slug: one.name.label(g.language) for one in KINDS} | {
        "bien-ban": _("Biên bản họp Hội đồng"),
        "bien-ban-kiem-phieu": _("Biên bản kiểm phiếu"),
        "phoi-in": _("Bằng, giấy khen để in"),
        "van-ban-di": _("Văn bản đi"),
        "du-thao": _("Dự thảo quyết định (Word)"),
        "trich-so": _("Trích sổ khen thưởng"),
        "bang-so": _("Bảng sổ khen thưởng"),
        "bang-ho-so": _("Bảng danh sách hồ sơ"),
        "bang-quyet-dinh": _("Bảng quyết định khen thưởng"),
        "goi-kiem-chung": _("Gói kiểm chứng (ZIP)"),
        "nhat-ky": _("Nhật ký dạng XES hoặc OCEL"),
    }
    if line.kind is AccessKind.PAPER and not line.what:
        return str(_("Quyết định, bằng hoặc giấy khen"))
    return line.file_name or str(named.get(line.what, line.what))
