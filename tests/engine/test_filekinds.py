import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import RefusedFile
from engine.filekinds import LARGEST_FILE, kind_of
from tests.engine import samples

WHOLE = {
    "a.pdf": samples.PDF,
    "Ảnh.JPG": samples.jpeg(),
    "b.jpeg": samples.jpeg(),
    "c.png": samples.png(),
    "d.docx": samples.docx(),
    "e.xlsx": samples.xlsx(),
}

HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_of_an_accepted_kind_is_taken(name):
    assert name.lower().endswith(kind_of(name, WHOLE[name]).suffixes)


@pytest.mark.parametrize(
    ("name", "data", "reason", "found"),
    [
        ("a.pdf", b"", "empty", ""),
        ("a.pdf", samples.PDF + b"0" * LARGEST_FILE, "too_large", None),
        ("a.pdf", HTML, "wrong_kind", "HTML"),
        ("a.pdf", b"\xef\xbb\xbf  <svg onload='x'/>", "wrong_kind", "HTML"),
        ("a.pdf", b"MZ" + b"\0" * 300, "wrong_kind", "EXE"),
        ("a.pdf", "Nguyễn".encode(), "wrong_kind", "text"),
        ("a.pdf", b"\xfe\xff\x00", "wrong_kind", "unknown"),
        ("a.exe", samples.PDF, "wrong_kind", "EXE"),
        ("a", samples.PDF, "wrong_kind", "A"),
        ("a.pdf", samples.png(), "mismatch", "PNG"),
        ("a.docx", samples.xlsx(), "mismatch", "XLSX"),
        ("a.pdf", samples.PDF[:20], "damaged", "PDF"),
        ("a.pdf", b"%PDF-1.7\n" + HTML, "damaged", "PDF"),
        ("a.png", samples.png()[:-4], "damaged", "PNG"),
        ("a.png", samples.png(width=0), "damaged", "PNG"),
        ("a.png", samples.png(width=60_000), "damaged", "PNG"),
        ("a.png", samples.png().replace(b"\x08\x02", b"\x08\x03"), "damaged", "PNG"),
        ("a.jpg", samples.jpeg(height=0), "damaged", "JPG"),
        ("a.jpg", samples.jpeg()[:-2], "damaged", "JPG"),
        ("a.jpg", samples.jpeg()[:20], "damaged", "JPG"),
        ("a.docx", samples.docx()[:-30], "damaged", "DOCX"),
        ("a.docx", samples.docx(word__vbaProject="", word__x="")[:-1], "damaged", "DOCX"),
    ],
)
def test_what_is_not_a_whole_file_of_its_name_is_refused(name, data, reason, found):
    with pytest.raises(RefusedFile) as caught:
        kind_of(name, data)
    facts = caught.value.facts
    assert (facts["reason"], facts["limit"]) == (reason, LARGEST_FILE)
    assert found in (None, facts["found"])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(samples.docx(**{"word/vbaProject.bin": "x"}), id="macros"),
        pytest.param(
            samples.package(content_type=samples.WORD.replace("main", "macroEnabled.main")),
            id="declared-macros",
        ),
        pytest.param(samples.docx(**{"../evil.xml": "x"}), id="path-traversal"),
        pytest.param(samples.docx(**{"/etc/passwd": "x"}), id="absolute-path"),
        pytest.param(samples.package(content_type="text/plain"), id="other-content-type"),
        pytest.param(
            samples.docx(**{f"word/{n}.xml": "" for n in range(4_001)}), id="many-members"
        ),
        pytest.param(samples.docx(**{"word/big.xml": "a" * 210 * 1024 * 1024}), id="bomb"),
    ],
)
def test_a_hostile_office_file_is_refused(data):
    with pytest.raises(RefusedFile) as caught:
        kind_of("a.docx", data)
    assert caught.value.facts["reason"] == "damaged"


def test_a_member_that_is_there_twice_is_refused():
    stream = io.BytesIO(samples.docx())
    with (
        zipfile.ZipFile(stream, "a") as file,
        pytest.warns(UserWarning, match="Duplicate"),
    ):
        file.writestr("word/document.xml", "<y/>")
    with pytest.raises(RefusedFile):
        kind_of("a.docx", stream.getvalue())


@given(st.sampled_from(sorted(WHOLE)), st.integers(0, 400), st.binary(max_size=40))
def test_no_damage_raises_anything_but_a_refusal(name, position, noise):
    data = WHOLE[name]
    data = data[: position % len(data)] + noise + data[position % len(data) + len(noise) :]
    with contextlib.suppress(RefusedFile):
        kind_of(name, data)
