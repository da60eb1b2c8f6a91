"""The journal as an event log, for auditors and administrators to take away."""

from tempfile import TemporaryFile

from flask import Blueprint, current_app, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.errors import EngineError
from engine.exports import LogFormat, export_journal, list_exported_rounds
from engine.exports.log import LogFilter
from engine.office import day_in_vietnam
from forms.vocabulary import Award
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import EXTENSION, reading
from webapp.short_forms import (
    Control,
    ShortForm,
    choices,
    gathered,
    is_sent,
    typed_day_or_none,
    typed_number_or_none,
    typed_text,
    typed_word,
)

blueprint = Blueprint("exports", __name__, url_prefix="/xuat-du-lieu")

FILES = {
    LogFormat.XES: ("xes", "application/xml"),
    LogFormat.OCEL: ("jsonocel", "application/json"),
}
"""Format → how names of its files end, and their media type."""


@blueprint.route("", methods=["GET", "POST"])
def take() -> str | tuple[str, int] | Response:
    """Ask for which cases and in which format; hand out the file when that is sent.

    Each sending is an export of its own, with an entry in the journal: the page stays open
    while its file is saved, and what is sent next may ask for something else.
    """
    with reading() as work:
        rounds = list_exported_rounds(work, present_actor())
    form = _form(rounds)
    if is_sent():
        try:
            kind, wanted = _typed()
            return _handed_out(kind, wanted)
        except EngineError as error:
            form.refuse(error)
    return form.show()


def _form(rounds: dict[int, str]) -> ShortForm:
    return ShortForm(
        title=_("Xuất nhật ký xử lý hồ sơ"),
        submit=_("Tải tệp"),
        template="exports.html",
        controls=(
            Control(
                "format",
                _("Định dạng"),
                kind="select",
                choices=choices(LogFormat),
                empty=_("Chọn định dạng"),
            ),
            Control(
                "round_id",
                _("Đợt"),
                kind="select",
                choices=tuple((str(round_id), name) for round_id, name in rounds.items()),
                empty=_("Mọi đợt"),
                required=False,
            ),
            Control(
                "award",
                _("Hình thức"),
                kind="select",
                choices=choices(Award),
                empty=_("Mọi hình thức"),
                required=False,
            ),
            Control("from", _("Hồ sơ mở từ ngày"), required=False),
            Control("to", _("Hồ sơ mở đến ngày"), required=False),
        ),
    )


def _typed() -> tuple[LogFormat, LogFilter]:
    """Return what was chosen.

    :raises InvalidSubmission: something of it does not fit.
    """
    kind, round_id, award, from_day, to_day = gathered(
        lambda: typed_word("format", LogFormat),
        lambda: typed_number_or_none("round_id"),
        lambda: typed_word("award", Award) if typed_text("award") else None,
        lambda: typed_day_or_none("from"),
        lambda: typed_day_or_none("to"),
    )
    return kind, LogFilter(round_id, award, from_day, to_day)


def _handed_out(kind: LogFormat, wanted: LogFilter) -> Response:
    """Return the log as a file, which the journal knows already."""
    at = now()
    file = TemporaryFile()  # noqa: SIM115  the response closes it
    try:
        export_journal(
            current_app.extensions[EXTENSION], present_actor(), kind, wanted, file, at
        )
    except BaseException:
        file.close()
        raise
    file.seek(0)
    ending, media_type = FILES[kind]
    name = f"nhat-ky-{day_in_vietnam(at).isoformat()}.{ending}"
    response = send_file(file, media_type, as_attachment=True, download_name=name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
