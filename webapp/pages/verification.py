"""Anybody may check here whether a decision or a certificate is genuine and still holds."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, g, render_template, request
from flask_babel import gettext as _

from engine.errors import EngineError, InvalidSubmission, UnknownPaper
from engine.verification import CheckedPaper, check_code, check_file, hash_of
from webapp.database import reading
from webapp.errors import sentence_for
from webapp.short_forms import is_sent
from webapp.wording import sentences

blueprint = Blueprint("verification", __name__, url_prefix="/kiem-tra")

CODE, FILE = "ma", "tep"


@blueprint.get("", defaults={"code": ""})
@blueprint.get("/<code>")
def show(code: str) -> str | tuple[str, int]:
    """Ask for a code, or say what is known of the paper that has it."""
    typed = request.args.get(CODE, code)
    if not typed.strip():
        return _page(typed="")
    try:
        return _page(typed=typed, paper=_of_code(typed))
    except (InvalidSubmission, UnknownPaper) as error:
        return _refused(typed, error)


@blueprint.post("")
def compare() -> str | tuple[str, int]:
    """Say of which paper a file is; with a code, whether it is the file of that one."""
    typed = request.form.get(CODE, "")
    file = request.files.get(FILE)
    if not is_sent():
        return _page(typed=typed)
    try:
        paper = _of_code(typed) if typed.strip() else None
        if file is None or not file.filename:
            problem = _("Chưa chọn tệp nào. Chọn tệp PDF trên máy rồi so sánh.")
            return _page(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                typed=typed,
                paper=paper,
                errors={FILE: [problem]},
            )
        if paper is not None:
            is_same = hash_of(file.stream) in paper.hashes
            return _page(typed=typed, paper=paper, is_same=is_same)
        with reading() as work:
            return _page(typed="", paper=check_file(work, file.stream), is_same=True)
    except (InvalidSubmission, UnknownPaper) as error:
        return _refused(typed, error)


def _of_code(typed: str) -> CheckedPaper:
    with reading() as work:
        return check_code(work, typed)


def _refused(typed: str, error: EngineError) -> tuple[str, int]:
    """Answer what leads to no paper; it counts as a guess."""
    g.was_refused = True
    if isinstance(error, InvalidSubmission):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _shown(typed=typed, errors=sentences(error)), status
    return _shown(typed=typed, unknown=sentence_for(error)), HTTPStatus.NOT_FOUND


def _page(status: int = HTTPStatus.OK, **words: Any) -> tuple[str, int]:
    return _shown(**words), status


def _shown(**words: Any) -> str:
    defaults: dict[str, Any] = {"paper": None, "is_same": None, "unknown": "", "errors": {}}
    return render_template("verification.html", **defaults | words)
