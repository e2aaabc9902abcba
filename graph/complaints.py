"""What a model finds wrong with a value, in Chinese: where, what is allowed, what was found.

The one place that turns the errors of pydantic (https://docs.pydantic.dev/latest/errors/) into
sentences for users: of HTTP answers, settings, check lists, stages of projects.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_LONGEST = 40
_TEXT, _LIST, _OBJECT = "应为文字", "应为一组值（列表）", "应为含有字段的对象"
_DAY = "应为日期，写作 2026-03-05"
_TIME = "应为日期和时间，写作 2026-03-05T09:30:00"
_SPAN = "应为一段时间，写作 P1D、PT1H30M 或 01:30:00"
_ADDRESS = "应为网址，写作 https://…"

ALLOWED: Mapping[str, str] = {
    "missing": "必填，没有给出", "missing_argument": "必填，没有给出",
    "extra_forbidden": "没有这一项", "json_invalid": "不是合格的 JSON",
    "json_type": "应为 JSON 文字", "invalid_key": "字段名应为文字", "frozen_field": "不能改动",
    "none_required": "应为空（null）",
    "greater_than": "应大于 {gt}", "greater_than_equal": "不能小于 {ge}",
    "less_than": "应小于 {lt}", "less_than_equal": "不能大于 {le}",
    "multiple_of": "应为 {multiple_of} 的倍数", "finite_number": "应为有限的数",
    "too_short": "至少要有 {min_length} 项，现有 {actual_length} 项",
    "too_long": "至多 {max_length} 项",
    "string_type": _TEXT, "string_sub_type": _TEXT, "string_unicode": "不是合格的 UTF-8 文字",
    "string_too_short": "至少 {min_length} 个字", "string_too_long": "至多 {max_length} 个字",
    "string_pattern_mismatch": "写法应符合 {pattern}", "string_not_ascii": "只能用英文字母和数字",
    "bytes_type": "应为字节", "bytes_too_short": "至少 {min_length} 字节",
    "bytes_too_long": "至多 {max_length} 字节", "bytes_invalid_encoding": "应为 {encoding} 编码",
    "enum": "只能是{expected}", "literal_error": "只能是{expected}",
    "bool_type": "应为是或否（true、false）", "bool_parsing": "应为是或否（true、false）",
    "int_type": "应为整数", "int_parsing": "应为整数", "int_from_float": "应为整数，不能带小数",
    "int_parsing_size": "数字过大", "float_type": "应为数字", "float_parsing": "应为数字",
    "decimal_type": "应为数字", "decimal_parsing": "应为数字",
    "decimal_max_digits": "至多 {max_digits} 位数字",
    "decimal_max_places": "至多 {decimal_places} 位小数",
    "decimal_whole_digits": "小数点前至多 {whole_digits} 位",
    "model_type": _OBJECT, "model_attributes_type": _OBJECT, "dataclass_type": _OBJECT,
    "dict_type": _OBJECT, "mapping_type": _OBJECT,
    "list_type": _LIST, "tuple_type": _LIST, "set_type": _LIST, "frozen_set_type": _LIST,
    "deque_type": _LIST, "iterable_type": _LIST, "iteration_error": "读到一半出错",
    "set_item_not_hashable": "列表中的一项不能用", "recursion_loop": "首尾相接，读不完",
    "date_type": _DAY, "date_parsing": _DAY, "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": "应为日期，不带钟点", "date_past": "应为过去的日期",
    "date_future": "应为将来的日期",
    "time_type": "应为钟点，写作 09:30", "time_parsing": "应为钟点，写作 09:30",
    "datetime_type": _TIME, "datetime_parsing": _TIME, "datetime_from_date_parsing": _TIME,
    "datetime_object_invalid": _TIME, "datetime_past": "应为过去的时间",
    "datetime_future": "应为将来的时间", "timezone_naive": "不应带时区",
    "timezone_aware": "应带时区，如 +08:00", "timezone_offset": "时区应为 {tz_expected}",
    "time_delta_type": _SPAN, "time_delta_parsing": _SPAN,
    "union_tag_invalid": "{discriminator} 只能是{expected_tags}",
    "union_tag_not_found": "缺少 {discriminator}",
    "url_type": _ADDRESS, "url_parsing": _ADDRESS, "url_syntax_violation": _ADDRESS,
    "url_too_long": "至多 {max_length} 个字", "url_scheme": "网址应以{expected_schemes}开头",
    "uuid_type": "应为 UUID 编号", "uuid_parsing": "应为 UUID 编号",
    "uuid_version": "应为第 {expected_version} 版 UUID 编号",
}  # fmt: skip
"""What is allowed, by the type of the error; in braces what the error's context names."""
_OWN_WORDS = {"value_error", "assertion_error"}
_SEEN = {"missing", "missing_argument", "extra_forbidden", "json_invalid", "too_short"}
"""Types that say what was found already, or where that is all that surrounds the field."""
_UNKNOWN = "不合要求"


def complaint(error: Mapping[str, Any], choices: Sequence[str] = ()) -> str:
    """What is wrong, without where.

    Args:
        error: one of ``ValidationError.errors()``.
        choices: names of fields that may be used, for a field that is not known.
    """
    kind = str(error["type"])
    context = dict(error.get("ctx") or {})
    if kind in _OWN_WORDS:
        return str(context.get("error") or error["msg"])
    for name, value in context.items():
        if name.startswith("expected"):
            context[name] = _listed(str(value))
        elif isinstance(value, float):
            context[name] = f"{value:g}"
    said = ALLOWED.get(kind, _UNKNOWN).format(**context)
    if kind == "extra_forbidden" and choices:
        said += f"，可用：{'、'.join(choices)}"
    found = "" if kind in _SEEN else found_text(error.get("input"))
    if not found:
        return said
    return f"{said}，收到{'' if found.startswith('「') else ' '}{found}"


def place(parts: Iterable[str | int]) -> str:
    """Where a value stands: ``checks[0].of``; empty for the whole."""
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def found_text(value: object) -> str:
    """A value as a message shows it: short ones whole, of long ones the beginning and the size."""
    match value:
        case None:
            return "空值"
        case bool():
            return str(value).lower()
        case int() | float():
            return f"{value}"[:_LONGEST]
        case str() if len(value) > _LONGEST:
            return f"「{value[:_LONGEST]}…」（共 {len(value)} 个字）"
        case str():
            return f"「{value}」"
        case list() | tuple() | set():
            return f"列表（{len(value)} 项）"
        case dict():
            return "对象"
        case _:
            return ""


def _listed(expected: str) -> str:
    """``'a', 'b' or 'c'`` → `` a、b、c``."""
    values = re.findall(r"'([^']*)'", expected)
    return " " + "、".join(values or [expected.replace(" or ", "、")])


__all__ = ["ALLOWED", "complaint", "found_text", "place"]
