"""JSON, TOML and YAML, from anybody: whatever is wrong with a text is a ValueError of one line."""

import json
import tomllib

import yaml

DEEPEST = 100
LONGEST_LINE = 100_000


class BrokenError(ValueError):
    """What is wrong with a text, in a few words."""


def load_json(text: str) -> object:
    """What a JSON text says. Raises BrokenError."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise BrokenError(f"{error.msg} (line {error.lineno})") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits
        raise BrokenError(_too_much(error)) from error


def load_toml(text: str) -> dict[str, object]:
    """What a TOML text says. Raises BrokenError.

    Lines that no tool writes are refused: the parser needs minutes for a key of many dots.
    """
    if max(map(len, text.splitlines()), default=0) > LONGEST_LINE:
        raise BrokenError(f"a line in it is longer than {LONGEST_LINE:,} characters")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BrokenError(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise BrokenError(_too_much(error)) from error


def load_yaml(text: str) -> object:
    """What a YAML text says, with every scalar as text: "2.10" is a version, not a number.

    Built from the parser's events, as the loaders recurse: they crash on deep nesting, and need
    eight times as long. Aliases, which let a small text mean a huge one, and keys that occur twice
    are refused. Raises BrokenError.
    """
    loader = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader
    unfinished: list[list[object]] = [[]]
    try:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.CollectionStartEvent):
                unfinished.append([])
            elif isinstance(event, yaml.CollectionEndEvent):
                nodes = unfinished.pop()
                is_mapping = isinstance(event, yaml.MappingEndEvent)
                unfinished[-1].append(_mapping(nodes) if is_mapping else nodes)
            elif isinstance(event, yaml.ScalarEvent):
                unfinished[-1].append(event.value)
            elif isinstance(event, yaml.AliasEvent):
                raise BrokenError("it has aliases, which are not read")
            if len(unfinished) > DEEPEST:
                raise BrokenError("it is nested too deep")
    except yaml.MarkedYAMLError as error:
        line = f" (line {error.problem_mark.line + 1})" if error.problem_mark else ""
        raise BrokenError(f"{error.problem}{line}") from error
    except yaml.YAMLError as error:
        raise BrokenError("it has characters that YAML forbids") from error
    if len(unfinished[0]) != 1:
        raise BrokenError("it is not one document")
    return unfinished[0][0]


def _mapping(nodes: list[object]) -> dict[str, object]:
    mapping: dict[str, object] = {}
    for key, value in zip(nodes[::2], nodes[1::2], strict=True):
        if not isinstance(key, str):
            raise BrokenError("a key in it is not a text")
        if key in mapping:
            raise BrokenError(f'the key "{key}" occurs twice')
        mapping[key] = value
    return mapping


def _too_much(error: Exception) -> str:
    deep = isinstance(error, RecursionError)
    return "it is nested too deep" if deep else "a value in it is out of range"
