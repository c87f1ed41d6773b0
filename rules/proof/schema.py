"""The JSON Schema (结构描述) of a rule file, for editors: made from the models and the vocabulary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rules.book.model import Examples, RuleText
from rules.facts import FactKind, Vocabulary

SCHEMA_FILE = Path(__file__).resolve().parent.parent / "schema" / "rule.schema.json"
_DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


def rule_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The schema as plain data; fact names and their values are listed, so that an editor completes them."""
    schema = RuleText.model_json_schema(by_alias=True)
    examples = Examples.model_json_schema(by_alias=True)
    definitions = {**schema.pop("$defs", {}), **examples.pop("$defs", {})}
    definitions["Condition"] = _condition(vocabulary, False)
    definitions["ChargeCondition"] = _condition(vocabulary, True)
    definitions["Given"] = _given(vocabulary)
    definitions["ClauseText"]["properties"]["when"] = {"$ref": "#/$defs/Condition"}
    definitions["ChargeText"]["properties"]["when"] = {"$ref": "#/$defs/ChargeCondition"}
    definitions["FactsExample"]["properties"]["given"] = {"$ref": "#/$defs/Given"}
    examples["properties"]["background"] = {"$ref": "#/$defs/Given"}
    schema["properties"]["examples"] = examples
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "made by `certmark rules schema --write`; do not edit",
        **schema,
        "$defs": definitions,
    }


def schema_text(vocabulary: Vocabulary) -> str:
    """The schema as it is kept in rules/schema/."""
    return json.dumps(rule_schema(vocabulary), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _condition(vocabulary: Vocabulary, may_ask_known: bool) -> dict[str, Any]:
    own = {"$ref": "#/$defs/ChargeCondition" if may_ask_known else "#/$defs/Condition"}
    several = {"type": "array", "minItems": 1, "items": own}
    properties: dict[str, Any] = {"all": several, "any": several, "not": own}
    days = sorted(kind.name for kind in vocabulary.kinds.values() if kind.type == "date")
    for kind in vocabulary.kinds.values():
        properties[kind.name] = {"title": kind.zh, **_test(kind, days, may_ask_known)}
    return {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": properties,
    }


def _test(kind: FactKind, days: list[str], may_ask_known: bool) -> dict[str, Any]:
    one = _value(kind)
    if kind.type == "date":
        other = {
            "type": "object",
            "properties": {"fact": {"enum": days}},
            "required": ["fact"],
            "additionalProperties": False,
        }
        side = {"oneOf": [_DAY, other]}
        ops: dict[str, Any] = {op: side for op in ("before", "on_or_before", "after", "on_or_after")}
    elif kind.type == "set":
        ops = {"includes": one}
    else:
        several = {"type": "array", "minItems": 1, "uniqueItems": True, "items": one}
        ops = {"is": one, "is_not": one, "in": several, "not_in": several}
    if may_ask_known:
        ops["is_known"] = {"type": "boolean"}
    return {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": ops,
        **({"description": kind.means} if kind.means else {}),
    }


def _value(kind: FactKind) -> dict[str, Any]:
    if kind.type == "bool":
        return {"type": "boolean"}
    if kind.type == "date":
        return dict(_DAY)
    return {"enum": list(kind.values)} if kind.values else {"type": "string", "minLength": 1}


def _given(vocabulary: Vocabulary) -> dict[str, Any]:
    unknown = {
        "type": "object",
        "properties": {"unknown": {"enum": sorted(vocabulary.reasons)}},
        "required": ["unknown"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {kind.name: {"oneOf": [_value(kind), unknown]} for kind in vocabulary.kinds.values()},
    }
