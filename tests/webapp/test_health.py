"""Health, readiness and figures: a word for machines, a page for administrators."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import text

from engine import health
from engine.health import Trouble, disk_of
from engine.journal.sealing import seal
from tests.walk import on_sqlite
from tests.ward import NOON
from webapp.app import create_app
from webapp.settings import Settings


@pytest.fixture
def probe(app):
    return app.test_client()


def figure(page, name):
    """Return the value of a figure of the page, or none."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", page, re.MULTILINE)
    return float(found[1]) if found else None


@on_sqlite
def test_a_process_says_that_it_lives_and_is_ready(probe):
    for address in ("/healthz", "/readyz"):
        answer = probe.get(address)
        assert (answer.status_code, answer.text) == (200, "ok\n")
        assert "Set-Cookie" not in answer.headers


@on_sqlite
def test_without_its_tables_it_lives_and_is_not_ready(probe, database):
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert probe.get("/healthz").status_code == 200
    answer = probe.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "schema\n")


@on_sqlite
def test_a_full_disk_and_a_database_that_is_behind_are_said(probe, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE", 1 << 60)
    assert probe.get("/readyz").text == "disk\n"
    monkeypatch.setattr(health, "LEAST_FREE", 0)

    def behind(*given):
        raise health.NotProved("no signature")

    monkeypatch.setattr(health, "require_not_behind", behind)
    assert probe.get("/readyz").text == "journal\n"


@on_sqlite
def test_a_database_that_is_away_is_said(settings, tmp_path):
    away = settings.model_copy(
        update={"database_url": "postgresql+psycopg://u:secret@127.0.0.1:1/x"}
    )
    answer = create_app(away).test_client().get("/readyz")
    assert (answer.status_code, answer.text) == (503, "database\n")


def test_a_folder_to_come_has_the_disk_of_its_parent(tmp_path):
    assert disk_of(tmp_path / "a" / "b").free == disk_of(tmp_path).free > 0
    assert replace(disk_of(tmp_path), free=-1).is_short


@on_sqlite
def test_administrators_see_what_works_and_what_needs_them(browse, monkeypatch):
    page = browse("administrator").get("/suc-khoe").text
    assert "Hệ thống sẵn sàng phục vụ." in page
    assert "SQLite 3." in page
    assert "Chưa có bản sao lưu" in page
    monkeypatch.setattr(health, "LEAST_FREE", 1 << 60)
    assert "Ổ đĩa sắp đầy." in browse("administrator").get("/suc-khoe").text
    for person in ("ward_clerk", "auditor"):
        assert browse(person).get("/suc-khoe").status_code == 403
    assert set(Trouble) == {"database", "schema", "journal", "disk"}


@on_sqlite
def test_figures_count_requests_by_page_and_say_nothing_of_people(browse, probe):
    browse("ward_clerk").get("/ho-so/HS-2030-9999")
    page = probe.get("/metrics").text
    asked = 'thidua_requests_total{endpoint="cases.show",method="GET",status="404"}'
    assert figure(page, asked) == 1
    assert figure(page, 'thidua_request_seconds_count{endpoint="cases.show"}') == 1
    assert figure(page, "thidua_database_bytes") > 0
    assert figure(page, "thidua_journal_sealed_entries") == 0
    assert "HS-2030" not in page
    assert "ward_clerk" not in page


@on_sqlite
def test_a_figure_says_how_much_of_the_journal_is_sealed(probe, settings, accounts, database):
    sealed = seal(database, settings.sealing_key, settings.outside, NOON)
    assert figure(probe.get("/metrics").text, "thidua_journal_sealed_entries") == sealed > 0


@on_sqlite
def test_without_a_database_there_are_figures_of_the_process(settings):
    away = settings.model_copy(
        update={"database_url": "postgresql+psycopg://u:secret@127.0.0.1:1/x"}
    )
    page = create_app(away).test_client().get("/metrics").text
    assert 'thidua_disk_free_bytes{folder="var"}' in page
    assert "thidua_jobs" not in page


@on_sqlite
def test_ballots_are_in_no_figure(probe):
    probe.get("/bo-phieu/1")
    assert "secret_ballots" not in probe.get("/metrics").text


@on_sqlite
def test_figures_are_for_this_machine_or_who_has_the_token(app, settings):
    far = {"REMOTE_ADDR": "203.0.113.9"}
    assert app.test_client().get("/metrics", environ_base=far).status_code == 404
    guarded = create_app(settings.model_copy(update=token("s3cret"))).test_client()
    assert guarded.get("/metrics").status_code == 404
    bad, good = ({"Authorization": f"Bearer {word}"} for word in ("s3cre", "s3cret"))
    assert guarded.get("/metrics", headers=bad).status_code == 404
    assert guarded.get("/metrics", headers=good, environ_base=far).status_code == 200


def token(word):
    return {"metrics_token": Settings.model_fields["metrics_token"].annotation(word)}
