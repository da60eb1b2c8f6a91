"""Words of the printing of certificates."""

from forms.vocabulary.word import Word


class PrintKind(Word):
    """Why a certificate was printed."""

    FIRST = "first", "In lần đầu", "First print"
    REPRINT = "reprint", "In lại", "Printed again"
    """The sheet was spoilt before it was handed over."""
    REISSUE = "reissue", "Cấp lại", "Issued again"
    """On a request in writing: the sheet that was handed over is lost or damaged."""


class ConfirmationWay(Word):
    """How somebody confirmed the spelling of a name."""

    IN_PERSON = "in_person", "Trực tiếp", "In person"
    PHONE = "phone", "Điện thoại", "By telephone"
    WRITING = "writing", "Văn bản", "In writing"
