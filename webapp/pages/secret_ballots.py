"""Secret electronic votes: check-in with a login, dropping without one, the publication.

The pages on which papers are dropped look up no login, set no cookie and write no log, and
their requests come without cookies: see :data:`webapp.authentication.ANONYMOUS`.
"""

from base64 import b64decode, b64encode
from datetime import datetime
from typing import Any

import orjson
from flask import Blueprint, Response, current_app, g, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from engine.council.blind import PublicKey
from engine.council.phrases import WORDS
from engine.council.secret_ballots import (
    SPREAD_SECONDS,
    Progress,
    drop_ballot,
    give_papers,
    progress,
    sign_papers,
)
from engine.errors import EngineError, InvalidBallot
from engine.queries.ballot_pages import SheetLine
from engine.queries.secret_ballot_pages import (
    CheckIn,
    Publication,
    get_check_in,
    get_publication,
)
from forms.vocabulary import Award, BallotChoice, VoteResult
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.database import reading, unit_of_work
from webapp.errors import answer_to, sentence_for
from webapp.security import CONTENT_SECURITY_POLICY, MAX_FORM_MEMORY_SIZE

blueprint = Blueprint("secret_ballots", __name__)

PACE = "BALLOT_PACE"
"""Configuration: what the time for which papers are held and mixed is multiplied with; 1,
and less in tests that drive a browser."""

LARGEST_BALLOT = 4096
"""Bytes of the request that drops one paper at most."""

FETCHES = f"{CONTENT_SECURITY_POLICY}; connect-src 'self'"
"""Policy of the pages whose script sends and asks by itself, and of these alone."""


@blueprint.get("/phien-hop/<int:session_id>/nhan-phieu")
def check_in(session_id: int) -> Response:
    """Show the vote that is running, who has papers, and let the member take theirs."""
    with reading() as work:
        page = get_check_in(work, present_actor(), session_id, now())
    return _with_script(
        "secret_check_in.html", page=page, meeting=page.sheet.meeting, data=_booth_data(page)
    )


@blueprint.post("/phien-hop/<int:session_id>/nhan-phieu")
def give(session_id: int) -> Response:
    """Sign the papers that a browser made and blinded: JSON in, JSON out."""
    sent = _sent_json(MAX_FORM_MEMORY_SIZE)
    actor, voting_id = present_actor(), _number(sent.get("voting"))
    try:
        blinded = _papers(sent.get("papers"))
        with reading() as work:
            signed = sign_papers(work, voting_id=voting_id, actor=actor, blinded=blinded)
        with unit_of_work() as work:
            given = give_papers(
                work,
                voting_id=voting_id,
                actor=actor,
                blinded=blinded,
                at=now(),
                signed=signed,
            )
    except EngineError as error:
        return _refusal(error)
    return _json({"papers": {str(one): _written(paper) for one, paper in given.items()}})


@blueprint.get("/bo-phieu/<public_id>")
def booth(public_id: str) -> Response:
    """Show the sheet to whoever has papers in this browser; nobody is asked who they are."""
    with reading() as work:
        progress(work, public_id)
    return _with_script("secret_booth.html", data=_drop_data(public_id))


@blueprint.get("/bo-phieu/<public_id>/tinh-hinh")
def status(public_id: str) -> Response:
    """Say how far the vote is, and no more."""
    with reading() as work:
        found = progress(work, public_id)
    return _json(_standing(found, now()))


@blueprint.post("/bo-phieu/<public_id>")
def drop(public_id: str) -> Response:
    """Put one paper into the box."""
    sent = _sent_json(LARGEST_BALLOT)
    try:
        with unit_of_work() as work:
            held = drop_ballot(
                work,
                public_id=public_id,
                item_vote_id=_number(sent.get("item")),
                paper=_octets(sent.get("paper")),
                signature=_octets(sent.get("signature")),
                choice=_choice(sent.get("choice")),
                at=now(),
            )
    except EngineError as error:
        return _refusal(error)
    return _json({"choice": held.value})


@blueprint.get("/phien-hop/<int:session_id>/cong-bo/<int:number>")
def published(session_id: int, number: int) -> Response:
    """Show every paper with its phrase and its choice; the browser finds its own."""
    page = _publication(session_id, number)
    content = page.content
    total = sum(item["counts"]["returned"] for item in content["items"])
    return _with_script(
        "secret_published.html",
        page=page,
        meeting=page.meeting,
        content=content,
        total=total,
        award=lambda code: Award(code).label(g.language),
        choice=lambda code: BallotChoice(code).label(g.language),
        result=lambda code: VoteResult(code).label(g.language),
        data={
            "public_id": page.public_id,
            "words": _words_of_the_check(),
            "keys": {
                str(item["item_vote"]): _number_of(PublicKey.from_der(b64decode(item["key"])))
                for item in content["items"]
            },
        },
    )


@blueprint.get("/phien-hop/<int:session_id>/cong-bo/<int:number>.json")
def download(session_id: int, number: int) -> Response:
    """Hand out the publication as a file, for ``thidua ballot verify``."""
    page = _publication(session_id, number)
    answer = _json(page.content)
    name = f"cong-bo-phieu-{session_id}-{number}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _publication(session_id: int, number: int) -> Publication:
    with reading() as work:
        return get_publication(work, present_actor(), session_id, number)


def _booth_data(page: CheckIn) -> dict[str, Any]:
    """Return what a browser needs to make papers, and to show the sheet later by itself."""
    voting = page.sheet.voting
    return {
        "public_id": voting.public_id if voting else "",
        "voting": voting.id if voting else 0,
        "booth": url_for("secret_ballots.booth", public_id=voting.public_id) if voting else "",
        "published": url_for(
            "secret_ballots.published",
            session_id=page.sheet.meeting.id,
            number=voting.number if voting else 0,
        ),
        "session": page.sheet.meeting.name,
        "gives": page.gives_papers,
        "has_papers": page.has_papers,
        "items": [_line(line, page) for line in page.sheet.lines],
        "words": {
            "making": _("Đang tạo phiếu trên thiết bị của ông/bà…"),
            "sending": _("Đang nhận phiếu…"),
            "ended": _("Phiên đăng nhập đã hết. Tải lại trang, đăng nhập rồi nhận phiếu."),
            "offline": _("Không kết nối được máy chủ. Thử lại; phiếu đã tạo vẫn còn."),
            "wrong": _("Máy chủ trả về phiếu không đúng. Báo thư ký Hội đồng."),
            "full": _("Trình duyệt không cho lưu phiếu (chế độ riêng tư hoặc hết chỗ)."),
        },
    }


def _line(line: SheetLine, page: CheckIn) -> dict[str, Any]:
    """Return an item as the browser keeps it."""
    brief, rule = line.brief, line.rule
    needed = ""
    if rule is not None:
        needed = _(
            "Cần %(measure)s: %(least)s/%(total)s phiếu",
            measure=rule.measure.label(g.language),
            least=rule.least(line.total),
            total=line.total,
        )
    key = page.keys.get(line.item_vote_id or 0)
    concerns = [f"{one.name}: {one.kind.label(g.language)}" for one in line.concerns]
    return {
        "id": line.item_vote_id,
        "number": line.number,
        "name": brief.subject_name,
        "about": " · ".join(
            part
            for part in (brief.award.label(g.language), brief.subject_title, brief.unit_name)
            if part
        ),
        "summary": brief.summary,
        "appraisal": brief.appraisal,
        "needed": needed,
        "concerns": "; ".join(concerns),
        "barred": line.is_barred,
        "key": _number_of(key) if key else "",
    }


def _number_of(key: PublicKey) -> str:
    """Return the number of a key as the browser keeps it; the exponent is always the same."""
    return _written(key.n.to_bytes(key.size, "big"))


def _drop_data(public_id: str) -> dict[str, Any]:
    """Return what the page of the booth says: nothing of the vote, which the browser has."""
    return {
        "public_id": public_id,
        "send": url_for("secret_ballots.drop", public_id=public_id),
        "status": url_for("secret_ballots.status", public_id=public_id),
        "spread": SPREAD_SECONDS * _pace(),
        "phrases": list(WORDS),
        "choices": {choice.value: choice.label(g.language) for choice in BallotChoice},
        "words": {
            "open_soon": _(
                "Thư ký đang phát phiếu. Ông/bà có thể chọn trước; phiếu chỉ gửi được khi thư"
                " ký bắt đầu bỏ phiếu."
            ),
            "open": _("Đang bỏ phiếu. Đã bỏ %(dropped)s/%(given)s."),
            "mixing": _(
                "Bỏ phiếu trong vòng %(seconds)s giây nữa để phiếu của ông/bà được gửi lẫn với"
                " phiếu của mọi người."
            ),
            "closed": _("Lượt biểu quyết đã kết thúc."),
            "void": _("Lượt biểu quyết này không có giá trị. Hỏi thư ký Hội đồng."),
            "offline": _("Mất kết nối, đang thử lại. Giữ trang này mở."),
            "missing": _("Còn %(count)s mục chưa chọn: %(numbers)s."),
            "sending": _(
                "Phiếu được gửi từng lá vào lúc ngẫu nhiên, lẫn với phiếu của mọi người. Giữ"
                " trang này mở: đã gửi %(done)s/%(count)s."
            ),
            "waiting": _("chờ gửi"),
            "dropped": _("đã vào hòm phiếu"),
            "late": _("không gửi được: đã kết thúc"),
            "refused": _("không được nhận: báo thư ký"),
            "changed": _("trong hòm phiếu ghi khác: báo thư ký ngay"),
            "finished": _(
                "Đã bỏ xong %(count)s phiếu. Khi công bố, mở trang công bố trên thiết bị này để"
                " tự kiểm tra."
            ),
            "lost": _("Có phiếu chưa vào hòm. Báo thư ký Hội đồng ngay."),
        },
    }


def _words_of_the_check() -> dict[str, str]:
    return {
        "none": _(
            "Thiết bị này không giữ phiếu nào của lượt biểu quyết này. Ông/bà vẫn tìm được"
            " phiếu của mình theo các cụm từ đã nhớ."
        ),
        "good": _(
            "Cả %(count)s phiếu bỏ từ thiết bị này đều có trong công bố, đúng lựa chọn của"
            " ông/bà."
        ),
        "bad": _("Có phiếu bỏ từ thiết bị này bị thiếu hoặc ghi khác. Báo ngay tại phiên họp."),
        "missing": _("Mục %(number)s: không thấy phiếu “%(phrase)s”."),
        "changed": _("Mục %(number)s: phiếu “%(phrase)s” ghi khác lựa chọn của ông/bà."),
        "key": _("Mục %(number)s: khóa ký phiếu không phải khóa lúc ông/bà nhận phiếu."),
        "unsent": _("Mục %(number)s: phiếu chưa được gửi trước khi kết thúc."),
        "mine": _("phiếu của ông/bà"),
        "forgotten": _("Đã xóa phiếu khỏi thiết bị này."),
    }


def _standing(found: Progress, at: datetime) -> dict[str, Any]:
    """Return the progress of a vote as the booth reads it; seconds, never moments."""
    return {
        "state": found.state.value,
        "given": found.given,
        "dropped": found.dropped,
        "mix_in": _seconds_until(
            found.casting_from and found.casting_from + found.hold * _pace(), at
        ),
        "seconds_left": _seconds_until(found.closes_at, at),
    }


def _seconds_until(moment: datetime | None, at: datetime) -> float | None:
    return None if moment is None else max(0.0, (moment - at).total_seconds())


def _pace() -> float:
    return float(current_app.config.get(PACE, 1))


def _with_script(template: str, **words: Any) -> Response:
    """Return a page whose own script may send and ask, at this address alone."""
    answer = Response(render_template(template, **words), mimetype="text/html")
    answer.headers["Content-Security-Policy"] = FETCHES
    return answer


def _json(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status=status, mimetype="application/json")


def _refusal(error: EngineError) -> Response:
    """Return what went wrong for the script to show; nothing was changed."""
    content = {"code": error.code, "problem": sentence_for(error)}
    return _json(content, int(answer_to(error).status))


def _sent_json(most: int) -> dict[str, Any]:
    """Return the JSON of the request.

    :raises RequestEntityTooLarge: it is longer than ``most`` bytes, or does not say how long.
    :raises BadRequest: it is no JSON, or no named fields.
    """
    if request.content_length is None or request.content_length > most:
        raise RequestEntityTooLarge
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise BadRequest("no JSON with named fields")
    return sent


def _number(value: object) -> int:
    """Return a number that a row could have; one that none has where there is no number."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63:
        return value
    return 0


def _octets(value: object) -> bytes:
    """Return bytes that were sent as base64; none where they were not."""
    try:
        return b64decode(value, validate=True) if isinstance(value, str) else b""
    except ValueError:
        return b""


def _papers(value: object) -> dict[int, bytes]:
    """Return blinded papers by the id of the item's vote.

    :raises InvalidBallot: that is not what was sent.
    """
    if not isinstance(value, dict):
        raise InvalidBallot("no papers were sent")
    return {
        int(name) if name.isascii() and name.isdigit() and len(name) < 19 else 0: _octets(paper)  # noqa: PLR2004
        for name, paper in value.items()
    }


def _choice(value: object) -> BallotChoice:
    """Return the choice that was sent.

    :raises InvalidBallot: it is not on the paper.
    """
    try:
        return BallotChoice(str(value))
    except ValueError as error:
        raise InvalidBallot("a choice that is not on the paper") from error


def _written(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
