"""A link to the hub through which TOPCAT, Aladin and others talk to each other."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.request import ProxyHandler, build_opener

from napari_astro_al.errors import AstroALError, InteropError
from napari_astro_al.interop.messages import HIGHLIGHT, SELECT, TABLE, Message, Received
from napari_astro_al.interop.messages import read_message as _read_message
from napari_astro_al.jobs import Job, Progress

NAME = "AstroAL"
LOOPBACK = "127.0.0.1"
MOST_BYTES = 4 << 30
_PIECE = 1 << 20
_SECONDS = 30
_POINT = "coord.pointAt.sky"
_SHUT_DOWN = "samp.hub.event.shutdown"
_COMING = ("samp.hub.event.register", "samp.hub.event.unregister")
_NO_HUB = (
    "There is no SAMP hub on this computer, so there is nobody to talk to. Start TOPCAT or Aladin "
    "first: each brings one."
)
_NO_PYVO = (
    "Other programs are talked to with pyvo, which is not installed: "
    "pip install 'napari-astro-al[vo]'."
)


class SampLink:
    """Talks to other programs on this computer; nothing is sent or heard before `connect`.

    Parameters
    ----------
    heard : callable
        ``heard(message)``, in a thread of the link, with what another program said.
    failed : callable
        ``failed(error)``, in a thread of the link, with an `InteropError` about a message that made
        no sense.
    changed : callable
        ``changed()``, in a thread of the link, when programs come or go.
    """

    def __init__(
        self,
        heard: Callable[[Message], None],
        failed: Callable[[InteropError], None],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._heard, self._failed, self._changed = heard, failed, changed
        self._client: Any = None
        self._folder: Path | None = None
        self._numbers = count(1)

    @property
    def connected(self) -> bool:
        """Whether the link is up."""
        return self._client is not None and bool(self._client.is_connected)

    def connect(self) -> None:
        """Find the hub, and begin to listen on this computer's own address.

        Raises
        ------
        InteropError
            If there is no hub, or it does not answer.
        """
        if self.connected:
            return
        try:
            from pyvo.samp import SAMPIntegratedClient, conf
            from pyvo.samp.errors import SAMPHubError
        except ImportError as error:
            raise InteropError(_NO_PYVO) from error

        try:
            # pyvo would ask a web site whether there is an internet
            with conf.set_temp("use_internet", False):
                client = SAMPIntegratedClient(
                    name=NAME,
                    description="Labels the sources of a catalogue, in napari",
                    addr=LOOPBACK,
                )
                client.connect()
        except SAMPHubError as error:
            raise InteropError(_NO_HUB) from error
        except OSError as error:
            raise InteropError(f"The SAMP hub does not answer: {error}.") from error
        for kind in (*TABLE, HIGHLIGHT, SELECT):
            client.bind_receive_call(kind, self._called)
            client.bind_receive_notification(kind, self._told)
        client.bind_receive_notification(_SHUT_DOWN, self._hub_ends)
        for kind in _COMING:
            client.bind_receive_notification(kind, self._comes_or_goes)
        self._client = client
        self._folder = Path(mkdtemp(prefix="napari-astro-al-"))

    def disconnect(self) -> None:
        """Take leave of the hub, and remove the tables that were offered to others."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):  # the hub may be gone
                client.disconnect()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def others(self) -> list[str]:
        """Names of the other programs at the hub, sorted.

        Raises
        ------
        InteropError
            If the link is down.
        """
        client = self._up()
        names = []
        hub = getattr(client.client, "_hub_id", "hub")  # pyvo has no other way to ask for it
        for one in set(client.get_registered_clients()) - {hub, client.get_public_id()}:
            with suppress(Exception):  # it may have gone in the meantime
                names.append(str(client.get_metadata(one).get("samp.name", one)))
        return sorted(names)

    def place_for(self, name: str) -> Path:
        """A file of the link's own in which a table may be written, to `offer` it.

        Raises
        ------
        InteropError
            If the link is down.
        """
        self._up()
        assert self._folder is not None
        plain = "".join(one if one.isalnum() else "_" for one in name)[:40] or "table"
        return self._folder / f"{plain}-{next(self._numbers)}.fits"

    def offer(self, path: Path, name: str) -> str:
        """Offer a FITS table to all others.

        Returns
        -------
        str
            What it is called in later messages.

        Raises
        ------
        InteropError
            If the link is down.
        """
        table = path.stem
        said = {"url": path.as_uri(), "table-id": table, "name": name}
        self._say("table.load.fits", said)
        return table

    def highlight(self, table: str, row: int) -> None:
        """Let others look at a row, from 0."""
        self._say(HIGHLIGHT, {"table-id": table, "row": str(row)})

    def select(self, table: str, rows: Sequence[int]) -> None:
        """Let others select rows, from 0."""
        self._say(SELECT, {"table-id": table, "row-list": [str(row) for row in rows]})

    def point(self, ra: float, dec: float) -> None:
        """Let others look at a place on the sky, in degrees."""
        self._say(_POINT, {"ra": repr(float(ra)), "dec": repr(float(dec))})

    def fetch_job(self, offered: Received) -> Job[Path]:
        """Get a table that was offered: the file itself, or a copy of what an address gives.

        Raises
        ------
        InteropError
            If it is not there, or too large.
        """
        if offered.path is not None:
            path = Path(offered.path)
            if not path.is_file():
                raise InteropError(f"The table {offered.name!r} is not at {path} any more.")
            return path
        place = self.place_for(offered.name).with_suffix(offered.suffix)
        yield Progress(f"Fetching {offered.name}")
        opener = build_opener(ProxyHandler({}))  # what is on this computer needs no proxy
        try:
            with opener.open(offered.url, timeout=_SECONDS) as source, place.open("wb") as file:
                size = 0
                while piece := source.read(_PIECE):
                    size += len(piece)
                    if size > MOST_BYTES:
                        raise InteropError(f"The table {offered.name!r} has more than 4 GiB.")
                    file.write(piece)
                    yield Progress(f"Fetching {offered.name}", size)
        except OSError as error:
            raise InteropError(f"The table {offered.name!r} did not come: {error}.") from error
        return place

    def _up(self) -> Any:
        if not self.connected:
            raise InteropError("There is no connection to other programs. Connect first.")
        return self._client

    def _say(self, kind: str, params: dict[str, Any]) -> None:
        client = self._up()
        try:
            client.notify_all({"samp.mtype": kind, "samp.params": params})
        except Exception as error:  # the hub is another program, and may have ended
            self.disconnect()
            raise InteropError(f"The SAMP hub does not answer any more: {error}.") from error

    def _told(
        self, private_key: str, sender: str, kind: str, params: dict[str, Any], extra: Any
    ) -> None:
        try:
            message = _read_message(kind, params)
        except InteropError as error:
            self._failed(error)
        else:
            self._heard(message)

    def _called(
        self,
        private_key: str,
        sender: str,
        number: str,
        kind: str,
        params: dict[str, Any],
        extra: Any,
    ) -> None:
        try:
            message = _read_message(kind, params)
        except AstroALError as error:
            trouble = {"samp.status": "samp.error", "samp.error": {"samp.errortxt": str(error)}}
            self._answer(number, trouble)
            self._failed(InteropError(str(error)))
        else:
            self._answer(number, {"samp.status": "samp.ok", "samp.result": {}})
            self._heard(message)

    def _answer(self, number: str, said: dict[str, Any]) -> None:
        client = self._client
        if client is not None:
            with suppress(Exception):  # whoever asked may be gone
                client.reply(number, said)

    def _hub_ends(self, *_: Any) -> None:
        self._client = None
        self._changed()

    def _comes_or_goes(self, *_: Any) -> None:
        self._changed()
