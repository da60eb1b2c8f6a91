"""A real PDF to enclose: the decision of an earlier, invented award."""

from datetime import date

from documents.decision import AwardDecision, Recipient, render_decision


def earlier_decision(subject: str) -> bytes:
    """Return a decision of 2028 that awarded ``subject`` a provincial merit, as PDF."""
    return render_decision(
        AwardDecision(
            body=("Ủy ban nhân dân", "tỉnh Thái Nguyên"),
            superior="",
            authority="Chủ tịch Ủy ban nhân dân tỉnh Thái Nguyên",
            number="1102/QĐ-UBND",
            place="Thái Nguyên",
            signed_on=date(2028, 9, 15),
            subject_line="Về việc tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
            bases=("Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022",),
            award="Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
            reason="đã có nhiều thành tích trong công tác năm 2027",
            executors="Giám đốc Sở Nội vụ",
            collectives=(),
            individuals=(Recipient(subject),),
            signer_title="Chủ tịch",
            signer_name="Mai Văn Tỉnh",
            recipients=("Như Điều 2;", "Lưu: VT."),
        )
    )
