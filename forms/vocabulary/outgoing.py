"""Words of outgoing papers (Decree 30/2020/NĐ-CP, Arts. 10-19)."""

from forms.vocabulary.word import Word


class OutgoingState(Word):
    """Life of an outgoing paper; forward, or back to the draft until it is signed."""

    DRAFT = "draft", "Dự thảo", "Draft"
    """Written by whoever answers for it (Art. 10)."""
    CONTENT_CHECKED = "content_checked", "Đã kiểm tra nội dung", "Content checked"
    """Art. 12(1)."""
    FORMAT_CHECKED = "format_checked", "Đã kiểm tra thể thức", "Form checked"
    """Art. 12(2)."""
    APPROVED = "approved", "Đã duyệt, chờ ký", "Approved, to be signed"
    """By who is competent to sign (Art. 11)."""
    SIGNED = "signed", "Đã ký, chưa cấp số", "Signed, without a number"
    """Art. 13."""
    NUMBERED = "numbered", "Đã cấp số, chưa phát hành", "Numbered, not issued"
    """After the signature (Art. 15)."""
    ISSUED = "issued", "Đã phát hành", "Issued"
    """Arts. 16-18."""
    ARCHIVED = "archived", "Đã lưu", "Filed"
    """Art. 19."""
    WITHDRAWN = "withdrawn", "Đã bỏ dự thảo", "Draft dropped"


class Capacity(Word):
    """In which capacity somebody signs (Decree 30/2020/NĐ-CP, Art. 13; App. I, II.7)."""

    HEAD = "head", "Người đứng đầu ký", "The head signs"
    ACTING = "acting", "Q.: quyền người đứng đầu ký", "Q.: the acting head signs"
    DEPUTY = "deputy", "KT.: cấp phó ký thay", "KT.: a deputy signs for the head"
    BY_ORDER = "by_order", "TL.: ký thừa lệnh", "TL.: signs by order of the head"
    AUTHORISED = "authorised", "TUQ.: ký thừa ủy quyền", "TUQ.: signs with an authorisation"
