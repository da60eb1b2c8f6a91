"""What a check of the journal may find, and which kind of tampering it looks like."""

from dataclasses import dataclass

from forms.vocabulary import Word


class Tampering(Word):
    """What a finding looks like."""

    CHANGED = "changed", "Một mục đã bị sửa", "An entry was changed"
    DELETED = "deleted", "Một mục đã bị xóa", "An entry was deleted"
    INSERTED = "inserted", "Một mục đã bị chèn vào", "An entry was inserted"
    REORDERED = "reordered", "Thứ tự các mục đã bị đổi", "Entries stand in another order"
    TRUNCATED = "truncated", "Các mục cuối đã bị cắt", "The last entries were cut off"
    SWAPPED = "swapped", "Mục của hồ sơ này nằm ở hồ sơ khác", "An entry stands in another case"
    REWRITTEN = (
        "rewritten",
        "Nhật ký đã bị viết lại, khác với bản niêm phong",
        "The journal was rewritten: it is not the one that was sealed",
    )
    ROLLED_BACK = (
        "rolled_back",
        "Cơ sở dữ liệu cũ hơn bản niêm phong",
        "The database is older than what was sealed",
    )
    RESIGNED = (
        "resigned",
        "Có hai bản niêm phong khác nhau cho cùng số mục",
        "Two different trees were signed for one size",
    )
    UNSIGNED = (
        "unsigned",
        "Có bản niêm phong không đúng khóa",
        "A seal was not signed with the key of the journal",
    )
    ERASED = (
        "erased",
        "Có nội dung bị xóa mà không có việc xóa nào được ghi",
        "Words are gone that no erasure took away",
    )
    PAPER = "paper", "Một văn bản đã bị thay", "A paper was replaced"
    DOSSIER = (
        "dossier",
        "Nội dung một hồ sơ đã bị thay",
        "The content of a dossier was replaced",
    )
    DIAGRAM = "diagram", "Sơ đồ quy trình đã bị thay", "A diagram was replaced"
    UNGUARDED = (
        "unguarded",
        "Cơ sở dữ liệu không còn chặn việc sửa nhật ký",
        "The database no longer refuses changes of the journal",
    )


@dataclass(frozen=True)
class Finding:
    """One thing that does not fit."""

    looks_like: Tampering
    where: str
    """Stream and number, position in the tree, or what else it is about."""
    words: str

    def __str__(self) -> str:
        return f"{self.looks_like.value}: {self.where}: {self.words}"


@dataclass(frozen=True)
class Report:
    """What a check of the whole journal found."""

    entries: int
    """Entries that were read."""
    sealed: int
    """Of them those that have their place in the tree."""
    checkpoints: int
    """Checkpoints that were compared, in the database and outside."""
    findings: tuple[Finding, ...]
    """In the order in which they were met, :data:`MOST` at most; none: everything fits."""


MOST = 50
"""Findings after which a check stops: the first says where to look."""
