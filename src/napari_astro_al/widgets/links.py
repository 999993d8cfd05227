"""Connections to a session's signals that are cut together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Links:
    """What something listens to, until it listens to another session."""

    def __init__(self) -> None:
        self._links: list[tuple[Any, Callable[..., Any]]] = []

    def tie(self, signal: Any, *slots: Callable[..., Any]) -> None:
        """Connect slots to a signal."""
        for slot in slots:
            signal.connect(slot)
            self._links.append((signal, slot))

    def cut(self) -> None:
        """Disconnect everything."""
        while self._links:
            signal, slot = self._links.pop()
            signal.disconnect(slot)
