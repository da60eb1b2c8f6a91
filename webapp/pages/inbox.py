"""What a person must do now."""

from datetime import datetime

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from engine.queries.findings import count_to_answer
from engine.queries.inbox import LONG_DAYS, InboxPlace, Taken, Tile, count_tiles, list_tasks
from webapp import case_words, paging
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import reading

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/")
def show() -> str:
    """List the open tasks of the reader, narrowed by a tile and a search."""
    tile = paging.member_asked("tile", Tile) or Tile.MINE
    text, taken = paging.text_asked(), paging.member_asked("taken", Taken)
    at, actor = now(), present_actor()
    with reading() as work:
        figures = count_tiles(work, actor, at)
        if tile not in figures:
            tile = Tile.MINE
        inbox = list_tasks(
            work,
            actor,
            at,
            tile=tile,
            text=text,
            taken=taken,
            page=paging.page_asked(),
            after=_place_asked("after"),
            before=_place_asked("before"),
        )
        findings = count_to_answer(work, actor)
    return render_template(
        "inbox.html",
        inbox=inbox,
        after=_address_of(inbox.last),
        before=_address_of(inbox.first),
        findings=findings,
        figures=figures,
        tiles=_tiles(),
        text=text,
        taken=taken.value if taken else "",
        takers=_takers(),
        words=case_words,
        with_changes=paging.with_changes,
    )


def _place_asked(side: str) -> InboxPlace | None:
    """Return where the page beside ends or begins; none if not said, or anything odd."""
    moment, _tilde, task_id = request.args.get(side, "").partition("~")
    try:
        opened_at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    if opened_at.tzinfo is None or not task_id or "\0" in task_id:
        return None
    return InboxPlace(opened_at, task_id)


def _address_of(place: InboxPlace | None) -> str | None:
    return f"{place.opened_at.isoformat()}~{place.task_id}" if place else None


def _tiles() -> dict[Tile, str]:
    return {
        Tile.MINE: _("Chờ tôi xử lý"),
        Tile.RETURNED: _("Trả lại để bổ sung"),
        Tile.ON_HOLD: _("Tạm dừng"),
        Tile.LONG: _("Chờ lâu hơn %(days)s ngày", days=LONG_DAYS),
        Tile.OVERDUE: _("Quá hạn"),
        Tile.ABOVE: _("Đang ở cấp trên"),
    }


def _takers() -> tuple[tuple[str, str], ...]:
    return (
        ("", _("Tất cả")),
        (Taken.MINE.value, _("Tôi đã nhận")),
        (Taken.NOBODY.value, _("Chưa ai nhận")),
        (Taken.OTHERS.value, _("Người khác đã nhận")),
    )
