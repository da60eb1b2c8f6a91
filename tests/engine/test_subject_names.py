"""Spellings of one name have one key; different names keep different ones."""

import unicodedata

import pytest

from engine.subject_names import match_key, name_table, read_names

SAME = {
    "an abbreviation": ("Hội LHPN phường", "Hội Liên hiệp Phụ nữ phường"),
    "an abbreviation in small letters": ("tdp 5", "Tổ dân phố 5"),
    "two abbreviations": ("UBMTTQ VN phường", "Ủy ban Mặt trận Tổ quốc Việt Nam phường"),
    "kinds of dashes": ("Trung tâm Mắt – Nội tiết", "Trung tâm Mắt - Nội tiết"),
    "a dash without spaces": ("Phòng Tổ chức-Hành chính", "Phòng Tổ chức - Hành chính"),
    "double spaces": ("Khoa Dược - Vật tư  thiết bị", " Khoa Dược - Vật tư thiết bị "),
    "marks": ("Uỷ ban nhân dân phường", "Ủy ban nhân dân phường"),
    "no marks": ("UBND phuong Van Xuan", "UBND phường Vạn Xuân"),
    "case": ("PHÒNG KHÁM ĐA KHOA", "Phòng khám đa khoa"),
    "decomposed": (unicodedata.normalize("NFD", "Ủy ban"), "Ủy ban"),
    "an ampersand": ("Phòng GD&ĐT", "Phòng Giáo dục và Đào tạo"),
    "a word between": ("Phòng Giáo dục - Đào tạo", "Phòng Giáo dục và Đào tạo"),
    "y and i": ("Hội Kỹ thuật", "Hội Kĩ thuật"),
    "zeros": ("Tổ dân phố số 05", "Tổ dân phố 5"),
    "a quotation": ("Trường “Hoa Ban”", 'Trường "Hoa Ban"'),
    "an address": ("Bà Lê Thị Mơ", "Lê Thị Mơ"),
    "a school": ("Trường THCS Hoa Ban", "Trung học cơ sở Hoa Ban"),
}

DIFFERENT = {
    "a place more": ("Hội LHPN phường", "Hội LHPN phường Yên Nghĩa"),
    "a family name like a word": ("Trương Thị Mơ", "Thị Mơ"),
    "a name like an address": ("Ba Lê Thị Mơ", "Lê Thị Mơ"),
    "levels of school": ("Trường TH Hoa Ban", "Trường THCS Hoa Ban"),
    "numbers": ("Tổ dân phố 5", "Tổ dân phố 50"),
    "a name with i and a name with y": ("Nguyễn Thị Thúy", "Nguyễn Thị Thúi"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_spellings_of_one_name_have_one_key(one, other):
    assert match_key(one) == match_key(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_names_that_differ_have_different_keys(one, other):
    assert match_key(one) != match_key(other)


@pytest.mark.parametrize("name", ["Và", "Bà", "Trường", "ông Tư", "–", "05"])
def test_no_name_loses_all_its_words(name):
    assert match_key(name)


def test_a_key_has_words_alone():
    assert match_key("Phòng TC-HC (cũ), 2.") == "phong to chuc hanh chinh cu 2"


def test_the_packaged_table_writes_every_abbreviation_out():
    for short, long in name_table().abbreviations.items():
        assert match_key(" ".join(short)) == match_key(" ".join(long)), short


def test_a_broken_table_is_refused_with_its_line():
    source = """\
abbreviations:
  - {short: LHPN, long: liên hiệp phụ nữ}
  - {short: LHPN, long: liên hiệp}
before_names: [ông]
between_words: và
"""
    with pytest.raises(ValueError, match=r"\An.yaml:3: found abbreviation LHPN again") as info:
        read_names(source, "n.yaml")
    assert "n.yaml:5: found “và”, expected a list" in str(info.value)
