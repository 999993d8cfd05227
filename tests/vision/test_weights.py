"""Weights are read from PyTorch's file without executing what is in it."""

import pickle
import struct

import numpy as np
import pytest

from napari_astro_al.errors import ImagingError
from napari_astro_al.vision.weights import MAGIC, PROTOCOL, read_weights

MACHINE = {"protocol_version": PROTOCOL, "little_endian": True, "type_sizes": {"long": 4}}


def text(word):
    return b"X" + struct.pack("<I", len(word)) + word.encode()


def whole(number):
    return b"J" + struct.pack("<i", number)


def tensor(key, shape, strides, offset=0, storage=b"ctorch\nFloatStorage\n"):
    """What a pickle of PyTorch says of a tensor."""
    sizes = [b"(" + b"".join(map(whole, one)) + b"t" for one in (shape, strides)]
    where = b"(" + text("storage") + storage + text(key) + text("cpu") + whole(0) + b"NtQ"
    empty = b"ccollections\nOrderedDict\n)R"
    call = b"ctorch._utils\n_rebuild_tensor_v2\n"
    return call + b"(" + where + whole(offset) + b"".join(sizes) + b"\x89" + empty + b"tR"


def torch_file(tensors, storages, *, names=None, machine=MACHINE):
    """A file as PyTorch before 1.6 wrote it."""
    items = b"".join(text(name) + said for name, said in tensors.items())
    named = b"\x80\x02ccollections\nOrderedDict\n)R(" + items + b"u." if names is None else names
    parts = [pickle.dumps(one, 2) for one in (MAGIC, PROTOCOL, machine)]
    parts += [named, pickle.dumps(list(storages), 2)]
    for values in storages.values():
        parts.append(struct.pack("<q", len(values)) + values.tobytes())
    return b"".join(parts)


@pytest.fixture
def read(tmp_path):
    def from_bytes(content):
        path = tmp_path / "weights.pth"
        path.write_bytes(content)
        return read_weights(path)

    return from_bytes


SIX = np.arange(6, dtype="<f4")


def test_tensors_have_their_names_shapes_and_strides(read):
    tensors = {"a": tensor("7", (2, 3), (3, 1)), "b": tensor("7", (3, 2), (1, 3))}
    weights = read(torch_file(tensors, {"7": SIX}))
    assert list(weights) == ["a", "b"]
    assert weights["a"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert weights["b"].tolist() == [[0, 3], [1, 4], [2, 5]]


def test_a_tensor_begins_at_its_offset(read):
    weights = read(torch_file({"a": tensor("7", (2,), (1,), offset=4)}, {"7": SIX}))
    assert weights["a"].tolist() == [4, 5]


def test_what_a_pickle_would_call_is_not_called(read, tmp_path):
    mark = tmp_path / "called"

    class Harm:
        def __reduce__(self):
            return (open, (str(mark), "w"))

    with pytest.raises(ImagingError, match=r"asks for '\w*io open', which is refused"):
        read(torch_file({}, {}, names=pickle.dumps({"a": Harm()}, 2)))
    assert not mark.exists()


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (pickle.dumps({"a": 1.5}, 2), "the instruction BINFLOAT, which is refused"),
        (pickle.dumps({"a": 1}, 2), "values that are no tensors"),
        (b"\x80\x02ctorch\nFloatStorage\n)R.", "calls something, which is refused"),
        (b"\x80\x02(" + text("module") + b"NNtQ.", "refers to something that is no storage"),
    ],
)
def test_what_is_not_needed_to_name_tensors_is_refused(read, names, why):
    with pytest.raises(ImagingError, match=why):
        read(torch_file({}, {}, names=names))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (pickle.dumps("PK", 2), "not a PyTorch file of the format before"),
        (b"PK\x03\x04 a newer file", "damaged"),
        (torch_file({"a": tensor("7", (2, 9), (9, 1))}, {"7": SIX}), "larger than its storage"),
        (torch_file({"a": tensor("7", (2,), (-1,), 5)}, {"7": SIX}), "negative size"),
        (torch_file({"a": tensor("7", (6,), (1,))}, {"7": SIX})[:-4], "damaged"),
        (torch_file({"a": tensor("7", (6,), (1,))}, {"8": SIX}), "damaged"),
        (torch_file({}, {}, machine={"little_endian": False}), "little-endian"),
    ],
)
def test_other_and_damaged_files_are_told(read, content, why):
    with pytest.raises(ImagingError, match=why):
        read(content)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ImagingError, match="cannot be read"):
        read_weights(tmp_path / "none.pth")
