"""Councils: who sits on them, their sessions, how they vote, and what comes of it."""
