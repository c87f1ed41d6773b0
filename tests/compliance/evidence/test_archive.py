import io
import zipfile

import pytest

from compliance.evidence.archive import MANIFEST, comment_of, opened, packed

MEMBERS = {"a/b.json": b"{}\n", "c.txt": "证据".encode(), MANIFEST: b"{}", "empty": b""}


def test_the_same_members_give_the_same_bytes_in_whatever_order_they_come():
    assert packed(MEMBERS) == packed(dict(reversed(MEMBERS.items())))


def test_any_zip_program_opens_it_and_sees_the_hash_of_the_manifest():
    with zipfile.ZipFile(io.BytesIO(packed(MEMBERS))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(MEMBERS)
        assert archive.read("c.txt").decode() == "证据"
        assert archive.comment == comment_of(MEMBERS)
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_was_packed_comes_out_without_fault():
    out = opened(packed(MEMBERS))
    assert out.members == MEMBERS and out.whole and not out.faults


def test_every_single_bit_of_the_file_is_covered():
    raw = packed(MEMBERS)
    for at in range(len(raw)):
        for bit in range(8):
            bad = bytearray(raw)
            bad[at] ^= 1 << bit
            assert opened(bytes(bad)).faults, f"bit {bit} of byte {at}"


def test_every_shorter_file_and_every_longer_one_is_refused():
    raw = packed(MEMBERS)
    assert all(opened(raw[:end]).faults for end in range(len(raw)))
    assert opened(raw + b"\0").faults[0].what == "1 bytes after the end"
    assert opened(b"\0" + raw).faults


@pytest.mark.parametrize("part", ["c.txt", "directory entry of c.txt", "end record", "archive comment"])
def test_the_place_of_a_flipped_bit_is_named(part):
    raw = bytearray(packed(MEMBERS))
    at = {
        "c.txt": raw.index("证据".encode()),
        "directory entry of c.txt": raw.rindex(b"c.txt") - 1,
        "end record": raw.index(b"PK\5\6") + 12,
        "archive comment": len(raw) - 1,
    }[part]
    raw[at] ^= 4
    assert opened(bytes(raw)).faults[0].path == part


def foreign(members, method=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, body in members:
            archive.writestr(zipfile.ZipInfo(name), body, method)
        archive.comment = comment_of(dict(members))
    return file.getvalue()


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "a/../../x", "a\\x", "C:x", ".hidden", "a//b", "", "a\nb", "é", "x" * 300]
)
def test_names_that_lead_elsewhere_are_faults(name):
    out = opened(foreign([(MANIFEST, b"{}"), (name, b"x")]))
    assert name not in out.members
    assert any("no name that a bundle may hold" in f.what for f in out.faults)
    with pytest.raises(ValueError):
        packed({name: b"x"})


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_a_fault_wherever_it_stands():
    for names in (["a", "a", "b"], ["a", "b", "a"]):
        out = opened(foreign([(n, str(i).encode()) for i, n in enumerate(names)]))
        assert any(f.path == "a" and "twice" in f.what or "order" in f.what for f in out.faults)
        assert out.members["a"] == b"0"


def test_a_bomb_is_never_unpacked():
    raw = foreign([("a", b"\0" * 50_000_000)], zipfile.ZIP_DEFLATED)
    out = opened(raw)
    assert len(out.members["a"]) < 100_000
    assert any("compression method is 8" in f.what for f in out.faults)


def test_a_size_that_lies_is_named_and_nothing_is_allocated():
    raw = bytearray(packed(MEMBERS))
    raw[18:22] = b"\xff\xff\xff\xff"
    (fault,) = opened(bytes(raw)).faults
    assert fault.path == "a/b.json" and "file ends before" in fault.what


@pytest.mark.parametrize("raw", [b"", b"P", b"PK\3\4", b"PK\5\6" + b"\0" * 18, b"<html>", b"\x1f\x8b\x08" + b"x" * 99])
def test_what_is_no_bundle_is_a_fault_and_no_traceback(raw):
    assert opened(raw).faults


def test_a_thousand_members_too_many_are_not_walked(monkeypatch):
    monkeypatch.setattr("compliance.evidence.archive.MOST_MEMBERS", 3)
    with pytest.raises(ValueError):
        packed(MEMBERS)
    out = opened(foreign([(f"m{i}", b"") for i in range(5)]))
    assert out.faults[-1].what == "has more than 3 members" and len(out.members) == 3
