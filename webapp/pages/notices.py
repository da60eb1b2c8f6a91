"""A person's notices, how they want them, and the mails of all for who looks after them."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.accounts import check_password
from engine.errors import EngineError, InvalidSubmission, LoginRefused
from engine.notices.choices import Choice, choice_of, choose, give_address
from engine.notices.delivery import retry
from engine.notices.samples import sample_of, sample_recipient, samples
from engine.notices.texts import digest, letter, say
from engine.permissions import require
from engine.queries.notices import (
    MailLine,
    NoticeLine,
    find_trouble,
    get_mail,
    get_notice,
    list_mails,
    list_notices,
    mark_read,
)
from engine.queries.organisation import get_person, office_name
from forms.vocabulary import MailState, MailTrouble, MailWay, NoticeKind
from webapp import paging
from webapp.authentication import SETTINGS, present_actor
from webapp.clock import now, today
from webapp.database import reading, unit_of_work
from webapp.language import LANGUAGES
from webapp.settings import Settings
from webapp.short_forms import Control, ShortForm, choices, is_sent, typed_text, typed_word

blueprint = Blueprint("notices", __name__, url_prefix="/thong-bao")

Page = str | tuple[str, int] | Response

SEE_MAILS = "mails.see"

TAGS = {
    MailState.WAITING: "info",
    MailState.SENDING: "info",
    MailState.SENT: "ok",
    MailState.MAYBE_SENT_TWICE: "warn",
    MailState.FAILED: "bad",
    MailState.GAVE_UP: "bad",
}
"""State → how its label looks; the word in it says the same."""


@blueprint.get("")
def listing() -> str:
    """Show the notices of the person, unread ones first."""
    with reading() as work:
        found = list_notices(work, present_actor(), request.args.get("sau", ""))
        choice = choice_of(work, present_actor().person_id)
    return render_template(
        "notices_list.html", page=found, say=say, choice=choice, sends=_sends(), open_at=_target
    )


@blueprint.get("/<int:notice_id>")
def show(notice_id: int) -> str:
    """Show one notice of the person: where a mail leads."""
    with reading() as work:
        found = get_notice(work, present_actor(), notice_id)
    return render_template("notices_show.html", notice=found, say=say, open_at=_target)


@blueprint.post("/<int:notice_id>/mo")
def follow(notice_id: int) -> Response:
    """Write down that a notice was read, and go where it leads."""
    with unit_of_work() as work:
        found = get_notice(work, present_actor(), notice_id)
        mark_read(work, present_actor(), now(), notice_id)
    return redirect(_target(found) or url_for("notices.listing"), 303)


@blueprint.post("/<int:notice_id>/da-doc")
def read(notice_id: int) -> Response:
    """Write down that a notice was read."""
    with unit_of_work() as work:
        get_notice(work, present_actor(), notice_id)
        mark_read(work, present_actor(), now(), notice_id)
    return redirect(url_for("notices.listing"), 303)


@blueprint.post("/da-doc-het")
def read_all() -> Response:
    """Write down that all notices of the person were read."""
    with unit_of_work() as work:
        mark_read(work, present_actor(), now())
    flash(_("Đã đánh dấu mọi thông báo là đã đọc."), "ok")
    return redirect(url_for("notices.listing"), 303)


@blueprint.route("/cai-dat", methods=["GET", "POST"])
def settings() -> Page:
    """Let the person choose where and how they are told."""
    with reading() as work:
        choice = choice_of(work, present_actor().person_id)
    form = ShortForm(
        title=_("Cách nhận thông báo"),
        submit=_("Lưu"),
        note=_sending_note(),
        controls=_choice_controls(choice),
        crumbs=((url_for("notices.listing"), _("Thông báo của tôi")),),
        template="notices_settings.html",
    )
    if is_sent():
        try:
            way = typed_word("way", MailWay)
            if typed_text("address").strip() != choice.address:
                _require_password()
            with unit_of_work() as work:
                choose(
                    work,
                    address=typed_text("address"),
                    way=way,
                    actor=present_actor(),
                    at=now(),
                )
        except EngineError as error:
            form.refuse(error)
        else:
            flash(_("Đã lưu cách nhận thông báo."), "ok")
            return redirect(url_for("notices.listing"), 303)
    return form.show()


@blueprint.route("/nguoi-dung/<int:person_id>", methods=["GET", "POST"])
def address(person_id: int) -> Page:
    """Write down the e-mail address of a person, for who manages people."""
    require(present_actor(), "organisation.manage")
    with reading() as work:
        person = get_person(work, present_actor(), person_id, today())
        choice = choice_of(work, person_id)
    back = url_for("organisation.person", person_id=person_id)
    form = ShortForm(
        title=_("Địa chỉ thư điện tử của %(name)s", name=person.full_name),
        submit=_("Lưu"),
        note=_("Để trống để xóa địa chỉ. Người này tự chọn cách nhận thông báo."),
        controls=(_address_control(choice.address),),
        crumbs=((back, person.full_name),),
    )
    if is_sent():
        try:
            with unit_of_work() as work:
                give_address(
                    work,
                    person_id=person_id,
                    address=typed_text("address"),
                    actor=present_actor(),
                    at=now(),
                )
        except EngineError as error:
            form.refuse(error)
        else:
            flash(_("Đã lưu địa chỉ thư điện tử."), "ok")
            return redirect(back, 303)
    return form.show()


@blueprint.get("/mau")
def templates() -> str:
    """Show every text that people are sent, in both languages, with invented data."""
    require(present_actor(), SEE_MAILS)
    with reading() as work:
        office = office_name(work)
    link = _settings().postmaster.link_to(None)
    letters = {
        language: {
            kind: letter(
                sample_of(kind, language), sample_recipient(language), office=office, link=link
            )
            for kind in NoticeKind
        }
        for language in LANGUAGES
    }
    digests = {
        language: digest(
            samples(language), today(), sample_recipient(language), office=office, link=link
        )
        for language in LANGUAGES
    }
    return render_template(
        "notices_templates.html", letters=letters, digests=digests, kinds=NoticeKind
    )


@blueprint.get("/thu")
def mails() -> str:
    """Show the mails and what became of them."""
    state = paging.member_asked("state", MailState)
    before = paging.number_asked("before")
    with reading() as work:
        found = list_mails(work, present_actor(), state=state, before=before)
        trouble = find_trouble(work)
    return render_template(
        "notices_mails.html",
        page=found,
        trouble=trouble,
        mend=_mend(trouble),
        states=MailState,
        chosen=state,
        tags=TAGS,
        server=_settings().mail_server,
        with_changes=paging.with_changes,
    )


@blueprint.get("/thu/<int:mail_id>")
def mail(mail_id: int) -> str:
    """Show one mail: its text as it goes out, and its delivery."""
    with reading() as work:
        found = get_mail(work, present_actor(), mail_id)
    return render_template("notices_mail.html", mail=found, mend=_mend(found), tags=TAGS)


@blueprint.post("/thu/<int:mail_id>/gui-lai")
def send_again(mail_id: int) -> Response:
    """Let a mail be tried again that was refused or given up."""
    with unit_of_work() as work:
        found = retry(work, mail_id=mail_id, actor=present_actor(), at=now())
        waits = found.state is MailState.WAITING
    if waits:
        flash(_("Thư được gửi lại trong ít phút."), "ok")
    else:
        flash(_("Thư này đã gửi hoặc đang chờ gửi, không gửi lại."), "warn")
    return redirect(url_for("notices.mail", mail_id=mail_id), 303)


def _target(notice: NoticeLine) -> str:
    """Return where a notice leads; empty: the reader may not see it any more."""
    if notice.task_id:
        return url_for("tasks.show", task_id=notice.task_id)
    if notice.session_id:
        return url_for("sessions.show", session_id=notice.session_id)
    if notice.case_reference:
        return url_for("cases.show", reference=notice.case_reference)
    return ""


def _choice_controls(choice: Choice) -> tuple[Control, ...]:
    return (
        _address_control(choice.address),
        Control(
            "way",
            _("Nhận thông báo bằng"),
            kind="select",
            choices=choices(MailWay),
            value=choice.way.value,
        ),
        Control(
            "password",
            _("Mật khẩu hiện tại"),
            hint=_("Chỉ cần khi đổi địa chỉ thư điện tử."),
            required=False,
        ),
    )


def _address_control(value: str) -> Control:
    return Control(
        "address",
        _("Địa chỉ thư điện tử"),
        value=value,
        hint=_("Ví dụ: %(address)s", address="le.thi.mo@vanxuan.example"),
        required=False,
    )


def _require_password() -> None:
    """Return if the person typed their password: the address decides who reads their mail.

    :raises InvalidSubmission: it is wrong, or none was typed.
    """
    try:
        with reading() as work:
            check_password(
                work, g.login.username, typed_text("password"), _settings().password_cost
            )
    except LoginRefused as error:
        raise InvalidSubmission({"password": ["wrong_password"]}) from error


def _sending_note() -> str:
    if _sends():
        return str(_("Thông báo luôn có trong hệ thống; thư điện tử là bản nhắc thêm."))
    return str(
        _(
            "Hệ thống chưa có máy chủ thư: thông báo chỉ hiện trong hệ thống. Địa chỉ được"
            " dùng khi người quản trị cài đặt máy chủ thư."
        )
    )


def _mend(mail: MailLine | None) -> str:
    """Return what to do about the trouble of a mail; empty: nothing is wrong."""
    if mail is None or mail.trouble is None:
        return ""
    again = _(
        "Thư tự gửi lại. Nếu lặp lại nhiều lần, người quản trị hỏi nơi cung cấp máy chủ thư."
    )
    mends = {
        MailTrouble.AWAY: _(
            "Người quản trị kiểm tra tên, cổng và kiểu mã hóa của máy chủ thư trong cài đặt"
            " (THIDUA_SMTP_HOST, THIDUA_SMTP_PORT, THIDUA_SMTP_TLS) và đường mạng. Thư tự gửi"
            " lại khi máy chủ trả lời."
        ),
        MailTrouble.LOGIN: _(
            "Người quản trị sửa tên đăng nhập, mật khẩu của máy chủ thư trong cài đặt"
            " (THIDUA_SMTP_USER, THIDUA_SMTP_PASSWORD) rồi khởi động lại."
        ),
        MailTrouble.SLOW: again,
        MailTrouble.DROPPED: again,
        MailTrouble.PUT_OFF: _("Thư tự gửi lại sau ít phút."),
        MailTrouble.REFUSED: _(
            "Kiểm tra địa chỉ thư điện tử của người nhận, sửa nếu sai, rồi bấm Gửi lại."
        ),
        MailTrouble.LOST: _(
            "Thư tự gửi lại với cùng mã thư; người nhận có thể nhận được hai lần."
        ),
    }
    return str(mends[mail.trouble])


def _sends() -> bool:
    return _settings().mail_server is not None


def _settings() -> Settings:
    found: Settings = current_app.extensions[SETTINGS]
    return found
