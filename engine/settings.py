"""What an office sets itself ("cấu hình đơn vị"): no law fixes these values.

Each setting has a default in force until somebody changes it; every value that was ever
in force stays as a version.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import ContentChanged, InvalidSubmission, NotFound
from engine.office import Operator, authorise
from engine.permissions import Actor
from engine.plans import Plan, Translated
from engine.store.database import take_turn
from engine.store.models import Setting
from engine.units import checked_text
from forms.messages import code
from forms.vocabulary import Level, LevelMode

SOURCE = Translated("cấu hình đơn vị", "set by this office")
"""Where people see a value of this module, they see this beside it."""

Check = Callable[[str, str], str]
"""Takes the name and the text of a setting; returns its stored form or refuses it."""


@dataclass(frozen=True)
class OfficeSetting:
    """One thing that an office may set."""

    name: str
    default: str
    label: Translated
    help: Translated
    check: Check
    choices: tuple[LevelMode, ...] = ()
    """Values to choose from; empty: a text or a number is typed."""


@dataclass(frozen=True)
class Standing:
    """A setting with its value in force."""

    setting: OfficeSetting
    value: str
    version: int
    """0: the default, never changed."""


def _one_of(*choices: str) -> Check:
    def check(name: str, text: str) -> str:
        if text not in choices:
            raise InvalidSubmission({name: [code("not_in_list", text)]})
        return text

    return check


def _whole_number(least: int, most: int) -> Check:
    def check(name: str, text: str) -> str:
        text = text.strip()
        if not (text.isascii() and text.isdigit()):
            raise InvalidSubmission({name: [code("not_a_count", text)]})
        if len(text) > len(str(most)) or int(text) > most:
            raise InvalidSubmission({name: [code("too_large", most, text)]})
        if int(text) < least:
            raise InvalidSubmission({name: [code("too_small", least, text)]})
        return str(int(text))

    return check


_MODES = (LevelMode.IN_SYSTEM, LevelMode.RECORDED)

_LEVELS_ABOVE = (Level.PROVINCE, Level.PRIME_MINISTER, Level.PRESIDENT)


def _mode_of(level: Level) -> OfficeSetting:
    return OfficeSetting(
        name=f"level_mode.{level}",
        default=LevelMode.IN_SYSTEM.value,
        label=Translated(
            f"Cách xử lý tại: {level.vi}", f"How this level takes part: {level.en}"
        ),
        help=Translated(
            "Xử lý trong hệ thống: cấp trên có tài khoản và tự quyết định. Ghi kết quả từ văn"
            " bản: chuyên viên thường trực ghi số, ngày, kết quả và bản quét. Áp dụng cho hồ"
            " sơ lập sau khi thay đổi.",
            "In the system: the level has accounts and decides itself. Recorded: the ward's"
            " standing clerk records number, date, outcome and a scan. Holds for nominations"
            " begun after the change.",
        ),
        check=_one_of(*_MODES),
        choices=_MODES,
    )


_ALL = (
    *(_mode_of(level) for level in _LEVELS_ABOVE),
    OfficeSetting(
        name="max_returns",
        default="5",
        label=Translated(
            "Số lần trả lại nhiều nhất của một hồ sơ", "Returns of one nomination at most"
        ),
        help=Translated("Một số nguyên từ 1 đến 50.", "A whole number from 1 to 50."),
        check=_whole_number(1, 50),
    ),
    OfficeSetting(
        name="contact",
        default="Phòng Văn hóa - Xã hội, cơ quan thường trực của Hội đồng",
        label=Translated(
            "Liên hệ cơ quan thường trực", "Contact of the standing body of the council"
        ),
        help=Translated(
            "Một dòng: tên, điện thoại hoặc thư điện tử. Hiện ở cuối trang và khi có lỗi.",
            "One line: name, telephone or e-mail. Shown at the foot of pages and with errors.",
        ),
        check=checked_text,
    ),
)

SETTINGS: Mapping[str, OfficeSetting] = {setting.name: setting for setting in _ALL}
"""Name → setting, in the order in which pages show them."""


def get_setting(session: Session, name: str) -> str:
    """Return the value of ``name`` in force.

    :raises NotFound: there is no such setting.
    """
    return _standing(session, _known(name)).value


def put_setting(
    session: Session,
    *,
    name: str,
    value: str,
    actor: Actor | Operator,
    at: datetime,
    version: int | None = None,
) -> Standing:
    """Put ``value`` in force; the value that is in force already makes no new version.

    :param version: the one that the person saw; none: whatever is in force.
    :raises NotPermitted: ``actor`` does not manage settings.
    :raises NotFound: there is no such setting.
    :raises ContentChanged: somebody changed it since ``version``.
    :raises InvalidSubmission: the value does not fit.
    """
    acting = authorise(actor, "settings.manage")
    setting = _known(name)
    value = setting.check(name, value)
    take_turn(session, "settings")
    old = _standing(session, setting)
    if version is not None and version != old.version:
        raise ContentChanged(f"setting {name} has version {old.version}, not {version}")
    if value == old.value:
        return old
    acting.note(
        session,
        stream="settings",
        action="setting.changed",
        at=at,
        detail={"name": name, "value": [old.value, value], "version": old.version + 1},
    )
    session.add(
        Setting(
            name=name,
            version=old.version + 1,
            value=value,
            changed_by_id=acting.actor.person_id if acting.actor else None,
            changed_at=at,
        )
    )
    session.flush()
    return Standing(setting, value, old.version + 1)


def list_settings(session: Session) -> list[Standing]:
    """Return every setting with its value in force."""
    return [_standing(session, setting) for setting in _ALL]


def list_versions(session: Session, name: str, limit: int = 50) -> list[Setting]:
    """Return what a setting was changed to, the last change first.

    :raises NotFound: there is no such setting.
    """
    _known(name)
    return list(
        session.scalars(
            select(Setting)
            .where(Setting.name == name)
            .order_by(Setting.version.desc())
            .limit(limit)
        )
    )


def max_returns(session: Session) -> int:
    """Return how often one nomination may be returned."""
    return int(get_setting(session, "max_returns"))


def contact_line(session: Session) -> str:
    """Return whom people ask for help."""
    return get_setting(session, "contact")


def level_modes(session: Session, plan: Plan) -> dict[Level, LevelMode]:
    """Return how each level takes part now; what the plan leaves out stays out."""
    modes = dict.fromkeys(Level, LevelMode.IN_SYSTEM)
    for level in _LEVELS_ABOVE:
        modes[level] = LevelMode(get_setting(session, f"level_mode.{level}"))
    return {
        level: LevelMode.LEFT_OUT if level in plan.left_out else mode
        for level, mode in modes.items()
    }


def _known(name: str) -> OfficeSetting:
    if name not in SETTINGS:
        raise NotFound(f"setting {name}")
    return SETTINGS[name]


def _standing(session: Session, setting: OfficeSetting) -> Standing:
    row = session.scalars(
        select(Setting)
        .where(Setting.name == setting.name)
        .order_by(Setting.version.desc())
        .limit(1)
    ).first()
    return (
        Standing(setting, row.value, row.version)
        if row
        else Standing(setting, setting.default, 0)
    )
