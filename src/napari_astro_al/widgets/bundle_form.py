"""The form that adds the pictures of a bundle."""

from __future__ import annotations

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.cutouts import CutoutProvider, bundled
from napari_astro_al.cutouts.bundle import SUFFIX
from napari_astro_al.errors import CutoutError
from napari_astro_al.widgets.picture_fields import Make, PathField, PictureForm


class BundleForm(PictureForm):
    """One file with pictures of many sources, as `Cutouts.bundle` makes them."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__(
            "Pictures that somebody put into one file, for work without a network: with "
            "session.cutouts.bundle or the command napari-astro-al bundle. Every survey in it "
            "becomes a picture of its own."
        )
        self.file = PathField("A bundle", kinds=f"Bundles (*{SUFFIX});;All files (*)")
        self.add("Bundle", self.file)

    def make(self) -> Make:
        """See `PictureForm.make`."""
        paths = self.file.paths()
        if not paths:
            raise CutoutError("Choose the bundle.")
        return lambda: list[CutoutProvider](bundled(paths[0]))
