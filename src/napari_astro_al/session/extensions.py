"""What was added to this program: by packages, by files of the person's own, in a script."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from napari_astro_al.cutouts.online import SERVICES
from napari_astro_al.errors import AstroALWarning, RegistrationError
from napari_astro_al.features import GENERATORS
from napari_astro_al.home import configuration_folder, write_whole
from napari_astro_al.learning import MODELS, STRATEGIES
from napari_astro_al.learning.costs import COSTS
from napari_astro_al.learning.stopping import CRITERIA
from napari_astro_al.plots import SOURCE_PLOTS
from napari_astro_al.projection import PLANES, PROJECTIONS
from napari_astro_al.registry import (
    BUILT_IN,
    Failure,
    Registry,
    on_discovery,
    registering_from,
)

REGISTRIES: tuple[Registry[Any], ...] = (
    MODELS,
    STRATEGIES,
    GENERATORS,
    PROJECTIONS,
    PLANES,
    SOURCE_PLOTS,
    SERVICES,
    CRITERIA,
    COSTS,
)
_FOLDER, _CHOICE = "extensions", "extensions.json"
_FILE = "file"


@dataclass(frozen=True)
class Extension:
    """One thing that does not come with the program.

    Attributes
    ----------
    kind : str
        "model", "query strategy" and so on; "file" for a file that failed as a whole.
    name : str
    origin : str
        A package with its version, a file, or a script.
    error : str
        Why it cannot be used; empty where it can.
    """

    kind: str
    name: str
    origin: str
    error: str = ""


class Extensions:
    """Extensions of this program on this computer."""

    def __init__(self) -> None:
        self._failures: list[Failure] = []
        self._has_looked = False

    @property
    def folder(self) -> Path:
        """Where a person's own Python files are looked for; it need not exist."""
        return configuration_folder() / _FOLDER

    @property
    def allowed(self) -> bool:
        """Whether the files of `folder` may be run."""
        with suppress(OSError, ValueError):
            said = json.loads((configuration_folder() / _CHOICE).read_text(encoding="utf-8"))
            return isinstance(said, dict) and said.get("run_folder") is True
        return False

    def allow_folder(self, allowed: bool = True) -> None:
        """Let the Python files of `folder` be run when the program is used, or not any more.

        They run as any program of yours: they can read and change whatever you can. Allow it only
        if you know who wrote them. The folder is made. What was registered stays until the
        program is started anew.

        Raises
        ------
        RegistrationError
            If that cannot be written down.
        """
        if not isinstance(allowed, bool):
            raise RegistrationError(f"allow_folder takes True or False, not {allowed!r}.")
        text = json.dumps({"run_folder": allowed}) + "\n"
        try:
            if allowed:
                self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(configuration_folder() / _CHOICE, text, replace_existing=True)
        except OSError as error:
            raise RegistrationError(
                f"It could not be written down in {configuration_folder()}: "
                f"{error.strerror or error}. Nothing has changed."
            ) from error
        if allowed:
            self.load_folder()

    def load_folder(self) -> None:
        """Run the files of `folder` that were not run yet or failed, if that is allowed.

        In the order of their names; a file that fails is told of in a warning, and the others go
        on. Names that begin with an underscore or a dot are left out.
        """
        self._has_looked = True
        if not self.allowed:
            return
        self._failures = []
        for path in sorted(self.folder.glob("*.py")):
            if path.name[0] not in "._":
                self._run(path)

    def _run(self, path: Path) -> None:
        origin = f"{_FILE} {path.name}"
        name = f"napari_astro_al_extensions.{path.stem}"
        if name in sys.modules:
            return
        spec = spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[name] = module_from_spec(spec)
        try:
            with registering_from(origin):
                spec.loader.exec_module(module)
        except Exception as error:  # the file may do anything
            del sys.modules[name]
            failure = Failure(_FILE, path.name, "your folder", f"{type(error).__name__}: {error}")
            self._failures.append(failure)
            warnings.warn(f"{failure} Everything else goes on.", AstroALWarning, stacklevel=3)

    def load_folder_once(self) -> None:
        """`load_folder`, unless it was called before."""
        if not self._has_looked:
            self.load_folder()

    def __iter__(self) -> Iterator[Extension]:
        """What there is beside the built-ins, and what could not be loaded."""
        for registry in REGISTRIES:
            for name in registry:
                origin = registry.origin_of(name)
                if origin != BUILT_IN:
                    yield Extension(registry.kind, name, origin)
            for one in registry.failures:
                yield Extension(one.kind, one.name, one.origin, one.why)
        for one in self._failures:
            yield Extension(one.kind, one.name, one.origin, one.why)


extensions = Extensions()
on_discovery(extensions.load_folder_once)
