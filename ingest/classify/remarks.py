"""What the office's own table says of the classes of GB/T 4754: remarks as evidence.

The official remarks describe a class by its products (指石膏板、石膏制品及类似轻质建筑材料的制造).
They are not bundled; an office that has the table hands it in, see :mod:`ingest.remarks`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.classify.texts import folded

# What is left out of a class must not speak for it: 但不包括石棉制品的制造.
_LEFT_OUT = re.compile("[,;。(]?(?:但)?(?:不包括|不含|不包含|除外)[^;。)]*[;。)]?")
_CUTS = re.compile(
    "[、,;。:()]|以及|还包括|包括|也称|或(?:者)?|其他|等(?:用途)?的?|(?<=.{2})[和及与](?=.{2})"
)
_DOING = re.compile(
    "^(?:指|对|用于|用|以|在|经|各种|主要|专门|直接|及|和|与)+"
    "|(?:的?(?:生产|制造|加工|制作|经营|服务|活动|修理|安装|及其?|和|与|等))+$"
)
SHORTEST, LONGEST = 3, 12
# A term of more classes than this tells none of them.
MOST_CLASSES = 3


@dataclass(frozen=True)
class Remarks:
    """Code of two to four digits → what the table says of the class."""

    texts: Mapping[str, str]

    def terms(self, code: str) -> tuple[str, ...]:
        """The products and activities that the remark of a class names, each once."""
        plain = _LEFT_OUT.sub(";", folded(self.texts.get(code, "")))
        named = (_DOING.sub("", part).split("的")[-1] for part in _CUTS.split(plain))
        return tuple(dict.fromkeys(n for n in named if SHORTEST <= len(n) <= LONGEST))

    def classes(self) -> dict[str, tuple[str, ...]]:
        """Term → the codes of the few classes whose remark names it."""
        found: dict[str, list[str]] = defaultdict(list)
        for code in self.texts:
            for term in self.terms(code):
                found[term].append(code)
        return {t: tuple(codes) for t, codes in found.items() if len(codes) <= MOST_CLASSES}
