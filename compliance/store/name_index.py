"""Organisations' names kept twice more, for finding close ones: which have which pair of signs, and all of them as one text.

The pairs (signs side by side, or with one between) are built by numpy in stretches of organisations; an import only adds a stretch for
the organisations it brought. The names of a stretch stand together in one value, so that a million are read in half a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import Any

from sqlalchemy import Connection, text

from compliance.store.writes import insert

STRETCH = 250_000  # organisations in one segment at most
SEGMENTS = 32  # more than this and all are built anew
COMMON = 0.2  # a pair that more than this share of a large stretch has tells nothing and isn't kept
SHIFT = 21  # bits of one sign
BUILT = 2  # how the index is built; one that was built otherwise is built anew by the next import


def gram_number(gram: str) -> int:
    """Two signs (or one) as one number."""
    return (ord(gram[0]) << SHIFT) | ord(gram[1]) if len(gram) > 1 else ord(gram)


@dataclass
class NewNames:
    """Organisations that aren't in the index yet. `read` them, `build` their part of the index, which touches no database and so may run in
    a thread while the database is busy, and `write` it."""

    spellings: Callable[[str, str], Sequence[str]]
    last: int = 0  # the highest number of an organisation
    segments: int = 0  # in the index
    stretches: list[tuple[int, int, Sequence[Any], Sequence[Any]]] = field(default_factory=list)
    blocks: list[tuple[Any, ...]] = field(default_factory=list)
    grams: list[list[tuple[Any, ...]]] = field(default_factory=list)

    @classmethod
    def read(cls, connection: Connection, spellings: Callable[[str, str], Sequence[str]]) -> NewNames:
        """`spellings(normal, key)`: the strings whose neighbouring signs close names are found by."""
        done = _state(connection, "names_indexed")
        segments = _state(connection, "name_segments")
        if segments >= SEGMENTS or (segments and _state(connection, "names_built") != BUILT):
            connection.execute(text("delete from name_gram"))
            connection.execute(text("delete from name_block"))
            done = segments = 0
        last = connection.execute(text("select max(id) from organisation")).scalar() or 0
        new = cls(spellings, last, segments)
        for start in range(done, last, STRETCH):
            end = min(start + STRETCH, last)
            present = _fetched(
                connection, f"select id, normal, key from organisation where id > {start} and id <= {end} order by id"
            )
            former = _fetched(
                connection,
                f"select organisation_id, normal, key from organisation_name where organisation_id > {start} and organisation_id <= {end}",
            )
            new.stretches.append((start + 1, end, present, former))
        return new

    def build(self) -> None:
        """Works out what is to be written. Lets go of the names."""
        while self.stretches:
            first, last, present, former = self.stretches.pop(0)
            self.segments += 1
            self.blocks.append(_block(first, last, present))
            named = [(i, self.spellings(n, k)) for many in (present, former) for i, n, k in many]
            self.grams.append(_grams(self.segments, named))

    def write(self, connection: Connection) -> None:
        """Writes what `build` has worked out."""
        if not self.blocks:
            return
        insert(connection, "name_block", ("first", "last", "normals", "keys"), self.blocks)
        for rows in self.grams:
            for start in range(0, len(rows), 20_000):
                insert(connection, "name_gram", ("gram", "segment", "count", "ids"), rows[start : start + 20_000])
        _set_state(connection, "names_indexed", self.last)
        _set_state(connection, "name_segments", self.segments)
        _set_state(connection, "names_built", BUILT)


def _block(first: int, last: int, named: Sequence[Any]) -> tuple[int, int, bytes, bytes]:
    """The names of a stretch, one a line, an empty line where there is no organisation. A key equal to the name is left out."""
    normals, keys = [""] * (last - first + 1), [""] * (last - first + 1)
    for number, normal, key in named:
        normals[number - first], keys[number - first] = normal, key if key != normal else ""
    return first, last, "\n".join(normals).encode(), "\n".join(keys).encode()


def _grams(segment: int, named: Sequence[tuple[int, Sequence[str]]]) -> list[tuple[Any, ...]]:
    """The lines of `name_gram` for a stretch."""
    import numpy as np

    texts = [t for _, many in named for t in many]
    owners = np.array([i for i, many in named for _ in many], dtype=np.int64)
    base = int(owners.min())
    signs = np.frombuffer("\n".join(texts).encode("utf-32-le") + b"\n\0\0\0", dtype=np.uint32).astype(np.int64)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + 1
    owner = np.repeat(owners - base, lengths)
    sign = signs != ord("\n")
    beside = sign[:-1] & sign[1:]
    apart = beside[:-1] & sign[2:]
    # 63 bits: two signs and who has them
    both = np.concatenate([
        ((signs[:-1] << SHIFT | signs[1:]) << SHIFT | owner[:-1])[beside],
        ((signs[:-2] << SHIFT | signs[2:]) << SHIFT | owner[:-2])[apart],
    ])  # fmt: skip
    both.sort()
    both = both[np.diff(both, prepend=-1) != 0]
    pair = both >> SHIFT
    ids = ((both & ((1 << SHIFT) - 1)) + base).astype("<u4")
    del both
    starts = np.flatnonzero(np.diff(pair, prepend=-1))
    ends = np.append(starts[1:], len(pair))
    limit = max(int(len(named) * COMMON), 2000)
    few = ends - starts <= limit
    packed = memoryview(ids.tobytes())
    return [
        (gram, segment, end - start, bytes(packed[start * 4 : end * 4]))
        for gram, start, end in zip(pair[starts[few]].tolist(), starts[few].tolist(), ends[few].tolist(), strict=True)
    ]


def names_in_blocks(connection: Connection) -> tuple[list[bytes], list[bytes], int]:
    """(normal forms, keys, highest number): texts of names, UTF-8, one a line, which together hold all organisations that the index knows at
    the place of their number; an empty line where there is none, and where the key equals the normal form."""
    blocks = connection.exec_driver_sql("select last, normals, keys from name_block order by first").all()
    normals, keys = ([b"", *(bytes(block[part]) for block in blocks)] for part in (1, 2))
    return normals, keys, blocks[-1][0] if blocks else 0


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
    """Lists of organisations by pair of signs, read from the store."""

    def __init__(self, reading: Callable[[], Any], size: int) -> None:
        self._reading, self.size = reading, size

    def counts(self, grams: Iterable[str]) -> dict[str, int]:
        """How many organisations have each pair; pairs that none has, or nearly all, are absent."""
        wanted = {gram_number(g): g for g in grams}
        with self._reading() as connection:
            return {
                wanted[number]: int(count)
                for listed in _listed(wanted)
                for number, count in _fetched(
                    connection, f"select gram, sum(count) from name_gram where gram in ({listed}) group by gram"
                )
            }

    def lists(self, grams: Sequence[str]) -> list[Any]:
        """The organisations of each pair, as integer arrays. Those an import has brought since are left out."""
        import numpy as np

        parts: dict[int, list[Any]] = {gram_number(g): [] for g in grams}
        with self._reading() as connection:
            for listed in _listed(parts):
                sql = f"select gram, ids from name_gram where gram in ({listed}) order by gram, segment"
                for number, ids in _fetched(connection, sql):
                    parts[number].append(ids)
        whole = np.frombuffer(b"".join(chain.from_iterable(parts.values())), dtype="<u4")
        ends = np.cumsum([sum(map(len, many)) // 4 for many in parts.values()]).tolist()
        lists = [whole[start:end] for start, end in pairwise([0, *ends])]
        return [one[one < self.size] for one in lists] if len(whole) and whole.max() >= self.size else lists


def _fetched(connection: Connection, sql: str) -> list[tuple[Any, ...]]:
    """The rows as the driver gives them: asking for them one by one costs as much as finding them."""
    result: Any = connection.exec_driver_sql(sql)
    rows: list[tuple[Any, ...]] = result.cursor.fetchall()
    result.close()
    return rows
