"""What a person must do now."""

from flask import Blueprint, render_template
from flask_babel import gettext as _

from engine.queries.findings import count_to_answer
from engine.queries.inbox import LONG_DAYS, Tile, count_tiles, list_tasks
from webapp import case_words, paging
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import reading

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/")
def show() -> str:
    """List the open tasks of the reader, narrowed by a tile and a search."""
    tile = paging.member_asked("tile", Tile) or Tile.MINE
    text = paging.text_asked()
    at, actor = now(), present_actor()
    with reading() as work:
        figures = count_tiles(work, actor, at)
        if tile not in figures:
            tile = Tile.MINE
        inbox = list_tasks(work, actor, at, tile=tile, text=text, page=paging.page_asked())
        findings = count_to_answer(work, actor)
    return render_template(
        "inbox.html",
        inbox=inbox,
        findings=findings,
        figures=figures,
        tiles=_tiles(),
        text=text,
        words=case_words,
        with_changes=paging.with_changes,
    )


def _tiles() -> dict[Tile, str]:
    return {
        Tile.MINE: _("Chờ tôi xử lý"),
        Tile.RETURNED: _("Trả lại để bổ sung"),
        Tile.ON_HOLD: _("Tạm dừng"),
        Tile.LONG: _("Chờ lâu hơn %(days)s ngày", days=LONG_DAYS),
        Tile.ABOVE: _("Đang ở cấp trên"),
    }
