"""Which host a service is asked at, and the button that allows it."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from napari_astro_al.cutouts import allow, allowed_hosts
from napari_astro_al.cutouts.online.address import host_of
from napari_astro_al.errors import AstroALError
from napari_astro_al.widgets.style import small
from napari_astro_al.widgets.workspace import report

SENT = "What you ask for is sent there, and nothing else of your catalogue or labels."


class ServicePermission(QWidget):
    """Says what is sent where; offers to allow the host while it is not allowed."""

    changed = Signal()
    """A host was allowed."""

    def __init__(self) -> None:
        super().__init__()
        self._host = ""
        self.words = small("")
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.words.setMinimumHeight(34)
        self.button = QPushButton("")
        self.button.setAutoDefault(False)
        self.button.setToolTip(
            "Requests may be sent to this host from now on, for pictures and tables, until you\n"
            "withdraw that under “Pictures…” in the Cutouts dock."
        )
        self.button.clicked.connect(self._allow)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)

    @property
    def given(self) -> bool:
        """Whether the host may be asked."""
        return bool(self._host) and self._host in allowed_hosts()

    def show_service(self, url: str) -> None:
        """Say what is sent to a service."""
        try:
            self.show_host(host_of(url.strip()))
        except AstroALError:
            self.show_host("")

    def show_host(self, host: str) -> None:
        """Say what is sent to a host; empty where there is none."""
        self._host = host
        self.button.setVisible(bool(host) and not self.given)
        self.button.setText(f"Allow {host}")
        if not host:
            self.words.setText("Choose a service, or type the address of one: https://…")
        elif self.given:
            self.words.setText(f"Asks {host} when you press a button. {SENT}")
        else:
            self.words.setText(f"{host} is not asked until you allow it. {SENT}")

    def _allow(self) -> None:
        try:
            allow(self._host)
        except (AstroALError, OSError) as error:
            report(AstroALError(f"The host could not be noted as allowed: {error}"))
            return
        self.show_host(self._host)
        self.changed.emit()
