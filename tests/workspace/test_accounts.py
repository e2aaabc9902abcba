"""Users, keys, signing in, the audit log."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, text

from workspace import SYSTEM, Actor, Role, Workspace, accounts, audit, lists, projects
from workspace.accounts import secrets
from workspace.accounts.signin import SignInRules
from workspace.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, TooManyAttempts
from workspace.models import WebSession

PASSWORD = "松柏 correct 77"


@pytest.fixture
def staffed(workspace: Workspace) -> Workspace:
    with workspace.write(SYSTEM) as session:
        accounts.add_user(session, "boss", PASSWORD, Role.admin, unit="链办")
        accounts.add_user(session, "小王", PASSWORD, Role.editor, regions=["330900"])
    return workspace


def test_no_secret_is_stored_as_it_is(staffed: Workspace) -> None:
    with staffed.write(SYSTEM) as session:
        key = accounts.add_key(session, "boss", "接口").text
    token = accounts.sign_in(staffed, "boss", PASSWORD).token
    secret = key.split("_", 2)[-1]
    with staffed.engine.connect() as connection:
        for table in ("users", "api_keys", "web_sessions", "audit", "login_attempts"):
            held = str(connection.execute(text(f"SELECT * FROM {table}")).all())
            for hidden in (PASSWORD, key, secret, token):
                assert hidden not in held, table
        (hashed,) = set(connection.execute(text("SELECT substr(password_hash, 1, 10) FROM users")))
        assert hashed == ("$argon2id$",)


def test_a_user_signs_in_and_out(staffed: Workspace) -> None:
    found = accounts.sign_in(staffed, "小王", PASSWORD, "10.0.0.1")
    actor = accounts.actor_of_session(staffed, found.token)
    assert (actor.name, actor.role, actor.regions, actor.via) == (
        "小王", Role.editor, ("330900",), "session",
    )  # fmt: skip
    accounts.sign_out(staffed, found.token)
    with pytest.raises(NotSignedIn, match="重新登录"):
        accounts.actor_of_session(staffed, found.token)


@pytest.mark.parametrize("name", ["boss", "nobody"])
def test_what_was_wrong_is_not_told(staffed: Workspace, name: str) -> None:
    with pytest.raises(NotSignedIn, match="用户名或密码不正确"):
        accounts.sign_in(staffed, name, "wrong password")


def test_sessions_end(staffed: Workspace) -> None:
    short = SignInRules(lifetime=dt.timedelta(seconds=-1))
    ended = accounts.sign_in(staffed, "boss", PASSWORD, rules=short)
    with pytest.raises(NotSignedIn):
        accounts.actor_of_session(staffed, ended.token)
    unused = accounts.sign_in(staffed, "boss", PASSWORD)
    idle = SignInRules(idle=dt.timedelta(seconds=-1))
    with pytest.raises(NotSignedIn):
        accounts.actor_of_session(staffed, unused.token, idle)
    with staffed.write(SYSTEM) as session:
        accounts.set_password(session, "boss", PASSWORD + "!")
    with pytest.raises(NotSignedIn):
        accounts.actor_of_session(staffed, unused.token)


def test_last_use_keeps_a_session_alive(staffed: Workspace) -> None:
    token = accounts.sign_in(staffed, "boss", PASSWORD).token
    with staffed.write(SYSTEM) as session:
        row = session.scalars(select(WebSession)).one()
        row.seen = row.seen - dt.timedelta(minutes=100)
    accounts.actor_of_session(staffed, token)
    with staffed.read(SYSTEM) as session:
        seen = session.scalars(select(WebSession)).one().seen
    assert dt.datetime.now(dt.UTC) - seen < dt.timedelta(minutes=1)


def test_guessing_is_stopped_by_name_and_by_address(staffed: Workspace) -> None:
    rules = SignInRules(per_user=2, per_address=4)
    for _ in range(2):
        with pytest.raises(NotSignedIn):
            accounts.sign_in(staffed, "boss", "guess", "10.0.0.9", rules)
    with pytest.raises(TooManyAttempts) as caught:
        accounts.sign_in(staffed, "boss", PASSWORD, "10.0.0.8", rules)
    assert 0 < caught.value.retry_after <= 900
    for name in ("a1", "a2"):
        with pytest.raises(NotSignedIn):
            accounts.sign_in(staffed, name, "guess", "10.0.0.9", rules)
    with pytest.raises(TooManyAttempts):
        accounts.sign_in(staffed, "小王", PASSWORD, "10.0.0.9", rules)
    assert accounts.sign_in(staffed, "小王", PASSWORD, "10.0.0.7", rules).actor.name == "小王"


def test_many_guesses_at_once_do_not_slip_through(staffed: Workspace) -> None:
    rules, start = SignInRules(per_user=3), threading.Barrier(6)

    def guess(_: int) -> str:
        start.wait()
        try:
            accounts.sign_in(staffed, "boss", "guess guess", rules=rules)
        except (NotSignedIn, TooManyAttempts) as error:
            return type(error).__name__
        return "in"

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(guess, range(6)))
    assert sorted(outcomes) == ["NotSignedIn"] * 3 + ["TooManyAttempts"] * 3


def test_a_key_works_until_it_is_rotated_or_stopped(staffed: Workspace) -> None:
    with staffed.write(SYSTEM) as session:
        made = accounts.add_key(session, "小王", "接口")
    with staffed.read(SYSTEM) as session:
        actor = accounts.actor_of_key(session, made.text)
        assert (actor.role, actor.regions, actor.owner) == (Role.editor, ("330900",), "小王")
        assert "接口" in actor.name
        for wrong in (made.text[:-1], made.text + "x", "cs__", "", "cs_x_y", made.key.prefix):
            with pytest.raises(NotSignedIn):
                accounts.actor_of_key(session, wrong)
    with staffed.write(SYSTEM) as session:
        renewed = accounts.rotate_key(session, made.key.prefix)
    with staffed.write(SYSTEM) as session:
        with pytest.raises(NotSignedIn):
            accounts.actor_of_key(session, made.text)
        assert accounts.actor_of_key(session, renewed.text).owner == "小王"
        accounts.disable_key(session, renewed.key.prefix)
        with pytest.raises(NotSignedIn, match="停用"):
            accounts.actor_of_key(session, renewed.text)


def test_a_key_is_no_more_than_its_user(light: Workspace) -> None:
    with light.write(SYSTEM) as session:
        accounts.add_user(session, "boss", PASSWORD, Role.admin)
        accounts.add_user(session, "看客", PASSWORD, Role.viewer)
        capped = accounts.add_key(session, "boss", "只读", role=Role.viewer)
        asked = accounts.add_key(session, "看客", "想多要", role=Role.admin)
        old = accounts.add_key(session, "boss", "过期", days=-1)
        assert accounts.actor_of_key(session, capped.text).role is Role.viewer
        assert accounts.actor_of_key(session, asked.text).role is Role.viewer
        with pytest.raises(NotSignedIn, match="过期"):
            accounts.actor_of_key(session, old.text)
        accounts.set_disabled(session, "看客")
        with pytest.raises(NotSignedIn):
            accounts.actor_of_key(session, asked.text)


def test_the_last_admin_stays(light: Workspace) -> None:
    with light.write(SYSTEM) as session:
        assert not accounts.has_admin(session)
        accounts.add_user(session, "boss", PASSWORD, Role.admin)
        with pytest.raises(NotAllowed, match="最后一个管理员"):
            accounts.set_disabled(session, "boss")
        with pytest.raises(NotAllowed, match="最后一个管理员"):
            accounts.set_role(session, "boss", Role.viewer)
        accounts.add_user(session, "副手", PASSWORD, Role.admin)
        assert accounts.set_role(session, "boss", Role.viewer).role == "viewer"


def test_only_admins_manage_users(light: Workspace) -> None:
    with light.write(SYSTEM) as session:
        user = accounts.add_user(session, "小王", PASSWORD)
        other = accounts.add_user(session, "小李", PASSWORD)
    own, editor = user.actor("session"), Actor("编辑", Role.editor)
    with light.write(editor) as session:
        for forbidden in (
            lambda: accounts.add_user(session, "某人", PASSWORD),
            lambda: accounts.all_users(session),
            lambda: accounts.set_role(session, "小王", Role.admin),
            lambda: accounts.set_disabled(session, "小王"),
            lambda: accounts.set_password(session, "小王", PASSWORD),
            lambda: accounts.add_key(session, "小王", "k"),
            lambda: accounts.keys_of(session, "小王"),
            lambda: audit.entries(session),
        ):
            with pytest.raises(NotAllowed):
                forbidden()
    with light.write(own) as session:
        accounts.set_password(session, "小王", PASSWORD + "2")
        assert accounts.add_key(session, "小王", "k").key.role == "viewer"
        with pytest.raises(NotAllowed):
            accounts.set_password(session, other.name, PASSWORD)


def test_names_passwords_and_regions_are_checked(light: Workspace) -> None:
    with light.write(SYSTEM) as session:
        accounts.add_user(session, "小王", PASSWORD)
        with pytest.raises(Conflict, match="已被使用"):
            accounts.add_user(session, "小王", PASSWORD)
        for name, password in (
            ("x", PASSWORD),
            ("a b", PASSWORD),
            ("ok", "short"),
            ("ok", "a" * 20),
        ):
            with pytest.raises(Invalid):
                accounts.add_user(session, name, password)
        with pytest.raises(Invalid, match="6 位"):
            accounts.add_user(session, "ok", PASSWORD, regions=["舟山"])
        with pytest.raises(NotFound):
            accounts.find_user(session, "没有")


def test_every_write_is_in_the_log_with_digests(workspace: Workspace) -> None:
    editor = Actor("编辑", Role.editor, via="session")
    with workspace.write(editor) as session:
        projects.add(session, "项目")
        projects.edit(session, 1, amount=3.0)
        contact = projects.add_contact(session, "走访", project_id=1)
        projects.remove_contact(session, contact.id)
        made = lists.create_empty(session, "清单")
        lists.export_book(session, made.id)
    with workspace.read(SYSTEM) as session:
        log = audit.entries(session)
        told = [(e.action, e.kind) for e in reversed(log)]
    assert told == [
        ("create", "project"), ("update", "project"), ("create", "contact"), ("delete", "contact"),
        ("create", "list"), ("create", "list-version"), ("export", "list"),
    ]  # fmt: skip
    assert {e.by for e in log} == {"编辑"}
    created, updated = log[-1], log[-2]
    assert (created.before, created.after) == (None, updated.before)
    assert updated.after not in (None, updated.before)
    assert "amount" in updated.detail["changed"]
    removed = log[-4]
    assert (removed.before is None, removed.after) == (False, None)


def test_the_log_can_be_narrowed_and_paged(light: Workspace) -> None:
    with light.write(SYSTEM) as session:
        for i in range(5):
            projects.add(session, f"项目{i}")
        lists.create_empty(session, "清单")
    with light.read(SYSTEM) as session:
        first = audit.entries(session, kind="project", limit=2)
        rest = audit.entries(session, kind="project", before_id=first[-1].id)
        assert [e.object_id for e in [*first, *rest]] == ["5", "4", "3", "2", "1"]
        assert len(audit.entries(session, object_id="1")) == 3
        assert audit.entries(session, by="没有") == []


def test_the_real_hash_is_strong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    stored = secrets.hash_password(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert secrets.password_fits(stored, PASSWORD)
    assert not secrets.password_fits(stored, PASSWORD + " ")
    assert not secrets.password_fits(None, PASSWORD)


def test_a_weaker_hash_is_made_anew_at_the_next_sign_in(light: Workspace) -> None:
    with light.write(SYSTEM) as session:
        user = accounts.add_user(session, "boss", PASSWORD)
        old = PasswordHasher(time_cost=1, memory_cost=32).hash(PASSWORD)
        user.password_hash = old
    accounts.sign_in(light, "boss", PASSWORD)
    with light.read(SYSTEM) as session:
        renewed = accounts.find_user(session, "boss").password_hash
    assert renewed != old
    assert not secrets.outdated(renewed)
