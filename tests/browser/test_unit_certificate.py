"""The thinnest whole path: a certificate that the chairman of the ward awards."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy import select

from engine.store.database import reading
from engine.store.models import Paper
from tests.browser.conftest import Site
from tests.browser.deeds import (
    APPRAISAL,
    COUNCIL,
    begin,
    decide,
    fill,
    follow,
    link,
    press,
    submit,
    take_up,
    write,
)


def test_a_certificate_of_the_ward_is_downloaded_as_it_was_made(
    site: Site, enter: Callable[..., Page], tmp_path: Path
) -> None:
    clerk = enter("school_clerk")
    begin(clerk, "Khen thưởng hằng năm năm 2030", "unit_certificate")
    write(clerk)
    submit(clerk)
    decide(enter("school_head"), "recommend", {})
    decide(enter("ward_clerk"), "recommend", APPRAISAL)
    decide(enter("council_secretary"), "recommend", COUNCIL)
    chairman = enter("ward_chairman")
    take_up(chairman)
    follow(chairman, "Quyết định khen thưởng")
    assert chairman.input_value("[name=signer_name]") == "Đặng Văn Ký"
    fill(chairman, {"number": "309/QĐ-UBND", "signed_on": "02/12/2030"})
    press(chairman, "Xác nhận")
    follow(chairman, "Văn bản")
    follow(clerk, "Mở hồ sơ")
    follow(clerk, "Văn bản")
    stored = papers(site)
    assert set(stored) == {"decision", "certificate"}
    for page in (chairman, clerk):
        found = {
            kind: download(page, label, tmp_path)
            for kind, label in (
                ("decision", "Quyết định kèm danh sách"),
                ("certificate", "Giấy khen"),
            )
        }
        assert found == stored
        for content in stored.values():
            assert hashlib.sha256(content).hexdigest() in page.locator("main").inner_text()


def papers(site: Site) -> dict[str, bytes]:
    """Return the documents of the only case: kind → bytes, as stored and hashed."""
    with reading(site.database) as work:
        rows = list(work.scalars(select(Paper)))
        assert all(hashlib.sha256(row.content).hexdigest() == row.sha256 for row in rows)
        return {row.kind: row.content for row in rows}


def download(page: Page, label: str, folder: Path) -> bytes:
    """Follow the link of a document and return the file that arrives."""
    with page.expect_download() as arriving:
        link(page, f"{label} (PDF)").click()
    assert arriving.value.suggested_filename.endswith("-HS-2030-0001.pdf")
    target = folder / arriving.value.suggested_filename
    arriving.value.save_as(target)
    content = target.read_bytes()
    assert content.startswith(b"%PDF-")
    return content
