"""The hosts that pictures may be fetched from, and taking that back."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from napari_astro_al.cutouts import allowed_hosts, withdraw
from napari_astro_al.errors import AstroALError
from napari_astro_al.widgets.style import one_line
from napari_astro_al.widgets.workspace import report


class AllowedHosts(QWidget):
    """Names the hosts that this person has allowed; not there while there is none."""

    withdrawn = Signal()
    """A host is not asked any more."""

    def __init__(self) -> None:
        super().__init__()
        self.words = one_line()
        self.button = QPushButton("Withdraw…")
        self.button.setToolTip("Send no more requests to a host; pictures that are here stay")
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._offer)
        self.menu = QMenu(self.button)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        self.hide()

    def refresh(self) -> None:
        """Name the hosts that are allowed now."""
        hosts = sorted(allowed_hosts())
        self.setVisible(bool(hosts))
        self.words.setText(f"Allowed: {', '.join(hosts)}")
        self.words.setToolTip(
            "Requests may be sent to these, for every session of yours:\n" + "\n".join(hosts)
        )
        self.menu.clear()
        for one in hosts:
            self.menu.addAction(one, self._taking_back(one))
        if len(hosts) > 1:
            self.menu.addSeparator()
            self.menu.addAction("All of them", self._taking_back(*hosts))

    def _offer(self) -> None:
        self.menu.popup(self.button.mapToGlobal(self.button.rect().bottomLeft()))

    def _taking_back(self, *hosts: str) -> Callable[[], None]:
        def act() -> None:
            try:
                withdraw(*hosts)
            except OSError as error:
                report(AstroALError(f"The host is allowed still: {error}."))
                return
            self.refresh()
            self.withdrawn.emit()

        return act
