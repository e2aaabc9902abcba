"""Which errors are a user's to mend, and what they are told."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chainscout.cli.errors import CommandProblem
from chainscout.output import OutputProblem
from chainscout.settings import SettingInvalid
from graph.lookup import LookupProblem
from graph.store import StoreError
from ingest.errors import IngestError, RowsRejected
from recommender.checks import CheckListInvalid
from recommender.query import QueryError
from workspace import WorkspaceError

_EXPECTED = (
    CommandProblem,
    OutputProblem,
    SettingInvalid,
    LookupProblem,
    StoreError,
    IngestError,
    QueryError,
    WorkspaceError,
    CheckListInvalid,
)


@dataclass(frozen=True)
class Expected:
    """An error a user can do something about."""

    message: str
    code: int


def expected(error: Exception) -> Expected | None:
    """What to say about `error`, and the exit code; None for a fault of the program."""
    if isinstance(error, RowsRejected):
        return Expected(str(error), 3)
    if isinstance(error, _EXPECTED):
        return Expected(str(error), 2)
    if isinstance(error, OSError) and error.filename:
        return Expected(f"{error.filename}：{error.strerror or error}", 2)
    return None


# What the argument parser says, in Chinese; the first pattern that fits counts.
_USAGE = (
    (r"No such option: (\S+?)\.?(?: Did you mean (.+)\?)?$", "没有选项 {0}{1}"),
    (r"No such command '(.+?)'\.?(?: Did you mean (.+)\?)?$", "没有命令「{0}」{1}"),
    (r"Missing parameter: (\S+)\.?", "缺少 {0}"),
    (r"Input should be a valid integer.*", "应为整数"),
    (r"Input should be a valid number.*", "应为数字"),
    (r"Input should be greater than or equal to (\S+)", "不能小于 {0}"),
    (r"Input should be less than or equal to (\S+)", "不能大于 {0}"),
    (r"Input should be (.+)", "只能是 {0}"),
    (r"Missing argument '(.+?)'\.?", "缺少参数 {0}"),
    (r"Missing option '(.+?)'\.?", "缺少选项 {0}"),
    (r"Missing command\.?", "请给出一个命令"),
    (r"Got unexpected extra argument\S* \((.+)\)", "多出的参数：{0}"),
    (r"Option '(.+?)' requires an argument\.?", "选项 {0} 后面要有值"),
    (r"Value error, '(.+?)' is not one of (.+?)\.?$", "「{0}」不可用，只能是 {1}"),
    (r"'(.+?)' is not one of (.+?)\.?$", "「{0}」不可用，只能是 {1}"),
    (r"'(.+?)' is not a valid (?:int|integer)\.?", "「{0}」不是整数"),
    (r"(-?\d+) is not in the range (.+?)\.?$", "{0} 不在允许的范围内（{1}）"),
)


def usage_message(error: Exception) -> str:
    """The parser's complaint in Chinese, with where to read on."""
    text = str(getattr(error, "message", "") or error).strip().replace("\n", " ")
    context = getattr(error, "ctx", None)
    path = getattr(context, "command_path", None) or "chainscout"
    hint = getattr(error, "param_hint", None) or ""
    parameter = getattr(getattr(error, "param", None), "name", None)
    format_message = getattr(error, "format_message", None)
    if not text or (parameter and "Missing" not in text):
        text = format_message() if format_message else text
    where = f"{hint}：" if isinstance(hint, str) and hint else ""
    return f"用法不对：{where}{_translated(text)}。查看用法：{path} --help"


def _translated(text: str) -> str:
    text = re.sub(r"^Invalid value(?: for (.+?))?: ", lambda m: f"{m[1]}：" if m[1] else "", text)
    for pattern, chinese in _USAGE:
        found = re.search(pattern, text)
        if found:
            said = [group or "" for group in found.groups()] + ["", ""]
            if found.lastindex and found.lastindex > 1 and "Did you mean" in pattern and said[1]:
                said[1] = f"，是否想用 {said[1]}"
            return text[: found.start()] + chinese.format(*said)
    return text.rstrip(".")


__all__ = ["Expected", "expected", "usage_message"]
