"""The settings of an installation: what is unsafe does not start."""

import stat
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from engine.errors import UnsafeSettings
from webapp.clock import Clock, show_day, show_moment
from webapp.security import secret_of
from webapp.settings import Settings

SECRET = "0123456789abcdef" * 3


def test_an_office_starts_with_a_secret_and_its_host():
    settings = Settings(secret_key=SECRET, hosts="thidua.example, www.thidua.example")
    assert settings.hosts == ("thidua.example", "www.thidua.example")
    assert not settings.is_plain_http
    assert SECRET not in repr(settings)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        pytest.param({}, "SECRET_KEY", id="no secret"),
        pytest.param({"secret_key": "short"}, "SECRET_KEY", id="a short secret"),
        pytest.param({"secret_key": "a" * 64}, "SECRET_KEY", id="one letter repeated"),
        pytest.param({"secret_key": SECRET, "debug": True}, "DEBUG", id="debug"),
        pytest.param({"demo": True, "debug": "1"}, "DEBUG", id="debug in the demo"),
        pytest.param(
            {"secret_key": SECRET, "demo_clock": datetime(2030, 12, 2, tzinfo=UTC)},
            "DEMO_CLOCK",
            id="a clock of its own outside the demo",
        ),
        pytest.param(
            {"secret_key": SECRET, "password_memory_kib": 8},
            "PASSWORD_MEMORY_KIB",
            id="cheap password hashes",
        ),
        pytest.param(
            {"secret_key": SECRET, "plain_http": True, "hosts": "thidua.example"},
            "PLAIN_HTTP",
            id="no TLS on a network",
        ),
        pytest.param({"secret_key": SECRET, "hosts": "*"}, "HOSTS", id="any host"),
        pytest.param({"secret_key": SECRET, "hosts": ""}, "HOSTS", id="no host"),
        *(
            pytest.param({"secret_key": SECRET, "public_url": url}, "PUBLIC_URL", id=url)
            for url in (
                "http://thidua.example",
                "https://thidua.example/?a=b",
                "https://thidua.example/\n",
                "javascript:alert(1)",
            )
        ),
    ],
)
def test_an_unsafe_setting_is_refused_by_name(given, named):
    with pytest.raises(UnsafeSettings, match=f"THIDUA_{named}"):
        Settings(**given)


def test_the_refusal_does_not_show_the_secret():
    with pytest.raises(UnsafeSettings) as refused:
        Settings(secret_key="hunter2hunter2")
    assert "hunter2" not in str(refused.value)


def test_a_setting_that_nobody_knows_is_refused(monkeypatch):
    monkeypatch.setenv("THIDUA_SECRETKEY", SECRET)
    with pytest.raises(UnsafeSettings, match="THIDUA_SECRETKEY is not a setting"):
        Settings(demo=True)
    with pytest.raises(ValidationError):
        Settings(demo=True, colour="red")


def test_settings_come_from_the_environment_and_stay_as_they_were(monkeypatch):
    monkeypatch.setenv("THIDUA_SECRET_KEY", SECRET)
    monkeypatch.setenv("THIDUA_HOSTS", "localhost")
    monkeypatch.setenv("THIDUA_SESSION_IDLE_MINUTES", "30")
    settings = Settings()
    assert settings.session_limits.idle == timedelta(minutes=30)
    with pytest.raises(ValidationError):
        settings.demo = True  # type: ignore[misc]


def test_the_demo_makes_its_secret_once_and_keeps_it_to_itself(tmp_path):
    settings = Settings(demo=True, var_dir=tmp_path / "var")
    first = secret_of(settings)
    assert len(first) >= 64
    assert secret_of(settings) == first
    assert stat.S_IMODE((tmp_path / "var" / "secret-key").stat().st_mode) == 0o600


def test_the_clock_of_the_demo_goes_on_across_restarts(tmp_path):
    start = datetime(2030, 12, 2, 1, 0, tzinfo=UTC)
    settings = Settings(demo=True, var_dir=tmp_path, demo_clock=start)
    assert timedelta(0) <= Clock(settings).now() - start < timedelta(seconds=5)
    note = tmp_path / "demo-clock"
    hour_ago = datetime.fromisoformat(note.read_text()) - timedelta(hours=1)
    note.write_text(hour_ago.isoformat())
    late = Clock(settings).now() - start
    assert timedelta(hours=1) <= late < timedelta(hours=1, seconds=5)


def test_moments_are_shown_as_in_vietnam():
    moment = datetime(2026, 12, 31, 18, 5, tzinfo=UTC)
    assert show_moment(moment) == "01/01/2027 01:05"
    assert show_day(moment) == "01/01/2027"
    assert show_moment(None) == ""
