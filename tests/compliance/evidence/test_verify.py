import random

import pytest

from compliance.evidence.archive import MANIFEST, opened, packed
from compliance.evidence.bundle import REQUIRED, bundle_of
from compliance.evidence.chain import CHAIN, Link
from compliance.evidence.manifest import json_bytes, json_of, manifest_of
from compliance.evidence.verify import verify


def test_a_hundred_bundles_in_one_chain_are_intact(packed_bundle, small):
    paths = [packed_bundle(n % 40, small, n=n) for n in range(100)]
    for path in paths:
        verified = verify(path)
        assert verified.intact and verified.finding, verified.faults
        assert verified.notes == ("timestamp: none configured", "history: the bundle says nothing of other captures")


def test_a_hundred_flipped_bits_in_each_of_twenty_bundles_are_refused_with_the_place_named(packed_bundle, small):
    dice = random.Random(7)
    for n in range(20):
        path = packed_bundle(n, small)
        raw = path.read_bytes()
        for _ in range(100):
            at, bit = dice.randrange(len(raw)), dice.randrange(8)
            bad = bytearray(raw)
            bad[at] ^= 1 << bit
            path.write_bytes(bad)
            faults = verify(path).faults
            assert faults and all(f.path and f.what for f in faults), f"bundle {n}, byte {at}, bit {bit}"
            assert len(faults) < 25
        path.write_bytes(raw)


TAMPERING = {
    "cut off": lambda raw, dice: raw[: dice.randrange(1, len(raw))],
    "bytes after the end": lambda raw, dice: raw + dice.randbytes(9),
    "bytes put in": lambda raw, dice: (at := dice.randrange(len(raw))) and raw[:at] + b"\0\0" + raw[at:],
    "bytes taken out": lambda raw, dice: (at := dice.randrange(len(raw) - 3)) and raw[:at] + raw[at + 3 :],
    "another quote, the same length": lambda raw, dice: raw.replace("已通过".encode(), "未通过".encode(), 1),
}


@pytest.mark.parametrize("how", TAMPERING)
def test_a_hundred_tampered_bundles_are_refused_each_with_the_place_named(packed_bundle, small, how):
    dice = random.Random(how)
    for n in range(20):  # of each of five kinds
        path = packed_bundle(n, small)
        path.write_bytes(TAMPERING[how](path.read_bytes(), dice))
        verified = verify(path)
        assert not verified.intact and all(f.path and f.what for f in verified.faults), n


def test_the_same_contents_and_link_give_the_same_bundle(contents, small):
    link = Link(1, "run", "0" * 64, "0" * 64)
    assert bundle_of(contents(1, small), link) == bundle_of(contents(1, small), link)


def repacked(path, change, honest=True):
    """The bundle with other members, by somebody who knows the format; `honest`: leaves the manifest alone."""
    members = opened(path.read_bytes()).members
    change(members)
    if not honest:
        finding = json_of(members.pop(MANIFEST))["finding"]
        members[MANIFEST] = manifest_of(members, finding)
    path.write_bytes(packed(members))
    return verify(path)


@pytest.mark.parametrize("name", [*REQUIRED, "data/rules/law/x.yaml", MANIFEST])
def test_a_missing_member_is_named(packed_bundle, small, name):
    verified = repacked(packed_bundle(1, small), lambda m: m.pop(name))
    assert not verified.intact and name in {f.path for f in verified.faults}


@pytest.mark.parametrize("name", REQUIRED)
def test_a_member_missing_from_the_manifest_too_is_named(packed_bundle, small, name):
    verified = repacked(packed_bundle(1, small), lambda m: m.pop(name), honest=False)
    assert name in {f.path for f in verified.faults}


def test_an_extra_member_is_named(packed_bundle, small):
    (fault,) = repacked(packed_bundle(1, small), lambda m: m.update({"page/more": b"x"})).faults
    assert (fault.path, fault.what) == ("page/more", "is not listed in the manifest")


@pytest.mark.parametrize(
    "name, change",
    [
        ("page/body", lambda m: m.update({"page/body": b"other"})),
        ("finding.json", lambda m: m.update({"finding.json": json_bytes({"id": "x", "claim": "c"})})),
        ("claim.json", lambda m: m.update({"claim.json": json_bytes({"id": "x", "quote": "y"})})),
        ("quote.json", lambda m: m.update({"quote.json": json_bytes({"quote": "y"})})),
        ("chain.json", lambda m: m.update({"chain.json": json_bytes({})})),
        ("options.json", lambda m: m.update({"options.json": b"[]"})),
        ("register.json", lambda m: m.update({"register.json": b"\xff"})),
        ("program.json", lambda m: m.update({"program.json": b"[" * 5000})),
        ("data/", lambda m: [m.pop(n) for n in list(m) if n.startswith("data/")]),
    ],
)
def test_members_that_contradict_each_other_are_named_though_all_hashes_hold(packed_bundle, small, name, change):
    assert name in {f.path for f in repacked(packed_bundle(1, small), change, honest=False).faults}


def test_a_bundle_made_anew_with_all_its_hashes_does_not_fit_the_chain(packed_bundle, small):
    path = packed_bundle(1, small)
    verified = repacked(path, lambda m: m.update({"custody.json": b"[]\n"}), honest=False)
    assert [f.path for f in verified.faults] == ["chain.jsonl:1"]


def test_a_bundle_without_its_chain_is_intact_and_says_so(packed_bundle, small, tmp_path):
    path = packed_bundle(1, small)
    (tmp_path / CHAIN).unlink()
    verified = verify(path)
    assert verified.intact and any(CHAIN in note for note in verified.notes)


def test_a_chain_named_but_absent_is_a_fault(packed_bundle, small, tmp_path):
    assert not verify(packed_bundle(1, small), tmp_path / "none.jsonl").intact


@pytest.mark.parametrize(
    "manifest", [b"", b"[]", b"{}", b"[" * 100_000, b"\xff", b'{"format": "certmark-evidence/1", "members": 3}']
)
def test_a_manifest_that_is_none_is_a_fault(packed_bundle, small, manifest):
    verified = repacked(packed_bundle(1, small), lambda m: m.update({MANIFEST: manifest}))
    assert MANIFEST in {f.path for f in verified.faults}


def test_what_can_not_be_opened_is_a_fault(tmp_path):
    (tmp_path / "empty.zip").touch()
    for name, what in (("none.zip", "can't be read"), ("empty.zip", "is empty"), (".", "")):
        (fault,) = verify(tmp_path / name).faults
        assert what in fault.what and fault.path


def test_a_file_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr("compliance.evidence.verify.MOST_BYTES", 10)
    (tmp_path / "big.zip").write_bytes(b"PK\3\4" + b"x" * 20)
    assert "10 at most" in verify(tmp_path / "big.zip").faults[0].what
