"""How models run on this machine: two threads each, which sleep while there is nothing for them to do.

A thread of ONNX Runtime that waits for its part of a model turns in a circle by itself, so that it is there at once. On
a machine that encodes meanwhile that takes processors from the encoder and from the other thread: letters took twice
as long there, with half as much processor time again.
"""

from typing import Any

import onnxruntime

_NO_CIRCLE = ("session.intra_op.allow_spinning", "0")


def options() -> Any:
    """What every session is opened with."""
    chosen = onnxruntime.SessionOptions()
    chosen.intra_op_num_threads, chosen.inter_op_num_threads = 2, 1
    chosen.log_severity_level, chosen.enable_cpu_mem_arena = 4, False
    chosen.add_session_config_entry(*_NO_CIRCLE)
    return chosen


def opened(path: str) -> Any:
    """A session of a model."""
    return onnxruntime.InferenceSession(path, options(), providers=["CPUExecutionProvider"])
