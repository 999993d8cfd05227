"""A SAMP hub of our own, and another program in another process."""

from __future__ import annotations

from tests.samp_program import hub, other

__all__ = ["hub", "other"]
