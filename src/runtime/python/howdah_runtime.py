"""What a function in Python runs with, in the worker and in the database: sql, values, failures."""

import datetime
import decimal
import importlib.abc
import importlib.util
import json
import re
import sys
import traceback
import types
import uuid

files = {}
ask = None  # Set by whoever runs functions: sends a message to the caller's transaction, returns the answer.


class SqlError(Exception):
    """A query failed; its fields are Postgres's."""

    def __init__(self, fields):
        super().__init__(fields["message"])
        self.fields = fields
        self.code = fields.get("code")
        self.detail = fields.get("detail")
        self.hint = fields.get("hint")
        self.constraint = fields.get("constraint")


described = {}
commands = set()


def sql(text, *values):
    """Rows of a query with $1, $2, … as dicts, in the transaction of whoever called the function."""
    known = []
    if values:
        known = described.get(text)
        if known is None:
            answer = ask({"kind": "describe", "query": text})
            if "error" in answer:
                raise SqlError(answer["error"])
            known = described[text] = answer["types"]
    written = substitute(text, known)
    parameters = [encode_parameter(value, known[index]) for index, value in enumerate(values)]
    message = {"kind": "query", "query": written, "parameters": parameters}
    answer = ask({**message, "command": True} if text in commands else message)
    if answer.get("command"):
        commands.add(text)
        answer = ask({**message, "command": True})
    if "error" in answer:
        described.pop(text, None)
        raise SqlError(answer["error"])
    return answer.get("rows") or []


placeholder = re.compile(
    r"""[eE]'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)?\$[\s\S]*?\$(?:\1)?\$|--[^\n]*|/\*[\s\S]*?\*/|\$(\d+)"""
)


def substitute(text, known):
    def replace(match):
        if match.group(2) is None:
            return match.group(0)
        number = int(match.group(2))
        return f"(($1)[{number}])::{known[number - 1]}"

    return placeholder.sub(replace, text) if known else text


def encode_parameter(value, kind):
    if value is None:
        return None
    if kind in ("json", "jsonb"):
        return json.dumps(value, default=encode_other)
    if isinstance(value, (list, tuple)):
        return array_text(value, kind.removesuffix("[]"))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (bytes, bytearray)):
        return "\\x" + bytes(value).hex()
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    return json.dumps(value, default=encode_other) if isinstance(value, dict) else str(value)


def array_text(values, kind):
    items = []
    for value in values:
        if isinstance(value, (list, tuple)):
            items.append(array_text(value, kind))
            continue
        text = encode_parameter(value, kind)
        items.append("null" if text is None else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')
    return "{" + ",".join(items) + "}"


def encode_other(value):
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return f"{value.total_seconds()} seconds"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "\\x" + bytes(value).hex()
    if isinstance(value, (decimal.Decimal, uuid.UUID)):
        return str(value)
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    if hasattr(value, "_asdict"):
        return value._asdict()
    if hasattr(value, "__dict__"):
        return vars(value)
    raise TypeError(f"{type(value).__name__} has no counterpart in SQL")


def finite(value):
    """NaN and infinities are strings in JSON, as Postgres has them."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)) and not hasattr(value, "_asdict"):
        return [finite(item) for item in value]
    return value


def decode(value, form, kind=""):
    if value is None:
        return None
    if form == "bigint":
        return int(value)
    if form == "number":
        return float(value) if isinstance(value, str) else value
    if form == "date":
        return datetime.datetime.fromisoformat(value)
    if form == "bytes":
        return bytes.fromhex(value[2:])
    if kind == "numeric":
        return decimal.Decimal(value)
    return value


def decode_all(values, shapes):
    """Arguments by position; behind one that was not given, by name."""
    positional, named = [], {}
    skipped = False
    for value, shape in zip(values, shapes):
        if shape.get("absent") and value is None:
            skipped = True
            continue
        kind = shape.get("sql") or ""
        if shape["array"] and isinstance(value, list):
            value = [decode(each, shape["form"], kind.removesuffix("[]")) for each in value]
        else:
            value = decode(value, shape["form"], kind)
        if shape.get("variadic"):
            positional.extend(value or [])
        elif skipped:
            named[shape["name"]] = value
        else:
            positional.append(value)
    return positional, named


class ProjectModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Modules of the project that came with the function, by name."""

    def __init__(self, modules):
        self.modules = modules

    def find_spec(self, name, path=None, target=None):
        if name not in self.modules:
            return None
        return importlib.util.spec_from_loader(name, self, is_package=self.modules[name].get("package", False))

    def exec_module(self, module):
        entry = self.modules[module.__name__]
        files[entry["file"]] = entry["text"]
        exec(compile(entry["text"], entry["file"], "exec"), module.__dict__)


class Trigger(dict):
    """The event of a trigger: name, when, operation, table, new, old, arguments."""

    __getattr__ = dict.__getitem__


howdah = types.ModuleType("howdah")
howdah.sql = sql
howdah.SqlError = SqlError
howdah.Trigger = Trigger
sys.modules["howdah"] = howdah


def load(text):
    """A function that came as JSON: what to call, and how its values travel."""
    module = json.loads(text)
    finder = ProjectModules(module.get("modules") or {})
    # Each function brings its own versions of the project's modules.
    for name in [name for name, value in sys.modules.items() if isinstance(getattr(value, "__loader__", None), ProjectModules)]:
        del sys.modules[name]
    sys.meta_path.insert(0, finder)
    scope = {"__name__": module["file"].rsplit("/", 1)[-1].removesuffix(".py"), "__file__": module["file"]}
    files[module["file"]] = module["code"]
    try:
        exec(compile(module["code"], module["file"], "exec"), scope)
    finally:
        sys.meta_path.remove(finder)
    return module, scope[module["call"]], finder


def run(loaded, text):
    """The value of one call, as JSON."""
    module, function, finder = loaded
    values = json.loads(text)["call"]
    sys.meta_path.insert(0, finder)
    try:
        if module["result"] == "trigger":
            event = Trigger(values[0])
            value = function(event)
            value = (event["new"] or event["old"]) if value is None and event["level"] == "row" else value
            value = None if value is False else value
        else:
            positional, named = decode_all(values, module["parameters"])
            value = function(*positional, **named)
    finally:
        sys.meta_path.remove(finder)
    if module["result"] == "void":
        value = None
    if module["result"] == "set":
        value = list(value)
    return json.dumps(finite(value), default=encode_other)


def frames(error):
    """The function's own lines, innermost first."""
    found = []
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename in files:
            column = units(frame.filename, frame.lineno, frame.colno or 0) + 1
            found.append(f"Python at {frame.filename}:{frame.lineno}:{column} ({frame.name})")
    if isinstance(error, SyntaxError) and error.filename in files:
        found.insert(0, f"Python at {error.filename}:{error.lineno}:{error.offset or 1}")
    return found


def mistake(error):
    """What nobody raises on purpose: external_routine_exception; all else is raise_exception."""
    builtin = type(error).__module__ == "builtins" and not isinstance(error, ValueError)
    return "38000" if builtin and type(error) is not Exception else None


def units(file, line, offset):
    """Bytes of a line as UTF-16 units, which places are counted in."""
    text = (files[file].split("\n")[line - 1 : line] or [""])[0].encode()[:offset]
    return len(text.decode(errors="replace").encode("utf-16-le")) // 2


def failure(error):
    """Whatever a function raised, as an error of SQL."""
    where = frames(error)
    if isinstance(error, SqlError):
        inner = []
        for line in (error.fields.get("where") or "").split("\n"):
            if re.match(r"PL/pgSQL function (howdah_worker\.)?answer\(jsonb\) ", line):
                break
            if line:
                inner.append(line)
        return {**error.fields, "where": "\n".join(inner + where)}
    name = type(error).__name__
    code = getattr(error, "code", None)
    said = {
        "code": code if isinstance(code, str) and re.fullmatch("[0-9A-Z]{5}", code) else mistake(error),
        "message": str(error) if name == "Exception" else f"{name}: {error}",
        "detail": getattr(error, "detail", None),
        "hint": getattr(error, "hint", None),
        "where": "\n".join(where),
    }
    return {key: value for key, value in said.items() if value is not None}
