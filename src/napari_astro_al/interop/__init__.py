"""Other programs of astronomers: tables, sources and selections by SAMP."""

from napari_astro_al.interop.conversation import Conversation
from napari_astro_al.interop.messages import Highlighted, Received, Selected
from napari_astro_al.interop.samp import SampLink

__all__ = ["Conversation", "Highlighted", "Received", "SampLink", "Selected"]
