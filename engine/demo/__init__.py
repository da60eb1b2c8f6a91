"""The demo ward: invented units and people, and cases built through the real commands."""

from engine.demo.build import build_demo

__all__ = ["build_demo"]
