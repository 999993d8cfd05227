"""What people say about sources: events, the ledger that keeps them, the labels they add up to."""

from napari_astro_al.annotation.events import ANSWERS, CATALOGUE, Chain, Event
from napari_astro_al.annotation.identity import Identity
from napari_astro_al.annotation.labels import LabelSet
from napari_astro_al.annotation.ledger import Ledger

__all__ = ["ANSWERS", "CATALOGUE", "Chain", "Event", "Identity", "LabelSet", "Ledger"]
