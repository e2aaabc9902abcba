"""Names as people write them, made from real ones: misprints, parts left out, and other firms.

`written` gives spellings of the same firm, `others` names of different firms that look alike
(another place, another trade, a branch, a local company of the same group). Both are used to
train, never to report quality.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from random import Random

from graph.regions import Divisions
from ingest.namemodel import Kind, NameParts
from ingest.resolve.features import sounds


class Variants:
    """Draws variants; `parts` are the names of the registry, a source of words and characters."""

    def __init__(self, parts: Sequence[NameParts], draw: Random) -> None:
        self._draw = draw
        self._words = [p.words for p in parts if p.words]
        characters = sorted({char for p in parts for char in p.core if not char.isascii()})
        self._alike: dict[str, list[str]] = defaultdict(list)
        for char in characters:
            self._alike[sounds(char)].append(char)
        self._characters = characters
        national = Divisions.national()
        self._cities = [
            national.short_name(d.code) for d in national if d.level in ("province", "prefecture")
        ]

    def written(self, name: NameParts) -> str | None:
        """The same firm, written with a slip or with a part left out; None where it cannot be."""
        ways: tuple[Callable[[NameParts], str], ...] = (
            self._homophone, self._homophone, self._other_character, self._dropped, self._swapped,
            self._no_form, self._no_form, self._no_place, self._other_form, self._less_trade,
            self._suffix, self._no_form_less_trade, self._with_place,
        )  # fmt: skip
        made = self._draw.choice(ways)(name)
        return made if made != name.text and len(made) >= 3 else None

    def others(self, name: NameParts) -> str | None:
        """Another firm: not to be taken for the one it looks like."""
        ways: tuple[Callable[[NameParts], str], ...] = (
            self._elsewhere, self._elsewhere, self._elsewhere_short, self._other_trade,
            self._other_trade, self._branch, self._local, self._local, self._other_core,
            self._stripped_group, self._other_word, self._other_word, self._other_inside,
        )  # fmt: skip
        made = self._draw.choice(ways)(name)
        return made if made != name.text and len(made) >= 3 else None

    def shortened(self, name: NameParts) -> str | None:
        """A short name as people make it for a firm that has none: 聚泰, 陕西聚泰, 聚泰新材料."""
        first = name.words[0] if name.words else ""
        last = name.words[-1] if name.words else ""
        if len(name.core) < 2:
            return None
        ways = (
            name.core, name.place + name.core, name.core + first, name.core + name.trade,
            name.place + name.core + first, name.core + last, name.core + first[:2],
        )  # fmt: skip
        made = self._draw.choice(ways)
        return made if len(made) >= 2 else None

    # ── the same firm ───────────────────────────────────────────────────────────────────────────

    def _at(self, name: NameParts) -> int:
        return self._draw.randrange(len(name.place), max(len(name.body), len(name.place) + 1))

    def _replaced(self, name: NameParts, at: int, char: str) -> str:
        return name.text[:at] + char + name.text[at + 1 :]

    def _homophone(self, name: NameParts) -> str:
        at = self._at(name)
        if at >= len(name.body):
            return name.text
        return self._replaced(
            name, at, self._draw.choice(self._alike.get(sounds(name.text[at])) or [name.text[at]])
        )

    def _other_character(self, name: NameParts) -> str:
        return self._replaced(name, self._at(name), self._draw.choice(self._characters))

    def _dropped(self, name: NameParts) -> str:
        return self._replaced(name, self._at(name), "")

    def _swapped(self, name: NameParts) -> str:
        at = self._at(name)
        text = name.text
        return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]

    def _no_form(self, name: NameParts) -> str:
        return name.body

    def _no_place(self, name: NameParts) -> str:
        return name.text.replace(name.place, "", 1) if name.place else name.text

    def _other_form(self, name: NameParts) -> str:
        form = {Kind.STOCK: "有限公司", Kind.COMPANY: "股份有限公司"}.get(name.kind, name.form)
        return name.body + form

    def _less_trade(self, name: NameParts) -> str:
        if len(name.words) < 2:
            return name.text
        at = self._draw.randrange(len(name.words))
        words = "".join(w for i, w in enumerate(name.words) if i != at)
        return name.body[: len(name.body) - len(name.trade)] + words + name.form

    def _no_form_less_trade(self, name: NameParts) -> str:
        made = self._less_trade(name)
        return made.removesuffix(name.form) if name.form else made

    def _suffix(self, name: NameParts) -> str:
        if not name.place or name.place[-1] in "省市县区州盟旗国":
            return name.text.replace("市", "", 1)
        return name.text.replace(name.place, name.place + self._draw.choice("市省市"), 1)

    def _with_place(self, name: NameParts) -> str:
        """A stock company with its place written, as before it had leave to leave it out."""
        bare = not name.place and name.kind is Kind.STOCK
        return self._draw.choice(self._cities) + name.text if bare else name.text

    # ── other firms ─────────────────────────────────────────────────────────────────────────────

    def _elsewhere(self, name: NameParts) -> str:
        city = self._draw.choice(self._cities)
        if name.place:
            return name.text.replace(name.place, city, 1)
        return city + name.body + "有限公司"

    def _elsewhere_short(self, name: NameParts) -> str:
        city = self._draw.choice(self._cities)
        return name.body.replace(name.place, city, 1) if name.place else name.text

    def _other_trade(self, name: NameParts) -> str:
        words = "".join(self._draw.choice(self._words))
        if words == name.trade or not name.words:
            return name.text
        return name.body[: len(name.body) - len(name.trade)] + words + "有限公司"

    def _other_word(self, name: NameParts) -> str:
        """Another company of the same kind, or of the same group: one word of trade is another."""
        if not name.words or not name.body.endswith(name.trade):
            return name.text
        at = self._draw.randrange(len(name.words))
        word = self._draw.choice(self._draw.choice(self._words))
        words = "".join(word if i == at else w for i, w in enumerate(name.words))
        return name.body[: len(name.body) - len(name.trade)] + words + name.form

    def _other_inside(self, name: NameParts) -> str:
        """A name with another place inside, as the provincial companies of one group have."""
        inside = name.place and not name.text.startswith(name.place)
        city = self._draw.choice(self._cities)
        return name.text.replace(name.place, city, 1) if inside else name.text

    def _branch(self, name: NameParts) -> str:
        return name.text + self._draw.choice(self._cities) + "分公司" if name.form else name.text

    def _local(self, name: NameParts) -> str:
        city = self._draw.choice(self._cities)
        if city == name.place:
            return name.text
        core, trade = name.core, name.trade.replace("集团", "").replace("控股", "")
        if self._draw.random() < 0.5:
            return f"{core}（{city}）{trade}有限公司"
        return f"{city}{core}{trade}有限公司"

    def _other_core(self, name: NameParts) -> str:
        at = len(name.place)
        if len(name.core) != 2 or not name.body[at:].startswith(name.core):
            return name.text
        new = "".join(self._draw.sample(self._characters, 2))
        return name.text[:at] + new + name.text[at + 2 :]

    def _stripped_group(self, name: NameParts) -> str:
        """The group above a listed firm, or the firm below a group: different legal persons."""
        if name.group:
            return name.text.replace("集团", "", 1) if name.words[-1:] == ("集团",) else name.text
        return name.place + name.core + "集团有限公司"
