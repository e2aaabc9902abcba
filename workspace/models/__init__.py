"""The tables of the workspace."""

from __future__ import annotations

from workspace.models.accounts import ApiKey, AuditEntry, LoginAttempt, User, WebSession
from workspace.models.base import Base
from workspace.models.lists import Entry, FirmNote, ListVersion, Outcome, TargetList
from workspace.models.projects import Contact, Project, ProjectEvent, RegionSettings
from workspace.models.tuning import TuningVersion
from workspace.models.watch import Subscription

__all__ = [
    "ApiKey",
    "AuditEntry",
    "Base",
    "Contact",
    "Entry",
    "FirmNote",
    "ListVersion",
    "LoginAttempt",
    "Outcome",
    "Project",
    "ProjectEvent",
    "RegionSettings",
    "Subscription",
    "TargetList",
    "TuningVersion",
    "User",
    "WebSession",
]
