import json

import pytest

from compliance.evidence.chain import CHAIN, FIRST, Chain, ChainBroken, Link, chain_faults, read_chain


@pytest.fixture
def path(tmp_path):
    with Chain(tmp_path / CHAIN, "one") as chain:
        for n in range(3):
            chain.append(chain.next(), f"{n}.zip", f"f{n}", f"{n}" * 64)
    return tmp_path / CHAIN


def test_each_line_holds_the_hash_of_the_line_before(path):
    lines, faults = read_chain(path)
    assert not faults and [line["sequence"] for line in lines] == [1, 2, 3]
    assert lines[0]["previous"] == FIRST
    assert lines[2]["previous"] == lines[1]["entry"] and lines[2]["previous_manifest"] == lines[1]["manifest"]


def test_a_later_run_goes_on_where_the_last_ended(path):
    before = path.read_bytes()
    with Chain(path, "two") as chain:
        link = chain.next()
        assert (link.sequence, link.run) == (4, "two")
        chain.append(link, "3.zip", "f3", "3" * 64)
    assert path.read_bytes().startswith(before) and not read_chain(path)[1]


@pytest.mark.parametrize("line", [0, 1, 2])
def test_an_altered_line_is_named(path, line):
    lines = path.read_text().splitlines()
    lines[line] = lines[line].replace(f'"f{line}"', '"fx"')
    path.write_text("\n".join(lines) + "\n")
    assert read_chain(path)[1][0].path == f"chain.jsonl:{line + 1}"
    with pytest.raises(ChainBroken, match=f"chain.jsonl:{line + 1}"):
        Chain(path, "two")


def test_a_line_taken_out_breaks_the_chain_behind_it(path):
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[2]]) + "\n")
    assert "missing or altered" in read_chain(path)[1][0].what


def test_half_a_line_of_a_killed_run_is_dropped_and_written_again(path):
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"sequence": 4, "ru')
    with Chain(path, "two") as chain:
        assert chain.next().sequence == 4
    assert path.read_bytes() == whole


def test_two_runs_never_append_at_once(path):
    pytest.importorskip("fcntl")
    with Chain(path, "two"), pytest.raises(ChainBroken, match="another process"):
        Chain(path, "three")
    with Chain(path, "three") as chain:
        assert chain.next().sequence == 4


def test_a_bundle_finds_its_line_and_a_stranger_does_not(path):
    lines, _ = read_chain(path)
    link = {k: lines[1][k] for k in ("sequence", "run", "previous", "previous_manifest")}
    assert chain_faults(path, link, "f1", "1" * 64) == []
    assert chain_faults(path, link, "f1", "9" * 64)[0].path == "chain.jsonl:2"
    assert "3 lines" in chain_faults(path, Link(9, "x", FIRST, FIRST).to_json(), "f", "m")[0].what
    assert chain_faults(path, link | {"sequence": "two"}, "f1", "1" * 64)[0].path == "chain.json"


@pytest.mark.parametrize(
    "junk",
    [b"\xff\xfe\n", b"[]\n", b"{}\n", b"[" * 3000 + b"\n", b"x" * 9000 + b"\n", json.dumps({"a": 1}).encode() + b"\n"],
)
def test_junk_in_the_chain_is_a_fault_with_its_line(path, junk):
    path.write_bytes(path.read_bytes() + junk)
    assert read_chain(path)[1][0].path == "chain.jsonl:4"
