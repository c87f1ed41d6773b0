"""Signing in as a browser does: the form's token first."""

from __future__ import annotations

import re
from typing import Any

PASSWORD = "浅滩上-四十二只-白鹭鸶"


def sign_in(client: Any, login: str, password: str = PASSWORD, **more: str) -> Any:
    entry = token_of(client.get("/login").text)
    return client.post("/login", data={"csrf": entry, "login": login, "password": password, **more})


def token_of(html: str) -> str:
    """The form's token in a page."""
    found = re.search(r'name="csrf" value="([^"]+)"', html)
    assert found, html[:400]
    return found.group(1)
