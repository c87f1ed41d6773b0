"""The YAML files below rules/schemes: which they are, and one of them parsed with file:line:column in its faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

NOT_SCHEMES = frozenset({"marks"})


class PlainLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe YAML whose dates stay text, because "2029-04" and "2029-04-30" mean different certainty."""

    yaml_implicit_resolvers = {
        sign: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def scheme_files(folder: Path) -> list[Path]:
    """The scheme files of a folder, sorted, without marks and families."""
    return sorted(
        path for path in folder.glob("*/*.yaml") if path.parent.name not in NOT_SCHEMES and path.name[0] not in "._"
    )


def mark_files(folder: Path) -> list[Path]:
    """The mark files and badges.yaml, sorted."""
    badges = folder / "badges.yaml"
    return sorted(folder.glob("marks/*.yaml")) + ([badges] if badges.is_file() else [])


def parsed(raw: bytes, name: str, faults: list[str]) -> dict[str, Any] | None:
    """The mapping of one YAML file, or None and a fault with file:line:column."""
    try:
        data = yaml.load(raw, Loader=PlainLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        faults.append(f"{name}{where}: {error.problem or 'not YAML'}; mend the YAML")
        return None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        faults.append(f"{name}: {error}; save it as UTF-8 YAML")
        return None
    if not isinstance(data, dict):
        faults.append(f"{name}:1:1: expected `scheme: …` and its fields")
        return None
    return data
