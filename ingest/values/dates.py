"""Dates as partial ISO 8601 text: 2021, 2021-09, 2021-09-01; never more precise than written."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from ingest.values.cells import Cell, ValueProblem, text_of

# Serial days of Excel from 1927 to 2119; smaller ones would be years or mistakes.
EXCEL_SERIALS = range(10_000, 80_001)
_EXCEL_DAY_ZERO = dt.date(1899, 12, 30)
_YEARS_AHEAD = 50

_CHINESE_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_CHINESE_DATE = re.compile("[〇零○一二三四五六七八九十]+(?=[年月日号]|$)")
_CLOCK = r"[0-9]{1,2}[:时][0-9]{1,2}(?:[:分][0-9]{1,2}(?:\.[0-9]+)?)?[秒分]?"
_ZONE = r"(?:Z|[+-][0-9]{2}:?[0-9]{2})"
# Without 日 a time needs a mark before it, or 2021/9/1 10:00 would be the 11th.
_FULL = re.compile(
    "([0-9]{4})(?:年|[-/.])([0-9]{1,2})(?:月|[-/.])([0-9]{1,2})"
    f"(?:[日号]?|(?:[日号]|[日号]?[ T]){_CLOCK} ?{_ZONE}?)"
)
_BESIDE_MARKS = re.compile(" ?([年月/.-]) ?| (?=[日号])")
_MONTH = re.compile("([0-9]{4})(?:年|[-/.])([0-9]{1,2})(?:月份?)?(?:[上中下]旬|初|中|底|末)?[-/.]?")
_YEAR = re.compile(
    "([0-9]{4})(?:年度?)?(?:[-/]?Q[1-4]|第?[1-4一二三四]季度?|[上下]半年|初|中|底|末)?",
    re.IGNORECASE,
)
_SPAN = re.compile("^[0-9]{4}[^至到~]{0,8}(?:至|到|~|-{1,2})(?:[0-9]{4}|今|长期)")
_DAY_FIRST = re.compile("[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}")
_SHORT_YEAR = re.compile("[0-9]{2}(?:年|[-/.])[0-9]{1,2}.*")
_OPEN_END = ("长期", "永久", "无固定期限", "永续", "无期限")


def parse_date(cell: Cell, today: dt.date | None = None) -> str | None:
    """A date, a month or a year as ISO text of that precision.

    Understood: 2021年9月1日, 2021/9/1, 2021.9, 20210901, 202109, 2021, with a time of day or not,
    Chinese digits, quarters and halves (their year), serial days of Excel (EXCEL_SERIALS).
    `today` bounds the future: a year more than 50 after it is refused.

    Raises:
        ValueProblem: a day or month that does not exist, a span, an open end (长期, 9999), a day
            and month in unclear order (9/1/2021), a year of two digits, or no date.
    """
    if isinstance(cell, dt.date):
        cell = cell.strftime("%Y-%m-%d") if cell.year >= 1000 else str(cell)
    text = text_of(cell, " ")
    if text is None:
        return None
    text = _BESIDE_MARKS.sub(r"\1", text)
    if isinstance(cell, float) and re.fullmatch(r"[0-9]{4}\.1", text):
        raise ValueProblem(text, "分不清是 1 月还是 10 月，请写成文本")
    if text in _OPEN_END:
        raise ValueProblem(text, "是期限，不是日期")
    parts = _parts(_CHINESE_DATE.sub(_arabic, text), text)
    return _checked(parts, text, today or dt.date.today())


def _parts(text: str, shown: str) -> tuple[int, ...]:
    """(year,), (year, month) or (year, month, day) as written."""
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text):
        digits = _from_digits(text, shown)
        if digits is not None:
            return digits
    for pattern in (_FULL, _MONTH, _YEAR):
        match = pattern.fullmatch(text)
        if match is not None:
            return tuple(int(group) for group in match.groups())
    raise ValueProblem(shown, _why_not(text))


def _from_digits(text: str, shown: str) -> tuple[int, ...] | None:
    """Digits without marks; None where they are a year and a month (2021.9)."""
    whole, _, fraction = text.partition(".")
    match len(whole):
        case 8 if not fraction.strip("0"):
            return int(whole[:4]), int(whole[4:6]), int(whole[6:])
        case 6 if not fraction.strip("0"):
            return int(whole[:4]), int(whole[4:])
        case 5 if int(whole) in EXCEL_SERIALS:
            day = _EXCEL_DAY_ZERO + dt.timedelta(days=int(whole))
            return day.year, day.month, day.day
        case 4 if not fraction or fraction == "0":
            return (int(whole),)
        case 4:
            return None
    raise ValueProblem(shown, "看不出是哪一天：应为 4、6、8 位数字或 Excel 日期序号")


def _checked(parts: tuple[int, ...], text: str, today: dt.date) -> str:
    year = parts[0]
    if year == 9999:
        raise ValueProblem(text, "9999 年表示长期，不是日期")
    if not 1000 <= year <= today.year + _YEARS_AHEAD:
        raise ValueProblem(
            text, f"年份 {year} 不合理（应在 1000 到 {today.year + _YEARS_AHEAD} 之间）"
        )
    if len(parts) > 1 and not 1 <= parts[1] <= 12:
        raise ValueProblem(text, f"没有 {parts[1]} 月")
    if len(parts) > 2 and not 1 <= parts[2] <= calendar.monthrange(year, parts[1])[1]:
        raise ValueProblem(text, f"{year} 年 {parts[1]} 月没有 {parts[2]} 日")
    return "-".join([f"{year:04}", *(f"{part:02}" for part in parts[1:])])


def _arabic(match: re.Match[str]) -> str:
    """二〇二一 → 2021, 十二 → 12, 三十 → 30, 二十一 → 21."""
    text = match.group()
    if "十" not in text:
        return text.translate(_CHINESE_DIGITS)
    tens, _, ones = text.partition("十")
    return (tens or "1").translate(_CHINESE_DIGITS) + (ones or "0").translate(_CHINESE_DIGITS)


def _why_not(text: str) -> str:
    if _SPAN.search(text):
        return "是一段时间，请写一个日期"
    if _DAY_FIRST.fullmatch(text):
        return "日和月的先后不清楚，请写成 年-月-日"
    if _SHORT_YEAR.fullmatch(text):
        return "年份只有两位，请写四位"
    return "不是日期"
