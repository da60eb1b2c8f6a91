"""The settings of one installation, from the environment (``THIDUA_…``), and what is refused.

Settings of the office (contact line, level modes) are not here: they live in the database
and people change them on a page.
"""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from engine.accounts import PasswordCost, SessionLimits
from engine.errors import UnsafeSettings
from engine.journal.keys import JournalKey, open_key
from engine.journal.outside import Outside
from engine.store.limits import Limits
from engine.trust_roots import read_roots
from webapp.mail_settings import MailSettings

PREFIX = "THIDUA_"

SHORTEST_SECRET = 32
"""Characters of the secret key: 128 bits and more, however it is written."""

CHEAPEST_HASH_KIB = 19_456
"""Least memory of a password hash in KiB (OWASP, Argon2id) outside the demo."""

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})


PUBLIC_URL = re.compile(r"https://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~-]+)*/?")
"""An address that can be printed, and typed again."""


class Settings(MailSettings):
    """One installation. Frozen: what was checked at the start stays as it was."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    demo: bool = False
    """Invented data, accounts listed on the login page, its own clock."""
    demo_clock: AwareDatetime | None = None
    """Moment at which the clock of the demo stood when the demo first started."""
    demo_password: str = "hoa-ban-2030"  # noqa: S105  # public: it opens invented data alone
    """Password of every account of the demo."""
    database_url: str = "sqlite:///var/thidua.db"
    database_pool_size: int = Field(default=10, ge=1, le=200)
    """Connections that each web process keeps open."""
    database_pool_overflow: int = Field(default=20, ge=0, le=200)
    """Connections more at busy moments; closed afterwards."""
    database_pool_seconds: float = Field(default=10, ge=0.1, le=60)
    """How long a page waits until a connection is free; then it says so."""
    database_connect_seconds: int = Field(default=5, ge=1, le=60)
    database_lock_seconds: float = Field(default=10, ge=0.1, le=60)
    """How long a page waits for what somebody else is just changing."""
    database_statement_seconds: float = Field(default=30, ge=1, le=600)
    """Longest statement of a page, on PostgreSQL."""
    database_idle_seconds: float = Field(default=60, ge=1, le=600)
    """How long a page may do nothing within a transaction, on PostgreSQL."""
    database_name: str = Field(default="thidua", pattern=r"^[!-~]{1,63}$")
    """What PostgreSQL shows of the connections: ``application_name``."""
    var_dir: Path = Path("var")
    """Where the file store and the key of the demo are kept."""
    secret_key: SecretStr | None = None
    hosts: Annotated[tuple[str, ...], NoDecode] = ("localhost", "127.0.0.1", "[::1]")
    """Names under which the system answers, separated by commas."""
    plain_http: bool | None = None
    """Serve cookies without TLS: on this machine alone. None: in the demo only."""
    proxy_hops: int = Field(default=0, ge=0, le=4)
    """Exact number of reverse proxies whose ``X-Forwarded-…`` headers are believed."""
    debug: Literal[False] = False
    signature_roots: Path | None = None
    """Folder with the authorities whose digital signatures are trusted; none: not checked."""
    journal_name: str = Field(default="thidua", pattern=r"^[!-*,-~]{1,80}$")
    """Name of the journal and of its key, in checkpoints: no spaces, no ``+``."""
    journal_key: Path | None = None
    """File of the key that seals the journal; none: ``journal.key`` in ``var_dir``."""
    journal_outside: Path | None = None
    """Folder for entries and checkpoints outside of the database, best on another disk;
    none: ``journal`` in ``var_dir``."""
    journal_seconds: float = Field(default=15, ge=1, le=60)
    """Time between two sealings of the journal."""
    metrics_token: SecretStr = SecretStr("")
    """Who has it may read ``/metrics``; empty: who asks from this machine, without proxies."""
    backup_dir: Path | None = None
    """Folder, best on another disk, in which a backup is made every night; none: none is."""
    backups_kept: int = Field(default=14, ge=1, le=1000)
    """How many of them are kept."""
    worker: bool = True
    """Do background jobs in this process too. Off where ``thidua worker`` does them."""
    listen: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    threads: int = Field(default=8, ge=1, le=64)
    session_idle_minutes: int = Field(default=120, ge=5, le=480)
    session_hours: int = Field(default=12, ge=1, le=24)
    form_hours: float = Field(default=12, gt=0, le=24)
    """How long an open form may be sent."""
    password_memory_kib: int = Field(default=47_104, ge=8)
    password_rounds: int = Field(default=1, ge=1)

    @field_validator("hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(","))
            if isinstance(value, str)
            else value
        )

    @field_validator("debug", mode="before")
    @classmethod
    def _refuse_debug(cls, value: object) -> object:
        if value not in (False, "", "0", "false", "False"):
            raise UnsafeSettings(f"{PREFIX}DEBUG shows the inside of the program: remove it")
        return False

    @model_validator(mode="after")
    def _refuse_unsafe(self) -> "Settings":
        found = (*self._unknown(), *self._outside_demo(), *self._anywhere())
        for problem in (*found, *self.mail_problems(PREFIX)):
            raise UnsafeSettings(problem)
        _ = self.trust_roots  # a folder without certificates does not start
        return self

    @property
    def is_plain_http(self) -> bool:
        """Whether cookies travel without TLS."""
        return self.demo if self.plain_http is None else self.plain_http

    @property
    def trust_roots(self) -> tuple[bytes, ...]:
        """Certificates of the authorities whose digital signatures are trusted, as DER."""
        return read_roots(self.signature_roots)

    @property
    def folders(self) -> tuple[Path, Path]:
        """Folders whose disks must have room: of the files, and of the journal outside."""
        return self.var_dir, self.outside.folder

    @property
    def sealing_key(self) -> JournalKey:
        """The key that seals the journal; made at the first use."""
        return open_key(self.journal_key or self.var_dir / "journal.key", self.journal_name)

    @property
    def outside(self) -> Outside:
        """Where the journal stands outside of the database."""
        return Outside(self.journal_outside or self.var_dir / "journal")

    @property
    def database_limits(self) -> Limits:
        """How many connections pages have, and how long they wait."""
        return Limits(
            pool_size=self.database_pool_size,
            overflow=self.database_pool_overflow,
            pool_seconds=self.database_pool_seconds,
            connect_seconds=self.database_connect_seconds,
            lock_seconds=self.database_lock_seconds,
            statement_seconds=self.database_statement_seconds,
            idle_seconds=self.database_idle_seconds,
            name=self.database_name,
        )

    @property
    def password_cost(self) -> PasswordCost:
        """Cost of one password hash."""
        return PasswordCost(self.password_memory_kib, self.password_rounds)

    @property
    def session_limits(self) -> SessionLimits:
        """How long a login lasts."""
        return SessionLimits(
            timedelta(minutes=self.session_idle_minutes), timedelta(hours=self.session_hours)
        )

    def _unknown(self) -> list[str]:
        known = {f"{PREFIX}{name.upper()}" for name in type(self).model_fields}
        return [
            f"{name} is not a setting: known are {', '.join(sorted(known))}"
            for name in sorted(os.environ)
            if name.startswith(PREFIX)
            and not name.startswith(f"{PREFIX}TEST_")
            and name.upper() not in known
        ]

    def _outside_demo(self) -> list[str]:
        if self.demo:
            return []
        key = self.secret_key.get_secret_value() if self.secret_key else ""
        problems = []
        if len(key) < SHORTEST_SECRET or len(set(key)) < SHORTEST_SECRET // 4:
            problems.append(
                f"{PREFIX}SECRET_KEY has {len(key)} characters: expected {SHORTEST_SECRET}"
                " random ones (python -c 'import secrets; print(secrets.token_urlsafe(48))')"
            )
        if self.demo_clock is not None:
            problems.append(f"{PREFIX}DEMO_CLOCK belongs to the demo: decisions need real time")
        if self.password_memory_kib < CHEAPEST_HASH_KIB:
            problems.append(
                f"{PREFIX}PASSWORD_MEMORY_KIB is {self.password_memory_kib}:"
                f" expected {CHEAPEST_HASH_KIB} or more"
            )
        if self.is_plain_http and not LOCAL_HOSTS.issuperset(self.hosts):
            problems.append(
                f"{PREFIX}PLAIN_HTTP sends passwords unencrypted to {self.hosts}:"
                f" expected only {sorted(LOCAL_HOSTS)}"
            )
        return problems

    def _anywhere(self) -> list[str]:
        if self.public_url and not PUBLIC_URL.fullmatch(self.public_url):
            return [
                f"{PREFIX}PUBLIC_URL is {self.public_url}: expected an address that begins"
                " with https:// and has neither ? nor #"
            ]
        if not self.hosts or not all(self.hosts) or "*" in "".join(self.hosts):
            return [f"{PREFIX}HOSTS is {self.hosts}: expected the exact names, no wildcard"]
        if self.demo_clock is not None and self.demo_clock < datetime(2025, 1, 1, tzinfo=UTC):
            return [f"{PREFIX}DEMO_CLOCK is {self.demo_clock}: before every plan"]
        return []
