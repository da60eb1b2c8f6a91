"""A paper that comes back signed: who signed it, and what is refused of it."""

import asyncio
import io
import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from pyhanko.pdf_utils.generic import NameObject, NumberObject, TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pypdf import PdfReader

from documents.decision import render_decision
from documents.signature_checks import MOST_SIGNATURES
from documents.signed_pdf import LARGEST_ADDITION
from engine.errors import (
    NotSigned,
    NotTheIssuedPaper,
    RefusedFile,
    SignatureBroken,
    SignerNotTrusted,
)
from engine.signatures import check_signed
from tests.documents.test_decision_paper import PAPER
from tests.signing import CA, OFFICE, authority, holder, sign_for_tests
from tests.ward import NOON

UNCHECKED = "chưa kiểm tra được tổ chức chứng thực"
STAMP = (300, 80, 515, 142)


@cache
def issued() -> bytes:
    return render_decision(PAPER)


@cache
def signed() -> bytes:
    return sign_for_tests(issued())


def trusted() -> tuple[bytes, ...]:
    return (authority(CA).root,)


def check(content: bytes, trust: tuple[bytes, ...] = (), at: datetime = NOON):
    return check_signed(content, issued(), trust=trust, at=at)


def test_who_signed_is_read_from_the_certificate():
    paper = check(signed(), trusted())
    (one,) = paper.signatures
    assert (one.name, one.organisation, one.issuer) == ("Đặng Văn Ký", OFFICE, CA)
    assert (one.is_trusted, paper.is_trust_checked) == (True, True)
    assert abs(one.signed_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert UNCHECKED not in paper.lines[0]


def test_a_signature_is_read_where_a_loop_of_the_server_runs():
    async def serve():
        return check(signed(), trusted())

    assert asyncio.run(serve()).is_trust_checked


def test_without_authorities_no_signature_is_called_trusted():
    paper = check(signed())
    assert not paper.is_trust_checked
    assert not paper.signatures[0].is_trusted
    assert paper.lines[0].endswith(UNCHECKED)


def test_a_time_stamp_says_when_in_vietnam():
    (line,) = check(sign_for_tests(issued(), time=NOON), trusted()).lines
    assert "giờ ký: 02/12/2030 12:00:00 (có dấu thời gian)" in line


def test_the_time_of_a_machine_is_called_so():
    assert "(theo máy của người ký)" in check(signed()).lines[0]
    unknown = sign_for_tests(issued(), time=NOON)
    assert "02/12/2030" not in check(unknown).lines[0]  # nobody vouches for the stamp


def test_a_person_and_then_the_office_sign():
    both = sign_for_tests(signed(), holder(OFFICE, OFFICE), field="CoQuan", box=STAMP)
    paper = check(both, trusted())
    assert [one.name for one in paper.signatures] == ["Đặng Văn Ký", OFFICE]
    assert paper.lines[1].startswith(f"{OFFICE}; ")


def test_the_same_signature_under_another_paper_is_refused():
    other = render_decision(replace(PAPER, number="310/QĐ-UBND"))
    with pytest.raises(NotTheIssuedPaper):
        check_signed(signed(), other, trust=(), at=NOON)


@pytest.mark.parametrize("added", [b"", b"\n", b" \r\n"])
def test_a_paper_without_signature_is_refused(added):
    with pytest.raises(NotSigned):
        check(issued() + added)


def test_a_signature_of_nobody_trusted_is_refused():
    with pytest.raises(SignerNotTrusted):
        check(signed(), (authority("Tổ chức chứng thực Lạ").root,))


def test_one_untrusted_signature_of_two_is_refused():
    stranger = holder("Người Lạ", "", "Tổ chức chứng thực Lạ")
    with pytest.raises(SignerNotTrusted):
        check(sign_for_tests(signed(), stranger, field="Khac"), trusted())


def test_an_authority_of_the_same_name_is_another():
    fake = authority.__wrapped__(CA)
    with pytest.raises(SignerNotTrusted):
        check(signed(), (fake.root,))


def test_a_certificate_that_is_over_is_refused():
    ended = holder("Cũ Văn Hạn", end=NOON - timedelta(days=1))
    content = sign_for_tests(issued(), ended)
    check(content, trusted(), NOON - timedelta(days=2))
    with pytest.raises(SignerNotTrusted):
        check(content, trusted())


def test_a_flipped_byte_anywhere_is_found():
    content, chance = signed(), random.Random(5)  # noqa: S311
    first = len(issued())
    places = [chance.randrange(first) for _ in range(10)]
    places += [chance.randrange(first, len(content)) for _ in range(40)]
    places += [0, first, len(content) - 1, content.rindex(b"/ByteRange") + 14]
    gap = content.rindex(b"/Contents <") + len(b"/Contents <")
    places += [gap + digit for digit in (7, 49, 53, 58, 70, 85)]  # not covered: what wraps it
    for place in places:
        changed = bytearray(content)
        changed[place] ^= 1 << chance.randrange(8)
        with pytest.raises((NotTheIssuedPaper, SignatureBroken, NotSigned)):
            check(bytes(changed))


@pytest.mark.parametrize("length", [1, 40, 2_000, 5_000])
def test_a_file_cut_short_is_refused(length):
    with pytest.raises((SignatureBroken, NotSigned)):
        check(signed()[:-length])


@pytest.mark.parametrize("added", [b"\n", b"%", b"\0" * 600, b"\n%%EOF\n"])
def test_whatever_follows_the_last_signature_is_found(added):
    with pytest.raises(SignatureBroken):
        check(signed() + added)


def test_bytes_hidden_in_the_gap_of_a_signature_are_found():
    content = bytearray(signed())
    place = content.index(b">", content.rindex(b"/Contents <")) - 2
    assert content[place : place + 2] == b"00"
    content[place : place + 2] = b"41"
    with pytest.raises(SignatureBroken):
        check(bytes(content))


def changed_by(change) -> bytes:
    """Return the paper with something else appended than a signature."""
    writer = IncrementalPdfFileWriter(io.BytesIO(issued()))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _turn_page(writer):
    page = writer.root["/Pages"]["/Kids"][0]
    page[NameObject("/Rotate")] = NumberObject(180)
    writer.mark_update(page.container_ref)


def _change_content(writer):
    page = writer.root["/Pages"]["/Kids"][0]
    content = page["/Contents"]
    content._data = content.data.replace(b"BT", b"ET", 1)
    content._encoded_data = None
    writer.mark_update(content.container_ref)


def _open_action(writer):
    writer.root[NameObject("/OpenAction")] = TextStringObject("x")
    writer.update_root()


@pytest.mark.parametrize("change", [_turn_page, _change_content, _open_action])
@pytest.mark.parametrize("is_signed_before", [False, True])
def test_a_signature_over_a_changed_paper_does_not_make_it_the_paper(change, is_signed_before):
    changed = changed_by(change)
    assert changed.startswith(issued())
    if is_signed_before:
        writer = IncrementalPdfFileWriter(io.BytesIO(signed()))
        change(writer)
        out = io.BytesIO()
        writer.write(out)
        changed = out.getvalue()
    with pytest.raises(SignatureBroken):
        check(sign_for_tests(changed, field="Sau"))


def shifted(content: bytes, by: int) -> bytes:
    """Return a PDF as it must be written to stand ``by`` bytes behind a beginning."""
    body, table = content[: content.rindex(b"xref\n0 ")], content[content.rindex(b"xref\n0 ") :]
    table = re.sub(
        rb"(?m)^(\d{10})(?= \d{5} n)", lambda at: b"%010d" % (int(at[1]) + by), table
    )
    return body + re.sub(rb"(?<=startxref\n)\d+", lambda at: b"%d" % (int(at[0]) + by), table)


def test_another_paper_that_stands_behind_the_issued_one_is_refused():
    """A file may begin with the paper and show another: its last table of objects counts."""
    other = render_decision(replace(PAPER, number="310/QĐ-UBND"))
    hidden = issued() + shifted(other, len(issued()))
    assert "310/QĐ-UBND" in PdfReader(io.BytesIO(hidden)).pages[0].extract_text()
    with pytest.raises(SignatureBroken, match="not built on the paper"):
        check(sign_for_tests(hidden))


def test_a_stamp_may_not_cover_the_paper():
    check(sign_for_tests(issued(), box=STAMP))
    with pytest.raises(SignatureBroken):
        check(sign_for_tests(issued(), box=(0, 0, 595, 842)))


def test_too_many_and_too_large_signatures_are_refused():
    content = issued()
    for number in range(MOST_SIGNATURES + 1):
        content = sign_for_tests(content, field=f"Ky{number}")
    with pytest.raises(SignatureBroken):
        check(content)
    with pytest.raises(RefusedFile):
        check(issued() + b"x" * (LARGEST_ADDITION + 1))


def test_hidden_characters_of_a_certificate_are_not_shown():
    odd = holder("Đặng\u202e Văn\n Ký\x00", "")
    (one,) = check(sign_for_tests(issued(), odd)).signatures
    assert one.name == "Đặng Văn Ký"


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="naive"):
        check(signed(), at=datetime(2030, 12, 2))  # noqa: DTZ001
