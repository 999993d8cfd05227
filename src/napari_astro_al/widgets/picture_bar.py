"""A slim bar above the pictures: hosts that may be allowed, and fetching again what failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton

from napari_astro_al.cutouts import Cutout, Cutouts, allow
from napari_astro_al.cutouts.cutout import SaysWhatIsSent
from napari_astro_al.errors import AstroALError
from napari_astro_al.widgets.style import small
from napari_astro_al.widgets.workspace import report

UNKNOWN = "what its requests need of each source"


class PictureBar(QFrame):
    """Says what keeps pictures of the source on show away, and offers the way out.

    It is there only where something can be done: a service whose hosts are not allowed, one
    service at a time, or pictures that could not be fetched just now.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._cutouts: Cutouts | None = None
        self._act: Callable[[], None] | None = None
        self._name = ""
        self._put_off: set[str] = set()
        self.words = small("")
        self.words.setWordWrap(True)
        self.button = QPushButton()
        self.button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self._clicked)
        self.later = QToolButton()
        self.later.setText("Not now")
        self.later.setToolTip("Hide this until the session is opened again; nothing is sent")
        self.later.clicked.connect(self._later)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 2, 2)
        row.setSpacing(6)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        row.addWidget(self.later)
        self.hide()

    def take(self, cutouts: Cutouts | None) -> None:
        """Serve another session's pictures; None for none."""
        self._cutouts = cutouts
        self._put_off.clear()
        self.hide()

    def offer(self, pictures: Sequence[Cutout]) -> None:
        """Offer what can be done for the pictures on show."""
        off = next((p for p in pictures if p.asks_for and p.name not in self._put_off), None)
        failed = [one for one in pictures if one.failed]
        if off is not None:
            self._offer_to_allow(off)
        elif failed:
            self._offer_to_retry(failed)
        else:
            self.hide()

    def _offer_to_allow(self, picture: Cutout) -> None:
        hosts = picture.asks_for
        named = " and ".join(hosts)
        self._name = picture.name
        alone = len(hosts) == 1
        to = "" if alone else f" to {named}"
        self.words.setText(f"{picture.name} is off. It sends {self._sent(picture.name)}{to}.")
        self.words.setToolTip(
            "Nothing has been sent. Pictures that are fetched stay on this machine and are asked "
            "for once.\nHosts are allowed for this person, until that is withdrawn in “Pictures…”."
        )
        self.button.setText(f"Allow {named}" if alone else f"Allow {len(hosts)} hosts")
        self.button.setToolTip(f"Allow requests to {named}")
        self._act = lambda: allow(*hosts)
        self.later.show()
        self.show()

    def _offer_to_retry(self, failed: Sequence[Cutout]) -> None:
        first = failed[0]
        more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        self.words.setText(f"{first.name}{more}: {first.missing}.")
        self.words.setToolTip("\n".join(f"{one.name}: {one.missing}" for one in failed))
        self.button.setText("Try again")
        self.button.setToolTip("Ask again for the pictures that could not be fetched")
        self._act = lambda: None
        self.later.hide()
        self.show()

    def _sent(self, name: str) -> str:
        providers = () if self._cutouts is None else self._cutouts.providers
        one = next((one for one in providers if one.name == name), None)
        return (one.sends if isinstance(one, SaysWhatIsSent) else "") or UNKNOWN

    def _clicked(self) -> None:
        if self._act is None or self._cutouts is None:
            return
        try:
            self._act()
        except OSError as error:
            report(AstroALError(f"The host could not be noted as allowed: {error}."))
            return
        self.hide()
        self._cutouts.retry()

    def _later(self) -> None:
        self._put_off.add(self._name)
        self.hide()
