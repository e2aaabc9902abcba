"""Who acts: the name that a change is logged under, and what a role may do where."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from enum import StrEnum

from workspace.errors import NotAllowed


class Role(StrEnum):
    """Roles of users and keys, each allowed what those before it are."""

    viewer = "viewer"
    editor = "editor"
    admin = "admin"

    @property
    def label(self) -> str:
        return {"viewer": "查看", "editor": "编辑", "admin": "管理"}[self.value]


_ORDER = list(Role)


def within(code: str | None, area: str) -> bool:
    """Whether division `code` is `area` or lies in it, by the digits of GB/T 2260.

    ``within("330902", "330900")``: trailing pairs of zeros stand for everything below. An unknown
    place (None, "") lies in no area but the whole country ("").
    """
    digits = area
    while digits.endswith("00"):
        digits = digits[:-2]
    return not digits or (code or "").startswith(digits)


@dataclass(frozen=True)
class Actor:
    """A person, key or program at work.

    Attributes:
        name: as it stands in logs.
        role: what it may do.
        regions: codes of the regions it may see and change; empty = everywhere.
        user_id: row of the user, None for the command line and the system itself.
        via: how it came in: session, key, local, system.
        user: the name of the user, without that of a key; empty where there is none.
    """

    name: str
    role: Role
    regions: tuple[str, ...] = ()
    user_id: int | None = None
    via: str = "system"
    user: str = ""

    @property
    def owner(self) -> str:
        """To whom belongs what it makes for itself: the user, whichever way they came in."""
        return self.user or self.name

    @classmethod
    def local(cls) -> Actor:
        """The person at the command line, who can open the database anyway: an admin."""
        try:
            name = getpass.getuser()
        except (KeyError, OSError):  # a container without an entry for its user
            name = "?"
        return cls(f"本机:{name}", Role.admin, via="local")

    def may(self, role: Role, region: str | None = None) -> bool:
        """Whether this actor has `role` (or more) and `region` in its scope."""
        return _ORDER.index(self.role) >= _ORDER.index(role) and self.sees(region)

    def sees(self, region: str | None) -> bool:
        """Whether `region` is in scope; what belongs to no region is seen by everyone."""
        return not self.regions or not region or any(within(region, r) for r in self.regions)

    def must(self, role: Role, region: str | None = None) -> None:
        """Raises NotAllowed unless :meth:`may`."""
        if not self.may(role):
            raise NotAllowed(
                f"{self.name} 的角色是「{self.role.label}」，这一操作需要「{role.label}」；"
                "请联系管理员"
            )
        if not self.sees(region):
            raise NotAllowed(f"{self.name} 无权处理地区 {region} 的内容；请联系管理员调整地区范围")


SYSTEM = Actor("系统", Role.admin)

__all__ = ["SYSTEM", "Actor", "Role", "within"]
