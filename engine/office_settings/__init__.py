"""What an office may set itself ("cấu hình đơn vị"), because no law fixes the value."""

from engine.office_settings.catalogue import LEVELS_ABOVE, SETTINGS
from engine.office_settings.model import (
    BONUS,
    CONDITIONS,
    COUNCIL,
    DOSSIER,
    SOURCE,
    WORK,
    OfficeSetting,
    SettingGroup,
    number_of,
    percent_of,
)

__all__ = [
    "BONUS",
    "CONDITIONS",
    "COUNCIL",
    "DOSSIER",
    "LEVELS_ABOVE",
    "SETTINGS",
    "SOURCE",
    "WORK",
    "OfficeSetting",
    "SettingGroup",
    "number_of",
    "percent_of",
]
