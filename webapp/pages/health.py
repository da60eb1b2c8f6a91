"""Whether the system works: a word for machines, a page for who looks after it."""

from importlib.metadata import version

from flask import Blueprint, Response, current_app, render_template
from flask_babel import gettext as _

from engine.health import Trouble, look, troubles
from forms.vocabulary import JobState, MailState
from webapp.authentication import SETTINGS, present_actor
from webapp.database import EXTENSION, reading
from webapp.settings import Settings

blueprint = Blueprint("health", __name__)

READY, NOT_READY = 200, 503

BAD_JOBS = (JobState.FAILED,)
BAD_MAILS = (MailState.FAILED, MailState.GAVE_UP)


@blueprint.get("/healthz")
def alive() -> Response:
    """Say that this process answers."""
    return _plain("ok", READY)


@blueprint.get("/readyz")
def ready() -> Response:
    """Say whether people may be served: no detail for strangers but where to look."""
    found = _troubles()
    if found:
        return _plain("\n".join(found), NOT_READY)
    return _plain("ok", READY)


@blueprint.get("/suc-khoe")
def show() -> str:
    """Show an administrator what works and what needs them."""
    settings: Settings = current_app.extensions[SETTINGS]
    with reading() as work:
        health = look(
            work,
            present_actor(),
            troubles=_troubles(),
            folders=settings.folders,
            backups=settings.backup_dir,
        )
    return render_template(
        "health.html",
        health=health,
        mends=_mends(),
        program=version("thidua"),
        mail_server=settings.smtp_host,
        bad=(*BAD_JOBS, *BAD_MAILS),
    )


def _troubles() -> tuple[Trouble, ...]:
    settings: Settings = current_app.extensions[SETTINGS]
    return troubles(
        current_app.extensions[EXTENSION],
        settings.sealing_key,
        settings.outside,
        settings.folders,
    )


def _mends() -> dict[Trouble, str]:
    """Return what each trouble means and what to do, in the language of the page."""
    return {
        Trouble.DATABASE: _("Không đọc được cơ sở dữ liệu. Kiểm tra máy chủ cơ sở dữ liệu."),
        Trouble.SCHEMA: _(
            "Cấu trúc dữ liệu không đúng phiên bản. Sao lưu rồi chạy “thidua db upgrade”."
        ),
        Trouble.JOURNAL: _(
            "Cơ sở dữ liệu cũ hơn bản nhật ký niêm phong bên ngoài, hoặc bản đó không đúng"
            " khóa. Dừng hệ thống và làm theo tài liệu vận hành, mục khôi phục."
        ),
        Trouble.DISK: _("Ổ đĩa sắp đầy. Giải phóng dung lượng trước khi làm việc tiếp."),
    }


def _plain(words: str, status: int) -> Response:
    return Response(f"{words}\n", status, content_type="text/plain; charset=utf-8")
