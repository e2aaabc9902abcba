"""A site with users: an administrator, an editor, a viewer, and an editor of one region."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.access import FORM_FIELD
from workspace import SYSTEM, Role, accounts, open_workspace

PASSWORD = "correct horse battery"
USERS: dict[str, tuple[Role, tuple[str, ...]]] = {
    "viewer": (Role.viewer, ()),
    "editor": (Role.editor, ()),
    "admin": (Role.admin, ()),
    "jia": (Role.editor, ("330100",)),
}
PAGES = {"Accept": "text/html"}


def with_users(place: str | Path) -> dict[str, str]:
    """Make the users; user → API key."""
    workspace = open_workspace(place)
    with workspace.write(SYSTEM) as session:
        for name, (role, regions) in USERS.items():
            accounts.add_user(session, name, PASSWORD, role, regions=regions)
        return {name: accounts.add_key(session, name, "test").text for name in USERS}


def token(client: TestClient, path: str = "/login") -> str:
    """The token of the forms on a page."""
    found = re.search(rf'name="{FORM_FIELD}" value="([^"]+)"', client.get(path, headers=PAGES).text)
    assert found, path
    return found[1]


def signed_in(app: FastAPI, name: str) -> TestClient:
    """A browser in which `name` is signed in."""
    client = TestClient(app, headers=PAGES, follow_redirects=False, raise_server_exceptions=False)
    form = {"name": name, "password": PASSWORD, FORM_FIELD: token(client)}
    assert client.post("/login", data=form).status_code == 303
    return client
