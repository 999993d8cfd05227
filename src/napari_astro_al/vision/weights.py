"""Weights of a network from a PyTorch file, read without executing its pickle.

A ``.pth`` file of PyTorch before 1.6 is five pickles, one after the other (a magic number, a
version, the machine it was written on, the names with their tensors, the keys of the storages),
and then each storage: its number of elements as a 64-bit integer, and its bytes. A pickle is a
program that may call anything. Here its instructions are read by `pickletools`, and only those are
followed that build plain values; of the names that it may mention, a handful are known, and none
is looked up. Whatever else a file says is an error.

References
----------
PyTorch, "Serialization semantics", and ``pickletools`` of the standard library, for the format.
"""

from __future__ import annotations

import io
import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import ImagingError

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
MOST_BYTES = 256 * 2**20
"""Files larger than this are refused."""

_ORDERED_DICT = "collections OrderedDict"
_TENSOR = "torch._utils _rebuild_tensor_v2"
_DTYPES = {"torch FloatStorage": "<f4", "torch LongStorage": "<i8"}
_MARK = object()


@dataclass(frozen=True)
class _Name:
    """Something that the pickle mentions by module and name, and that is not looked up."""

    text: str


@dataclass(frozen=True)
class _Tensor:
    """A tensor that waits for the bytes of its storage."""

    key: str
    dtype: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def read_weights(path: Path) -> dict[str, npt.NDArray[Any]]:
    """The tensors of a PyTorch file of the format before 1.6.

    Parameters
    ----------
    path : Path

    Returns
    -------
    dict of str to ndarray
        By name, in the order of the file; float32 or int64.

    Raises
    ------
    ImagingError
        If it cannot be read, is of another format, is damaged, or its pickle says anything that
        is not needed to name tensors.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ImagingError(f"{path.name} is larger than {MOST_BYTES / 2**20:.0f} MiB.")
        data = path.read_bytes()
    except OSError as error:
        raise ImagingError(f"The weights {path} cannot be read: {error}.") from error
    try:
        return _weights_in(data)
    except ImagingError as error:
        raise ImagingError(f"{path.name} cannot be used as weights: {error}") from error
    except (ValueError, IndexError, KeyError, TypeError, OverflowError) as error:
        raise ImagingError(f"{path.name} is damaged: {error}.") from error


def _weights_in(data: bytes) -> dict[str, npt.NDArray[Any]]:
    stream = io.BytesIO(data)
    if _plain(stream) != MAGIC or _plain(stream) != PROTOCOL:
        raise ImagingError("it is not a PyTorch file of the format before version 1.6.")
    machine = _plain(stream)
    if not isinstance(machine, dict) or machine.get("little_endian") is not True:
        raise ImagingError("it was not written by a little-endian machine.")
    tensors, keys = _plain(stream), _plain(stream)
    if not isinstance(tensors, dict) or not isinstance(keys, list):
        raise ImagingError("it holds something else than named tensors.")
    waiting = {name: one for name, one in tensors.items() if isinstance(one, _Tensor)}
    if len(waiting) != len(tensors):
        raise ImagingError("it holds values that are no tensors.")
    dtypes = {one.key: one.dtype for one in waiting.values()}
    storages: dict[str, npt.NDArray[Any]] = {}
    for key in keys:
        (count,) = np.frombuffer(stream.read(8), "<i8")
        dtype = np.dtype(dtypes[key])
        storage = stream.read(int(count) * dtype.itemsize)
        storages[key] = np.frombuffer(storage, dtype, count=int(count))
    return {str(name): _laid_out(one, storages[one.key]) for name, one in waiting.items()}


def _laid_out(tensor: _Tensor, storage: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The tensor's own copy of its part of a storage."""
    steps = list(zip(tensor.shape, tensor.strides, strict=True))
    furthest = tensor.offset + sum((length - 1) * stride for length, stride in steps)
    if min([tensor.offset, *tensor.shape, *tensor.strides], default=0) < 0:
        raise ImagingError("it holds a tensor with a negative size.")
    if 0 not in tensor.shape and furthest >= len(storage):
        raise ImagingError("it holds a tensor that is larger than its storage.")
    size = storage.itemsize
    strides = [stride * size for stride in tensor.strides]
    view = np.lib.stride_tricks.as_strided(storage[tensor.offset :], tensor.shape, strides)
    return view.copy()


def _plain(stream: BinaryIO) -> Any:
    """The next pickle of a stream, as plain values and waiting tensors."""
    stack: list[Any] = []
    memory: dict[int, Any] = {}
    for opcode, argument, _ in pickletools.genops(stream):
        if opcode.name == "STOP":
            return stack.pop()
        follow = _FOLLOWED.get(opcode.name)
        if follow is None:
            raise ImagingError(f"its pickle has the instruction {opcode.name}, which is refused.")
        follow(stack, memory, argument)
    raise ImagingError("a pickle in it has no end.")


_Follow = Callable[[list[Any], dict[int, Any], Any], None]


def _push(stack: list[Any], memory: dict[int, Any], argument: Any) -> None:
    stack.append(argument)


def _put(stack: list[Any], memory: dict[int, Any], argument: Any) -> None:
    memory[argument] = stack[-1]


def _get(stack: list[Any], memory: dict[int, Any], argument: Any) -> None:
    stack.append(memory[argument])


def _pushing(make: Callable[[], Any]) -> _Follow:
    return lambda stack, memory, argument: stack.append(make())


def _since_mark(stack: list[Any]) -> list[Any]:
    items = []
    while (item := stack.pop()) is not _MARK:
        items.append(item)
    return items[::-1]


def _tuple(stack: list[Any], memory: dict[int, Any], argument: Any) -> None:
    stack.append(tuple(_since_mark(stack)))


def _tuple_of(n: int) -> _Follow:
    def follow(stack: list[Any], memory: dict[int, Any], argument: Any) -> None:
        items = tuple(stack[-n:])
        del stack[-n:]
        stack.append(items)

    return follow


def _append(stack: list[Any], memory: dict[int, Any], argument: Any) -> None:
    item = stack.pop()
    stack[-1].append(item)


def _append_all(stack: list[Any], memory: dict[int, Any], argument: Any) -> None:
    items = _since_mark(stack)
    stack[-1].extend(items)


def _set_item(stack: list[Any], memory: dict[int, Any], argument: Any) -> None:
    value, key = stack.pop(), stack.pop()
    stack[-1][key] = value


def _set_items(stack: list[Any], memory: dict[int, Any], argument: Any) -> None:
    items = _since_mark(stack)
    stack[-1].update(zip(items[::2], items[1::2], strict=True))


def _name(stack: list[Any], memory: dict[int, Any], argument: Any) -> None:
    if argument not in {_ORDERED_DICT, _TENSOR, *_DTYPES}:
        raise ImagingError(f"its pickle asks for {argument!r}, which is refused.")
    stack.append(_Name(argument))


def _call(stack: list[Any], memory: dict[int, Any], argument: Any) -> None:
    """Stand in for the two calls that name tensors: an empty dict, and a tensor."""
    given, what = stack.pop(), stack.pop()
    if what == _Name(_ORDERED_DICT) and given == ():
        stack.append({})
        return
    if what == _Name(_TENSOR):
        (key, dtype), offset, shape, strides, *_ = given
        stack.append(_Tensor(key, dtype, offset, shape, strides))
        return
    raise ImagingError("its pickle calls something, which is refused.")


def _storage(stack: list[Any], memory: dict[int, Any], argument: Any) -> None:
    what, kind, key, *_ = stack.pop()
    if what != "storage" or not isinstance(kind, _Name) or kind.text not in _DTYPES:
        raise ImagingError("its pickle refers to something that is no storage of numbers.")
    stack.append((key, _DTYPES[kind.text]))


def _drop_state(stack: list[Any], memory: dict[int, Any], argument: Any) -> None:
    """The state of a dict of tensors says which version of PyTorch made it."""
    stack.pop()


_FOLLOWED: dict[str, _Follow] = {
    "PROTO": lambda stack, memory, argument: None,
    **dict.fromkeys(("BINUNICODE", "BININT", "BININT1", "BININT2", "LONG1"), _push),
    **dict.fromkeys(("BINPUT", "LONG_BINPUT"), _put),
    **dict.fromkeys(("BINGET", "LONG_BINGET"), _get),
    "MARK": _pushing(lambda: _MARK),
    "NONE": _pushing(lambda: None),
    "NEWTRUE": _pushing(lambda: True),
    "NEWFALSE": _pushing(lambda: False),
    "EMPTY_DICT": _pushing(dict),
    "EMPTY_LIST": _pushing(list),
    "EMPTY_TUPLE": _pushing(tuple),
    "TUPLE": _tuple,
    "TUPLE1": _tuple_of(1),
    "TUPLE2": _tuple_of(2),
    "TUPLE3": _tuple_of(3),
    "APPEND": _append,
    "APPENDS": _append_all,
    "SETITEM": _set_item,
    "SETITEMS": _set_items,
    "GLOBAL": _name,
    "REDUCE": _call,
    "BINPERSID": _storage,
    "BUILD": _drop_state,
}
"""What is done for each instruction; one that is not here is refused."""
