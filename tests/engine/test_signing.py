"""Signing with a key in a file: where the stamp stands, and that nothing else changes."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from PIL import Image
from pypdf import PdfReader
from reportlab.lib.units import mm

from documents.decision import render_decision
from documents.signing import HEAD_HEIGHT
from documents.stamp import PERSON_HEIGHT, PERSON_WIDTH, SEAL_SIDE, Stamp, draw_stamp
from documents.typography import LEFT_MARGIN, PAGE
from engine.errors import BrokenImage, KeyUnusable, NoPlaceToSign, SignatureBroken
from engine.signatures import check_signed, sign_paper
from tests.documents.test_decision_paper import PAPER
from tests.signing import CA, OFFICE, authority, holder

PASSWORD = "mật khẩu thử"
NOW = datetime.now(UTC)
ISSUED = render_decision(PAPER)


def key_file(who=None):
    one = who or holder()
    return pkcs12.serialize_key_and_certificates(
        b"key", one.key, one.certificate, None, BestAvailableEncryption(PASSWORD.encode())
    )


def picture(color):
    target = io.BytesIO()
    Image.new("RGBA", (120, 60), color).save(target, "PNG")
    return target.getvalue()


def sign(content=ISSUED, who=None, password=PASSWORD, *, at=NOW, **options):
    options = {"is_office": False} | options
    return sign_paper(content, key_file(who), password, at=at, **options)


def boxes(content):
    """Return page and box in points of each visible signature, the first first."""
    found = []
    for number, page in enumerate(PdfReader(io.BytesIO(content)).pages):
        for one in page.get("/Annots", ()):
            annotation = one.get_object()
            if annotation.get("/FT") == "/Sig":
                found.append((number, [float(side) for side in annotation["/Rect"]]))
    return found


def name_on(content, name):
    found = []

    def note(words, cm, tm, _font, _size):
        if " ".join(words.split()) == name:
            found.append((cm[4] + tm[4], cm[5] + tm[5]))

    PdfReader(io.BytesIO(content)).pages[0].extract_text(visitor_text=note)
    return found[-1]


def check(content):
    trust = (authority(CA).root,)
    return check_signed(content, ISSUED, trust=trust, at=NOW + timedelta(minutes=1))


def test_a_person_signs_above_their_name_and_nothing_else_changes():
    signed = sign()
    assert signed.startswith(ISSUED)
    (one,) = check(signed).signatures
    assert (one.name, one.is_trusted) == ("Đặng Văn Ký", True)
    ((page, (left, bottom, right, top)),) = boxes(signed)
    x, baseline = name_on(ISSUED, "Đặng Văn Ký")
    assert page == 0
    assert (right - left, top - bottom) == (
        pytest.approx(PERSON_WIDTH, abs=1),
        pytest.approx(PERSON_HEIGHT, abs=1),
    )
    assert left < x < right
    assert baseline + 4 * mm < bottom < baseline + 8 * mm


def test_the_seal_of_the_office_covers_a_third_of_the_signature_on_its_left():
    office = holder(OFFICE)
    signed = sign(sign(image=picture((0, 0, 255, 120))), office, is_office=True,
                  image=picture((255, 0, 0, 90)))  # fmt: skip
    assert [one.name for one in check(signed).signatures] == ["Đặng Văn Ký", OFFICE]
    (_, person), (_, seal) = boxes(signed)
    assert seal[2] - seal[0] == pytest.approx(SEAL_SIDE, abs=1)
    assert seal[2] - person[0] == pytest.approx(PERSON_WIDTH / 3, abs=2)
    assert seal[1] < person[1] < person[3] < seal[3]


def test_an_office_without_an_image_stands_above_the_first_page():
    signed = sign(who=holder(OFFICE), is_office=True)
    assert check(signed).signatures[0].name == OFFICE
    ((page, (left, bottom, _right, top)),) = boxes(signed)
    assert (page, left) == (0, pytest.approx(LEFT_MARGIN, abs=1))
    assert PAGE[1] - 20 * mm < bottom < top < PAGE[1]
    assert top - bottom == pytest.approx(HEAD_HEIGHT, abs=1)


def test_a_flipped_byte_is_found():
    signed = bytearray(sign())
    signed[len(ISSUED) + 2_000] ^= 1
    with pytest.raises(SignatureBroken):
        check(bytes(signed))


def test_a_stamp_says_who_and_when_and_is_always_the_same():
    stamp = Stamp(PERSON_WIDTH, PERSON_HEIGHT, ("Người ký: Đặng Văn Ký", "Giờ ký: 24/10/2030"))
    page = PdfReader(io.BytesIO(draw_stamp(stamp))).pages[0]
    assert [float(side) for side in page.mediabox][2:] == [
        pytest.approx(PERSON_WIDTH, abs=0.01),
        pytest.approx(PERSON_HEIGHT, abs=0.01),
    ]
    assert "Người ký: Đặng Văn Ký" in page.extract_text()
    assert draw_stamp(stamp) == draw_stamp(stamp)


@pytest.mark.parametrize(
    ("changes", "error", "facts"),
    [
        ({"password": "sai"}, KeyUnusable, {"why": "password"}),
        ({"at": datetime(2046, 1, 1, tzinfo=UTC)}, KeyUnusable, {"why": "over"}),
        ({"who": holder("Lã Văn Khác")}, NoPlaceToSign, {"name": "Lã Văn Khác"}),
        ({"content": b"no PDF"}, NoPlaceToSign, {"name": "Đặng Văn Ký"}),
        (
            {"who": holder(OFFICE), "is_office": True, "image": picture((1, 2, 3, 4))},
            NoPlaceToSign,
            {"name": OFFICE},
        ),
        ({"image": b"no PNG"}, BrokenImage, {}),
    ],
)
def test_what_cannot_be_signed_is_refused(changes, error, facts):
    with pytest.raises(error) as refused:
        sign(**changes)
    assert refused.value.facts == facts
