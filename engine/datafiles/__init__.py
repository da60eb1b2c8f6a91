"""Data files that people write: YAML with a line for every problem, and its readers."""

from engine.datafiles.translated import Translated

__all__ = ["Translated"]
