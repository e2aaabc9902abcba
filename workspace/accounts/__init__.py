"""Users, roles, API keys, signing in."""

from __future__ import annotations

from workspace.accounts.keys import (
    NewKey,
    actor_of_key,
    add_key,
    disable_key,
    find_key,
    keys_of,
    rotate_key,
)
from workspace.accounts.signin import (
    RULES,
    SignedIn,
    SignInRules,
    actor_of_session,
    sign_in,
    sign_out,
)
from workspace.accounts.users import (
    actor_of,
    add_user,
    all_users,
    find_user,
    has_admin,
    set_disabled,
    set_password,
    set_role,
)

__all__ = [
    "RULES",
    "NewKey",
    "SignInRules",
    "SignedIn",
    "actor_of",
    "actor_of_key",
    "actor_of_session",
    "add_key",
    "add_user",
    "all_users",
    "disable_key",
    "find_key",
    "find_user",
    "has_admin",
    "keys_of",
    "rotate_key",
    "set_disabled",
    "set_password",
    "set_role",
    "sign_in",
    "sign_out",
]
