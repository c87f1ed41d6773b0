"""Full-text search over cases (全文检索): Chinese is cut into pairs of signs, Latin words and digits stand by themselves.

So `ISO9001` finds `ISO 9001`, two signs find each word that holds them, and a number is found by any beginning of it. SQLite searches by
FTS5, PostgreSQL by a tsvector made of the same words: no dictionary of a server plays a part.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, Connection, cast, select, text
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from compliance.store.tables_cases import CaseRow, CaseWords

CASE = CaseRow.__table__  # type: ignore[attr-defined]
WORDS = CaseWords.__table__  # type: ignore[attr-defined]
MOST = 4000  # words of one case: what no one reads is not searched either
COMMON = 5000  # cases that hold the words: from so many on the other way to find them is the cheaper one
ASKED = 12  # words of one question
FEW = 1000  # cases that are named one by one
_RUNS = re.compile(r"[^\W\d_\u3400-\u9fff]+|\d+|[\u3400-\u9fff]+")


def cut(said: str) -> list[str]:
    """The words of a text: pairs of Chinese signs (with the last sign alone at the end of a run), Latin words, runs of digits."""
    out: list[str] = []
    for run in _RUNS.findall(unicodedata.normalize("NFKC", said).casefold()):
        if "\u3400" <= run[0] <= "\u9fff":
            out += [run[i : i + 2] for i in range(len(run))]
        else:
            out.append(run)
    return out[:MOST]


def stored(connection: Connection, said: str) -> Any:
    """What is written into `case_words.words`."""
    words = cut(said)
    if connection.dialect.name == "sqlite":
        return " ".join(words)
    return cast(" ".join(f"'{word}':{min(at, 16383)}" for at, word in enumerate(words, 1)), TSVECTOR)


def matching(connection: Connection, asked: str) -> ColumnElement[bool] | None:
    """A condition on cases for what somebody typed: every part (parted by blanks) is there as a phrase. None when nothing is asked."""
    phrases = [cut(part) for part in asked.split()][:ASKED]
    phrases = [phrase for phrase in phrases if phrase]
    if not phrases:
        return None
    if connection.dialect.name == "sqlite":
        question = " AND ".join(_fts(phrase) for phrase in phrases)
        found = text("select rowid from case_search where case_search match :question").bindparams(question=question)
        if _common(connection, question):
            # look each case up among the found ones, in the order that is asked for: going from 100,000 found ones to their cases costs more
            here = WORDS.c.case_id == CASE.c.id
            return select(WORDS.c.id).where(here, (WORDS.c.id + 0).in_(found)).correlate(CASE).exists()
        return _few(connection, select(WORDS.c.case_id).where(WORDS.c.id.in_(found)))
    question = " & ".join("(" + " <-> ".join(_ts(phrase)) + ")" for phrase in phrases)
    return _few(connection, select(WORDS.c.case_id).where(WORDS.c.words.op("@@")(cast(question, TSQUERY))))


def _few(connection: Connection, found: Any) -> ColumnElement[bool]:
    """The cases that were found, by their ids when they are few: a database can't know how few, and would walk the whole queue."""
    ids = connection.execute(found.limit(FEW + 1)).scalars().all()
    return CASE.c.id.in_(ids if len(ids) <= FEW else found)


def _common(connection: Connection, question: str) -> bool:
    """Whether more than COMMON cases hold the words: known from the index alone."""
    capped = text("select count(*) from (select rowid from case_search where case_search match :question limit :most)")
    return bool(connection.execute(capped, {"question": question, "most": COMMON + 1}).scalar_one() > COMMON)


def _phrase(words: list[str]) -> tuple[list[str], bool]:
    """The words to look for, and whether the last one is only the beginning of a word. The pair at the end of a run is enough."""
    han = "\u3400" <= words[-1][0] <= "\u9fff"
    if han and len(words[-1]) == 1 and len(words) > 1 and "\u3400" <= words[-2][0] <= "\u9fff":
        return words[:-1], False
    return words, True


def _fts(words: list[str]) -> str:
    kept, begins = _phrase(words)
    return '"' + " ".join(kept) + '"' + (" *" if begins else "")


def _ts(words: list[str]) -> list[str]:
    kept, begins = _phrase(words)
    return [f"'{word}'" + (":*" if begins and word is kept[-1] else "") for word in kept]
