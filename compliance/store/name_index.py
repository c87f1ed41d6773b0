"""Index of neighbouring signs in organisations' names, kept in the store: by it close names are found among a million in a millisecond.

Built by numpy in stretches of organisations; an import only adds a stretch for the organisations it brought.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, text

from compliance.store.writes import insert

STRETCH = 400_000  # organisations in one segment at most
SEGMENTS = 24  # more than this and all are built anew
COMMON = 0.2  # a pair that more than this share of a large stretch has tells nothing and isn't kept
SHIFT = 21  # bits of one sign


def gram_number(gram: str) -> int:
    """Two signs (or one) as one number."""
    return (ord(gram[0]) << SHIFT) | ord(gram[1]) if len(gram) > 1 else ord(gram)


def index_new_names(connection: Connection, spellings: Callable[[str, str], Sequence[str]]) -> int:
    """Indexes organisations that aren't in the index yet. Gives their number."""
    done = _state(connection, "names_indexed")
    segment = _state(connection, "name_segments")
    if segment >= SEGMENTS:
        connection.execute(text("delete from name_gram"))
        done = segment = 0
    last = connection.execute(text("select max(id) from organisation")).scalar() or 0
    start = done
    while start < last:
        end = min(start + STRETCH, last)
        rows = connection.execute(
            text("select id, normal, key from organisation where id > :a and id <= :b "
                 "union all select organisation_id, normal, key from organisation_name where organisation_id > :a and organisation_id <= :b"),
            {"a": start, "b": end},
        )  # fmt: skip
        segment += 1
        _write(connection, segment, [(i, spellings(n, k)) for i, n, k in rows])
        start = end
    if last > done:
        _set_state(connection, "names_indexed", last)
        _set_state(connection, "name_segments", segment)
    return last - done


def _write(connection: Connection, segment: int, named: Sequence[tuple[int, Sequence[str]]]) -> None:
    import numpy as np

    texts = [t for _, many in named for t in many]
    owners = np.array([i for i, many in named for _ in many], dtype=np.int64)
    base = int(owners.min())
    signs = np.frombuffer("\n".join(texts).encode("utf-32-le") + b"\n\0\0\0", dtype=np.uint32).astype(np.int64)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + 1
    owner = np.repeat(owners, lengths)
    newline = ord("\n")
    good = (signs[:-1] != newline) & (signs[1:] != newline)
    both = ((signs[:-1] << SHIFT | signs[1:]) << SHIFT | (owner[:-1] - base))[
        good
    ]  # 63 bits: two signs and who has them
    both.sort()
    both = both[np.diff(both, prepend=-1) != 0]
    pair = both >> SHIFT
    ids = ((both & ((1 << SHIFT) - 1)) + base).astype("<u4")
    starts = np.flatnonzero(np.diff(pair, prepend=-1))
    ends = np.append(starts[1:], len(pair))
    limit = max(int(len(named) * COMMON), 2000)
    few = ends - starts <= limit
    packed = memoryview(ids.tobytes())
    rows = [
        (gram, segment, end - start, bytes(packed[start * 4 : end * 4]))
        for gram, start, end in zip(pair[starts[few]].tolist(), starts[few].tolist(), ends[few].tolist(), strict=True)
    ]
    for start in range(0, len(rows), 20_000):
        insert(connection, "name_gram", ("gram", "segment", "count", "ids"), rows[start : start + 20_000])


def _state(connection: Connection, name: str) -> int:
    return connection.execute(text("select value from register_state where name = :n"), {"n": name}).scalar() or 0


def _set_state(connection: Connection, name: str, value: int) -> None:
    connection.execute(text("delete from register_state where name = :n"), {"n": name})
    connection.execute(text("insert into register_state (name, value) values (:n, :v)"), {"n": name, "v": value})


def _listed(numbers: Iterable[int], size: int = 2000) -> Iterator[str]:
    """Our own numbers written into a statement, some at a time."""
    every = [str(int(n)) for n in numbers]
    return (",".join(every[i : i + size]) for i in range(0, len(every), size))


class StoredPostings:
    """Lists of organisations by pair of signs, read from the store; the ones read last are kept (at most `limit` entries)."""

    def __init__(self, reading: Callable[[], Any], size: int, limit: int = 40_000_000) -> None:
        import numpy as np

        self._reading, self.size, self._limit = reading, size, limit
        self.weights = np.zeros(size, dtype=np.float32)
        self._counts: dict[str, int] = {}
        self._lists: dict[str, Any] = {}
        self._kept = 0

    def counts(self, grams: Iterable[str]) -> dict[str, int]:
        """How many organisations have each pair; pairs that none has, or nearly all, are absent."""
        grams = list(grams)
        wanted = {gram_number(g): g for g in grams if g not in self._counts}
        if wanted:
            found: dict[int, int] = {}
            with self._reading() as connection:
                for listed in _listed(wanted):
                    sql = f"select gram, sum(count) from name_gram where gram in ({listed}) group by gram"
                    found |= {g: int(n) for g, n in connection.exec_driver_sql(sql)}
            self._counts |= {gram: found.get(number, 0) for number, gram in wanted.items()}
        return {g: n for g in grams if (n := self._counts[g])}

    def lists(self, grams: Sequence[str]) -> list[Any]:
        """The organisations of each pair, as integer arrays."""
        import numpy as np

        wanted = {gram_number(g): g for g in grams if g not in self._lists}
        if wanted:
            parts: dict[int, list[Any]] = {n: [] for n in wanted}
            with self._reading() as connection:
                for listed in _listed(wanted):
                    sql = f"select gram, ids from name_gram where gram in ({listed}) order by gram, segment"
                    for number, ids in connection.exec_driver_sql(sql):
                        parts[number].append(np.frombuffer(ids, dtype="<u4"))
            made = {wanted[n]: np.concatenate(p) if p else np.empty(0, "<u4") for n, p in parts.items()}
            new = sum(map(len, made.values()))
            if self._kept + new > self._limit:
                self._lists, self._kept = {g: self._lists[g] for g in grams if g in self._lists}, 0
            self._lists |= made
            self._kept += new
        return [self._lists[g] for g in grams]
