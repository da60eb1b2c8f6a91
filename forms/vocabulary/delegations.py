"""The words of written delegations."""

from forms.vocabulary.word import Word


class DelegationState(Word):
    """Whether a delegation lets anybody act today, and why not."""

    IN_FORCE = "in_force", "Đang có hiệu lực", "In force"
    TO_COME = "to_come", "Chưa đến ngày", "Not begun"
    OVER = "over", "Đã hết hạn", "Over"
    ENDED = "ended", "Đã chấm dứt trước hạn", "Ended early"
    ROLE_LOST = "role_lost", "Người ủy quyền không còn vai trò này", "Its giver lost the role"
    DELEGATE_GONE = (
        "delegate_gone",
        "Người được ủy quyền không còn làm việc tại đơn vị",
        "The delegate left the unit",
    )
