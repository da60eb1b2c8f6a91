"""What papers cost: many certificates in one file, decisions with lists: ``make bench``.

Each batch is rendered in a process of its own, so that memory is that of the batch: the
most that the process ever had, and what it had before it began.
"""

import multiprocessing
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from documents.certificate import Certificate, render_certificate, render_certificates
from documents.checkmark import CheckMark
from documents.decision import AwardDecision, Recipient, render_decision
from tests.benchmarks.machine import machine

CERTIFICATES = (100, 1_000, 10_000)
DECISIONS = 300
ROWS = 20
"""In the list of each decision."""
LEAST_PAGES = 100
"""Certificates a second and core that a batch of 1,000 should reach."""
MOST_MEGABYTES = 250
"""That it may use."""

ADDRESS = "https://thidua.example/kiem-tra"

CERTIFICATE = Certificate(
    authority="Chủ tịch Ủy ban nhân dân phường Vạn Xuân",
    recipient="Bà Nguyễn Thị Ví Dụ",
    recipient_detail="Giáo viên, Trường Trung học cơ sở Hoa Ban",
    citation=(
        "Đã có thành tích xuất sắc trong thực hiện Phong trào thi đua “Dạy tốt, học tốt,"
        " chuyển đổi số trong nhà trường” giai đoạn 2025-2030"
    ),
    decision_number="309/QĐ-UBND",
    place="Vạn Xuân",
    signed_on=date(2030, 12, 2),
    signer_title="KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH",
    signer_name="Dương Thị Thay",
)

DECISION = AwardDecision(
    body=("ỦY BAN NHÂN DÂN", "PHƯỜNG VẠN XUÂN"),
    superior="",
    authority=CERTIFICATE.authority,
    number=CERTIFICATE.decision_number,
    place=CERTIFICATE.place,
    signed_on=CERTIFICATE.signed_on,
    subject_line="Về việc tặng Giấy khen",
    bases=("Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022",),
    award="Giấy khen của Chủ tịch Ủy ban nhân dân phường Vạn Xuân",
    reason="đã có thành tích xuất sắc trong phong trào thi đua năm 2030",
    executors="Trưởng Phòng Văn hóa - Xã hội",
    collectives=(),
    individuals=(),
    signer_title="Chủ tịch",
    signer_name="Đặng Văn Ký",
    recipients=("Như Điều 2", "Lưu: VT"),
)


@dataclass(frozen=True)
class Measured:
    """What one batch cost."""

    pages: int
    seconds: float
    """CPU of the process."""
    megabytes: int
    """The most that the process ever had."""
    before: int
    """Megabytes that it had when it began."""
    written: int
    """Bytes of the files."""


def main() -> None:
    """Print a row for each batch, and whether the aims are met."""
    print(machine())
    print("\n| what | pages | CPU s | pages/s | MB at most | MB before | KB written |")
    print("|---|---|---|---|---|---|---|")
    batches = {count: show("certificates, one file", batch, count) for count in CERTIFICATES}
    show("certificates, a file each", singles, DECISIONS)
    show(f"decisions of {ROWS} rows, a file each", decisions, DECISIONS)
    aim = batches[1_000]
    print(f"\n1,000 certificates: aim {LEAST_PAGES}/s in {MOST_MEGABYTES} MB")
    print(f"  {aim.pages / aim.seconds:.0f}/s in {aim.megabytes} MB")
    few, many = batches[CERTIFICATES[0]], batches[CERTIFICATES[-1]]
    growth = (many.seconds / many.pages) / (few.seconds / few.pages)
    print(f"cost of a page, {many.pages:,} against {few.pages:,}: ×{growth:.2f}")


def certificate(number: int) -> Certificate:
    """Return a certificate with a name and a QR code of its own."""
    return replace(CERTIFICATE, recipient=f"Bà Nguyễn Thị {number}", check=mark(number))


def mark(number: int) -> CheckMark:
    """Return a mark with a code of its own, twelve characters long."""
    return CheckMark(f"7KQM2F{number:06}", ADDRESS)


def batch(count: int) -> tuple[int, int]:
    """Return pages and bytes of ``count`` certificates in one file."""
    return count, len(render_certificates([certificate(one) for one in range(count)]))


def singles(count: int) -> tuple[int, int]:
    """Return pages and bytes of ``count`` certificates, each in its own file."""
    return count, sum(len(render_certificate(certificate(one))) for one in range(count))


def decisions(count: int) -> tuple[int, int]:
    """Return pages (two each: the decision and its list) and bytes of ``count`` decisions."""
    rows = tuple(Recipient(f"Ông Trần Văn {row}", "Giáo viên") for row in range(ROWS))
    papers = (
        replace(DECISION, number=f"{one}/QĐ-UBND", individuals=rows, check=mark(one))
        for one in range(count)
    )
    return 2 * count, sum(len(render_decision(paper)) for paper in papers)


def show(name: str, make: Callable[[int], tuple[int, int]], count: int) -> Measured:
    """Measure a batch in a process of its own, and print its row."""
    context = multiprocessing.get_context("spawn")
    answers: Any = context.Queue()
    child = context.Process(target=measure, args=(make, count, answers))
    child.start()
    found: Measured = answers.get(timeout=600)
    child.join()
    print(
        f"| {name} | {found.pages:,} | {found.seconds:.2f}"
        f" | {found.pages / found.seconds:.0f} | {found.megabytes} | {found.before}"
        f" | {found.written // 1024:,} |"
    )
    return found


def measure(
    make: Callable[[int], tuple[int, int]], count: int, answers: "multiprocessing.Queue[Any]"
) -> None:
    """Put what a batch cost into ``answers``; fonts are read before the clock starts."""
    make(1)
    before = most_memory()
    begun = time.process_time()
    pages, written = make(count)
    seconds = time.process_time() - begun
    answers.put(Measured(pages, seconds, most_memory(), before, written))


def most_memory() -> int:
    """Return the most memory that this process ever had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
