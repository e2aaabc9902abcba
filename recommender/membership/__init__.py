"""Which firms belong at a link although no position says so, learned from positions hidden."""

from __future__ import annotations

from recommender.membership.learn import Lesson, lesson
from recommender.membership.model import Membership

__all__ = ["Lesson", "Membership", "lesson"]
