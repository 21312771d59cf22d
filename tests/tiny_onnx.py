"""Models of a few hundred bytes, written as ONNX files are (protocol buffers), so that no package is needed to make
them."""

import struct
from collections.abc import Sequence

_FLOAT, _INT, _BOOL, _GRAPH = 1, 7, 9, 5


def red(weights: Sequence[float] = (-1, 1, 1, -1, 1, -1), labels: int = 2) -> bytes:
    """Takes [1, 3, 64, 64] and answers two numbers: the second is how much more red than green and blue there is."""
    nodes = [
        _node("GlobalAveragePool", ["x"], ["mean"]),
        _node("Flatten", ["mean"], ["flat"]),
        _node("MatMul", ["flat", "w"], ["y"]),
    ]
    inputs, outputs = [_value("x", _FLOAT, [1, 3, 64, 64])], [_value("y", _FLOAT, [1, labels])]
    return _model(_graph(nodes, inputs, outputs, [_tensor("w", _FLOAT, [3, labels], struct.pack("<6f", *weights))]))


def endless() -> bytes:
    """Takes the same, and never answers."""
    body = _graph(
        [_node("Identity", ["c"], ["c2"]), _node("Identity", ["v"], ["v2"])],
        [_value("i", _INT, []), _value("c", _BOOL, []), _value("v", _FLOAT, [1, 3, 64, 64])],
        [_value("c2", _BOOL, []), _value("v2", _FLOAT, [1, 3, 64, 64])],
    )
    loop = _node("Loop", ["", "true", "x"], ["y"], _text(1, "body") + _whole(20, _GRAPH) + _part(6, body))
    values = [_value("x", _FLOAT, [1, 3, 64, 64])], [_value("y", _FLOAT, [1, 3, 64, 64])]
    return _model(_graph([loop], *values, [_tensor("true", _BOOL, [], b"\1")]))


def huge() -> bytes:
    """Takes the same, and wants a terabyte for its answer."""
    shape = _tensor("shape", _INT, [2], struct.pack("<2q", 1 << 20, 1 << 18))
    nodes = [_node("GlobalAveragePool", ["x"], ["mean"]), _node("ConstantOfShape", ["shape"], ["y"])]
    values = [_value("x", _FLOAT, [1, 3, 64, 64])], [_value("y", _FLOAT, [1 << 20, 1 << 18])]
    return _model(_graph(nodes, *values, [shape]))


def _varint(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*made, value])


def _whole(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _part(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _text(field: int, text: str) -> bytes:
    return _part(field, text.encode())


def _model(graph: bytes) -> bytes:
    return _whole(1, 8) + _part(8, _text(1, "") + _whole(2, 13)) + _part(7, graph)


def _graph(
    nodes: Sequence[bytes], inputs: Sequence[bytes], outputs: Sequence[bytes], values: Sequence[bytes] = ()
) -> bytes:
    fields = ((1, nodes), (5, values), (11, inputs), (12, outputs))
    return _text(2, "g") + b"".join(_part(field, one) for field, parts in fields for one in parts)


def _node(kind: str, inputs: Sequence[str], outputs: Sequence[str], attribute: bytes = b"") -> bytes:
    names = b"".join(_text(1, one) for one in inputs) + b"".join(_text(2, one) for one in outputs)
    return names + _text(4, kind) + (_part(5, attribute) if attribute else b"")


def _tensor(name: str, kind: int, shape: Sequence[int], data: bytes) -> bytes:
    return b"".join(_whole(1, one) for one in shape) + _whole(2, kind) + _text(8, name) + _part(9, data)


def _value(name: str, kind: int, shape: Sequence[int]) -> bytes:
    sizes = b"".join(_part(1, _whole(1, one)) for one in shape)
    return _text(1, name) + _part(2, _part(1, _whole(1, kind) + _part(2, sizes)))
