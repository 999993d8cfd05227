"""Who labels: a random id for the annotator and one for the device, kept in the user's folder."""

from __future__ import annotations

import json
import secrets
import warnings
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from napari_astro_al.annotation.events import Chain
from napari_astro_al.errors import AstroALWarning, LedgerError
from napari_astro_al.home import HOME_VARIABLE, configuration_folder, write_whole

_FILE = "identity.json"


@dataclass(frozen=True)
class Identity:
    """The annotator at this device.

    The ids are random and made once; neither the login nor the host's name is ever looked at.

    Attributes
    ----------
    annotator : str
        16 hex digits.
    device : str
        16 hex digits.
    name : str or None
        What the person wants to be called; None until they say so.
    """

    annotator: str
    device: str
    name: str | None = None

    @classmethod
    def load(cls) -> Self:
        """The identity in the user's configuration folder, made and kept the first time.

        Returns
        -------
        Identity
            A passing one, for this process only, where the folder or its file cannot be used.

        Warns
        -----
        AstroALWarning
            If the identity is a passing one: labels of the next session will look like another
            person's.
        """
        path = configuration_folder() / _FILE
        try:
            return cls._read(path)
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            return cls._passing(f"{path} cannot be read ({error})")
        made = cls._random()
        try:
            write_whole(path, made._text(), replace_existing=False)
        except FileExistsError:
            return cls.load()
        except OSError as error:
            return cls._passing(f"{path} cannot be written ({error})")
        return made

    @staticmethod
    def is_kept() -> bool:
        """Whether somebody has worked here before: an identity is kept with the first session."""
        return (configuration_folder() / _FILE).exists()

    @property
    def chain(self) -> Chain:
        """The chain of the ledger that this annotator writes at this device."""
        return Chain(self.annotator, self.device)

    def with_name(self, name: str | None) -> Self:
        """The same identity under a name; empty text takes the name away. `save` keeps it."""
        return replace(self, name=(name or "").strip() or None)

    def save(self) -> None:
        """Keep this identity in the user's configuration folder, in place of the one there.

        Raises
        ------
        LedgerError
            If the folder cannot be written.
        """
        path = configuration_folder() / _FILE
        try:
            write_whole(path, self._text(), replace_existing=True)
        except OSError as error:
            raise LedgerError(
                f"The annotator's name was not kept: {path} cannot be written ({error}). Make the "
                f"folder writable, or point {HOME_VARIABLE} to one that is."
            ) from error

    @classmethod
    def _random(cls) -> Self:
        return cls(annotator=secrets.token_hex(8), device=secrets.token_hex(8))

    @classmethod
    def _passing(cls, reason: str) -> Self:
        warnings.warn(
            f"{reason}: labels carry a random annotator until the program ends, and another one "
            f"next time. Mend the file or the folder, or point {HOME_VARIABLE} to another folder.",
            AstroALWarning,
            stacklevel=3,
        )
        return cls._random()

    @classmethod
    def _read(cls, path: Path) -> Self:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise ValueError("it holds no identity")
        annotator, device, name = (content.get(key) for key in ("annotator", "device", "name"))
        if not (isinstance(annotator, str) and isinstance(device, str)):
            raise ValueError("it lacks the annotator or the device")
        try:
            Chain(annotator, device)
        except LedgerError as error:
            raise ValueError(str(error)) from error
        return cls(annotator, device, name if isinstance(name, str) else None)

    def _text(self) -> str:
        return json.dumps(asdict(self), indent=2) + "\n"
