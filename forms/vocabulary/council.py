"""Words of a council: who sits on it, how it votes, what became of a session and an item."""

from forms.vocabulary.word import Word


class CouncilOffice(Word):
    """What a member is on the council (Art. 90), in the order of the minutes."""

    CHAIR = "chair", "Chủ tịch Hội đồng", "Chair"
    STANDING_DEPUTY = (
        "standing_deputy",
        "Phó Chủ tịch Thường trực Hội đồng",
        "Standing deputy chair",
    )
    DEPUTY = "deputy", "Phó Chủ tịch Hội đồng", "Deputy chair"
    MEMBER = "member", "Ủy viên Hội đồng", "Member"
    SECRETARY = "secretary", "Ủy viên, Thư ký Hội đồng", "Member and secretary"
    SUBSTITUTE = "substitute", "Người dự họp thay", "Substitute"


class VotingMode(Word):
    """How a session votes: one way for all its items, chosen beforehand and recorded."""

    OPEN = "open", "Biểu quyết công khai", "Open, by name"
    SECRET_PAPER = "secret_paper", "Bỏ phiếu kín bằng phiếu giấy", "Secret, on paper"
    SECRET_ELECTRONIC = "secret_electronic", "Bỏ phiếu kín điện tử", "Secret, electronic"


class SessionState(Word):
    """Life of a session; forward only."""

    PREPARED = "prepared", "Đang chuẩn bị", "Being prepared"
    OPEN = "open", "Đang họp", "In session"
    CLOSED = "closed", "Đã bế mạc", "Closed"
    SIGNED = "signed", "Đã ký biên bản", "Minutes signed"
    RECALLED = "recalled", "Hoãn, họp lại ngày khác", "Recalled to another day"


class Attendance(Word):
    """Whether a member is at a session."""

    EXPECTED = "expected", "Chưa điểm danh", "Not yet taken"
    PRESENT = "present", "Có mặt", "Present"
    SUBSTITUTED = "substituted", "Có người dự thay", "A substitute is there"
    EXCUSED = "excused", "Vắng có lý do", "Absent with a reason"
    ABSENT = "absent", "Vắng không rõ lý do", "Absent without a reason"


class ItemState(Word):
    """What became of an item of the agenda."""

    WAITING = "waiting", "Chưa biểu quyết", "Not voted on yet"
    VOTING = "voting", "Đang biểu quyết", "Being voted on"
    DECIDED = "decided", "Đã có kết quả", "Decided"
    POSTPONED = "postponed", "Chuyển phiên họp sau", "Postponed"
    SETTLED = "settled", "Đã xử lý ngoài biểu quyết", "Settled without a vote"


class VotingState(Word):
    """Life of one vote on an item or on a block of items; forward only."""

    CHECK_IN = "check_in", "Đang nhận phiếu", "Papers are being given out"
    CASTING = "casting", "Đang biểu quyết", "Votes are being cast"
    COUNTING = "counting", "Đang kiểm phiếu", "Being counted"
    CLOSED = "closed", "Đã có kết quả", "Closed"
    VOID = "void", "Không có giá trị", "Void"


class BallotChoice(Word):
    """What a member may vote."""

    AGREE = "agree", "Đồng ý", "For"
    DISAGREE = "disagree", "Không đồng ý", "Against"
    ABSTAIN = "abstain", "Không biểu quyết", "Abstain"


class VoteResult(Word):
    """What the arithmetic says of a vote."""

    PASSED = "passed", "Đạt", "Passed"
    FAILED = "failed", "Không đạt", "Not passed"
    TIED = "tied", "Số phiếu ngang nhau", "Tied"


class ConflictKind(Word):
    """Why a member is concerned by an item."""

    NOMINEE = "nominee", "Là người được đề nghị", "Is nominated"
    HEADS_UNIT = "heads_unit", "Đứng đầu đơn vị liên quan", "Heads the unit concerned"
    DECLARED = "declared", "Tự khai có liên quan", "Declared an interest"


class ConflictRule(Word):
    """What a conflict of interest does to the vote: a setting of the office."""

    VOTES = (
        "votes",
        "Nêu rõ, vẫn biểu quyết",
        "Is named, and votes",
    )
    STEPS_OUT = (
        "steps_out",
        "Không biểu quyết, vẫn tính trong tổng số thành viên",
        "Does not vote, still counts among all members",
    )
    LEFT_OUT = (
        "left_out",
        "Không biểu quyết và không tính trong tổng số thành viên",
        "Does not vote and is not counted among all members",
    )


class SubstituteRight(Word):
    """What a substitute may do at a session: a setting of the office."""

    VOTES = "votes", "Dự họp và biểu quyết thay", "Attends and votes"
    ATTENDS = "attends", "Chỉ dự họp, không biểu quyết", "Attends only"


class WrittenOpinions(Word):
    """Whether written opinions of absent members count: a setting of the office."""

    COUNTED = "counted", "Được tính vào kết quả", "Counted"
    READ_OUT = "read_out", "Chỉ nêu tại phiên họp, không tính", "Read out, not counted"
