"""Looking for bytes in files piece by piece."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.catalogue import widths
from napari_astro_al.catalogue.widths import contains


@given(
    content=st.binary(max_size=12),
    what=st.binary(min_size=1, max_size=2),
    start=st.integers(0, 12),
    piece=st.integers(2, 5),
)
def test_what_lies_across_pieces_is_found(
    content: bytes, what: bytes, start: int, piece: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(widths, "_CHUNK", piece)
        assert contains(io.BytesIO(content), what, start) == (what in content[start:])
