"""A file in a request: take it to the engine, or say why it was refused."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from engine.attachments import add_attachment
from engine.errors import RefusedFile
from webapp.authentication import present_actor
from webapp.clock import now
from webapp.errors import sentence_for
from webapp.files import file_store

MEGABYTE = 1024 * 1024

UPLOAD = "upload"
"""Value of the button that adds a file, and name of the control that holds it."""


def take_upload(work: Any, task_id: str, key: str) -> str:
    """Add the file of this request to the case of a task and return its name.

    :raises RefusedFile: none was chosen, or it is not one that is accepted.
    """
    file = request.files.get(UPLOAD)
    if file is None or not file.filename:
        raise RefusedFile("no file in the request", reason="none")
    attachment = add_attachment(
        work,
        file_store(),
        task_id=task_id,
        actor=present_actor(),
        name=file.filename,
        data=file.read(),
        at=now(),
        key=key,
    )
    return str(attachment.name)


def refusal(error: RefusedFile) -> str:
    """Return the sentence for a refused file: what was found, what is expected, what to do."""
    facts: dict[str, Any] = {"found": "", "expected": "", "limit": 0, **error.facts}
    reason = str(facts.get("reason"))
    if reason == "too_large":
        facts["found"] = f"{int(facts['found']) / MEGABYTE:.1f}".replace(".", ",")
    sentences = {
        "none": _("Chưa chọn tệp nào. Chọn một tệp trên máy rồi tải lên."),
        "empty": _("Tệp này rỗng (0 byte). Kiểm tra lại tệp trên máy rồi tải lên."),
        "too_large": _(
            "Tệp nặng %(found)s MB, tối đa là 20 MB. Giảm dung lượng hoặc chia nhỏ tệp.",
            **facts,
        ),
        "wrong_kind": _(
            "Tệp thuộc loại %(found)s, chỉ nhận: %(expected)s. Lưu sang một trong các loại đó.",
            **facts,
        ),
        "mismatch": _(
            "Tên tệp nói là %(expected)s nhưng nội dung là %(found)s."
            " Mở tệp, lưu lại đúng loại rồi tải lên.",
            **facts,
        ),
        "damaged": _(
            "Tệp %(found)s bị hỏng hoặc không đầy đủ. Mở thử trên máy, lưu lại rồi tải lên.",
            **facts,
        ),
        "too_many": _(
            "Hồ sơ đã có %(found)s tệp, nhiều nhất là %(limit)s. Gộp các tệp nhỏ lại.", **facts
        ),
    }
    return str(sentences.get(reason, sentence_for(error)))
