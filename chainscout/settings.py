"""Settings of the product: one visible table of names, defaults and help.

A setting is read from the environment variable ``CHAINSCOUT_<NAME>``; a command line option, where
there is one, comes before it. Only this package reads the environment, and the Neo4j engine its
credentials: the libraries below take arguments.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PREFIX = "CHAINSCOUT_"


class SettingInvalid(ValueError):
    """An environment variable holds something that its setting cannot be."""


@dataclass(frozen=True)
class Setting:
    """One setting: `default` also says the type; `help` is what a user reads (Chinese)."""

    name: str
    default: str | int | float | bool
    help: str
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    secret: bool = False  # never shown

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()

    def parse(self, text: str) -> str | int | float | bool:
        """The value that `text` means. Raises SettingInvalid."""
        if isinstance(self.default, bool):
            return self._flag(text)
        if isinstance(self.default, str):
            if self.choices and text not in self.choices:
                raise self._wrong(text, f"只能是 {'、'.join(self.choices)}")
            return text
        kind, what = (int, "整数") if isinstance(self.default, int) else (float, "数字")
        try:
            value = kind(text)
        except ValueError as error:
            raise self._wrong(text, f"应为{what}") from error
        if self.minimum is not None and value < self.minimum:
            raise self._wrong(text, f"不能小于 {self.minimum:g}")
        return value

    def _flag(self, text: str) -> bool:
        folded = text.strip().lower()
        if folded in ("1", "true", "yes", "on", "是"):
            return True
        if folded in ("", "0", "false", "no", "off", "否"):
            return False
        raise self._wrong(text, "应为 1 或 0")

    def _wrong(self, text: str, reason: str) -> SettingInvalid:
        return SettingInvalid(f"环境变量 {self.variable} 的值「{text}」不可用：{reason}")


SETTINGS: tuple[Setting, ...] = (
    Setting("store", "chainscout.duckdb", "数据存储：文件路径，或 bolt://、neo4j:// 地址"),
    Setting(
        "workspace",
        "",
        "工作区（清单、项目、用户）：文件路径或 postgresql:// 地址；空则为数据存储旁的文件",
    ),
    Setting("format", "table", "结果的默认格式", ("table", "json", "jsonl", "csv")),
    Setting("top", 20, "目标企业清单默认列出的家数", minimum=1),
    Setting(
        "checks",
        "",
        "准入条件清单（YAML 文件；example 为自带示例），空则不查；样式见 docs/targets.md",
    ),
    Setting("csv_headings", "en", "CSV 的表头：en 为字段名，zh 为中文", ("en", "zh")),
    Setting("width", 100, "结果不在终端显示时（重定向到文件）表格的宽度，单位为字符", minimum=60),
    Setting("office", "", "文件抬头中的编制单位，例如「东营市链长制办公室」；空则不写"),
    Setting("font", "", "生成 PDF 和 Word 插图用的中文字体文件；空则在系统里查找"),
    Setting("host", "127.0.0.1", "网页服务的监听地址"),
    Setting("port", 8000, "网页服务的端口", minimum=1),
    Setting("reload_seconds", 1.0, "网页服务至多每隔多少秒检查一次数据是否更新", minimum=0.0),
    Setting("resolve", True, "导入时，名称不完全一致的企业是否与库中企业核对"),
    Setting(
        "classify",
        "auto",
        "导入时，有文本而没有卡位的企业是否自动归入环节；auto 为经映射导入或超过 20 万家时不归类",
        ("auto", "yes", "no"),
    ),
    Setting("cache", "~/.cache/chainscout", "训练好的归类模型保存在哪个文件夹（仅供本人使用）"),
    Setting("neo4j_user", "neo4j", "Neo4j 服务器的用户名；地址里写了的优先"),
    Setting(
        "neo4j_password", "", "Neo4j 服务器的密码；地址里写了的优先，任何输出都不显示", secret=True
    ),
    Setting("debug", False, "出现意外错误时显示完整的错误堆栈（1 为显示）"),
)
_BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}


def value(name: str, environ: Mapping[str, str] | None = None) -> Any:
    """The value of setting `name` in force. Raises SettingInvalid; KeyError for an unknown name."""
    setting = _BY_NAME[name]
    text = (os.environ if environ is None else environ).get(setting.variable)
    return setting.default if text is None or text == "" else setting.parse(text)


def text(name: str) -> str:
    """A text setting in force."""
    return str(value(name))


def folder(name: str) -> Path:
    """A setting in force that names a folder; ``~`` is the user's own."""
    return Path(text(name)).expanduser()


def shown(setting: Setting) -> str | int | float | bool:
    """The value in force as it may be shown."""
    found: str | int | float | bool = value(setting.name)
    return ("已设置" if found else "") if setting.secret else found


def table() -> list[dict[str, Any]]:
    """Every setting with its value in force and where that comes from (Chinese)."""
    return [
        {
            "name": setting.name,
            "variable": setting.variable,
            "value": shown(setting),
            "default": setting.default,
            "origin": "环境变量" if os.environ.get(setting.variable) else "默认",
            "help": setting.help,
        }
        for setting in SETTINGS
    ]


__all__ = ["SETTINGS", "Setting", "SettingInvalid", "folder", "table", "text", "value"]
