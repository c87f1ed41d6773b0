"""The process that looks at pictures: it may be killed, run out of memory or crash without the run noticing more than one
picture not read (识读进程).

Protocol on its standard input and output: a line of JSON `{"name", "context", "bytes": n}` and n bytes; answered by a line
of JSON, a reading with its lines. It ends when its input ends.
"""

from __future__ import annotations

import json
import sys
from typing import BinaryIO

MEMORY = 3 << 30  # address space in bytes, libraries and model mappings included; about 0.8 GB of it is ever touched


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer requests until the input ends."""
    from compliance.pictures.look import look_at

    while head := source.readline():
        request = json.loads(head)
        data = source.read(request["bytes"])
        reading = look_at(data, request["name"], request["context"])
        target.write(json.dumps(reading.to_json(lines=True), ensure_ascii=False).encode() + b"\n")
        target.flush()


def bound_memory() -> None:
    """Limit this process where the system can; elsewhere the time limit alone holds."""
    try:
        import resource
    except ImportError:  # Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


if __name__ == "__main__":
    bound_memory()
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints must not stand between answers
    serve(sys.stdin.buffer, answers)
