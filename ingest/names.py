"""Firm names brought to one spelling: the first step of identity.

:func:`name_key` gives equal keys to spellings of one legal name: full or half width, brackets
of any kind, spaces, 有限责任公司 or 有限公司, traditional or simplified characters. It never
drops a part that tells two firms apart (place, core, trade).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from opencc import OpenCC

# Characters that OpenCC rewrites but that stand in the national table of standard characters
# (通用规范汉字表, 2013) and in registered names: 昇兴股份, 乾照光电, 甯 …
_STANDARD = frozenset("昇乾甯堃喆镕著徵藉瞭祎淼晳脩邨尅勠燊琹祇夥后里余于干只系云")
# Characters nobody sees: of no width, marks of writing direction, variants of a glyph, controls.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]+"
)
_DROPPED = re.compile(r"[\s()\[\]{}（）【】〔〕《》<>\"'“”‘’·•・.,，。、:：;；_\-－—*]+")


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@cache
def traditional_characters() -> str:
    """Characters that occur only in traditional spelling, as one string."""
    convert = _converter().convert
    found = []
    for code in range(0x4E00, 0x9FA6):
        char = chr(code)
        if convert(char) != char and char not in _STANDARD and not _in_gb2312(char):
            found.append(char)
    return "".join(found)


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _traditional() -> re.Pattern[str]:
    return re.compile(f"[{traditional_characters()}]")


def simplified(text: str) -> str:
    """`text` in simplified characters; left alone unless it holds a traditional-only character.

    Characters that are standard in both spellings (乾, 昇, 著) would be damaged otherwise.
    """
    return _converter().convert(text) if _traditional().search(text) else text


def display_name(text: str) -> str:
    """`text` as it is stored and shown: simplified, nothing invisible, single spaces."""
    visible = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return simplified(" ".join(visible.split()))


def name_key(text: str) -> str:
    """The spelling by which names are compared for equality; empty for a name of mere marks."""
    folded = simplified(unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))).lower()
    key = _DROPPED.sub("", folded).replace("有限责任公司", "有限公司")
    return key[:-4] + "股份有限公司" if key.endswith("股份公司") else key
