"""A font with Chinese characters on this machine, for documents that carry their letters along."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from chainscout.output.problem import OutputProblem

# File names, the best first, with the number of the face inside of a collection.
_REGULAR: tuple[tuple[str, int], ...] = (
    ("NotoSansCJK-Regular.ttc", 2), ("NotoSansCJKsc-Regular.otf", 0), ("NotoSansSC-Regular.otf", 0),
    ("NotoSansSC-Regular.ttf", 0), ("SourceHanSansSC-Regular.otf", 0),
    ("SourceHanSansCN-Regular.otf", 0), ("SourceHanSans.ttc", 2), ("msyh.ttc", 0), ("msyh.ttf", 0),
    ("simhei.ttf", 0), ("PingFang.ttc", 2), ("Hiragino Sans GB.ttc", 0), ("STHeiti Light.ttc", 1),
    ("wqy-microhei.ttc", 0), ("wqy-zenhei.ttc", 0), ("DroidSansFallbackFull.ttf", 0),
    ("NotoSerifCJK-Regular.ttc", 2), ("simsun.ttc", 0), ("Songti.ttc", 1),
)  # fmt: skip
_BOLD = {
    "NotoSansCJK-Regular.ttc": "NotoSansCJK-Bold.ttc", "msyh.ttc": "msyhbd.ttc",
    "NotoSansCJKsc-Regular.otf": "NotoSansCJKsc-Bold.otf", "msyh.ttf": "msyhbd.ttf",
    "NotoSansSC-Regular.otf": "NotoSansSC-Bold.otf",
    "NotoSansSC-Regular.ttf": "NotoSansSC-Bold.ttf",
    "SourceHanSansSC-Regular.otf": "SourceHanSansSC-Bold.otf",
    "SourceHanSansCN-Regular.otf": "SourceHanSansCN-Bold.otf",
    "NotoSerifCJK-Regular.ttc": "NotoSerifCJK-Bold.ttc", "STHeiti Light.ttc": "STHeiti Medium.ttc",
}  # fmt: skip


class FontMissing(OutputProblem):
    """No font with Chinese characters was found; the message says what to install."""


@dataclass(frozen=True)
class Font:
    """A face: the file, and its number where the file is a collection."""

    file: Path
    number: int = 0

    @property
    def bold(self) -> Font:
        """The bold face that lies beside it; itself where there is none."""
        beside = self.file.with_name(_BOLD.get(self.file.name, self.file.name))
        return Font(beside, self.number) if beside.exists() else self


def folders() -> list[Path]:
    """Where fonts lie on Linux, macOS and Windows."""
    home = Path.home()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", str(home))
        return [
            Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
            Path(local) / "Microsoft/Windows/Fonts",
        ]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    return [
        home / ".fonts", home / ".local/share/fonts", Path("/usr/local/share/fonts"),
        Path("/usr/share/fonts"), Path("/mnt/c/Windows/Fonts"),
    ]  # fmt: skip


def chinese_font(given: str = "", places: list[Path] | None = None) -> Font:
    """The font at `given`, or the best that is found in `places`.

    Raises:
        FontMissing: there is none.
    """
    if given:
        if Path(given).is_file():
            numbers = dict(_REGULAR)
            return Font(Path(given), numbers.get(Path(given).name, 0))
        raise FontMissing(f"{given}：设置 font 所指的字体文件不存在")
    found: dict[str, Path] = {}
    for folder in folders() if places is None else places:
        for file in sorted(folder.rglob("*.[tToO][tT][cCfF]")) if folder.is_dir() else ():
            found.setdefault(file.name.lower(), file)
    for name, number in _REGULAR:
        if name.lower() in found:
            return Font(found[name.lower()], number)
    raise FontMissing(
        "没有找到中文字体，不能生成 PDF。请安装 Noto Sans CJK（Debian/Ubuntu：apt install "
        "fonts-noto-cjk）、思源黑体或文泉驿微米黑，或用环境变量 CHAINSCOUT_FONT 指明字体文件；"
        "也可以改用 .html 或 .docx"
    )


__all__ = ["Font", "FontMissing", "chinese_font", "folders"]
