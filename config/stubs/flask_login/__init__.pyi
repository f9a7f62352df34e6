# What we use of Flask-Login, which tells no types to who imports it.
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Request

Found = TypeVar("Found", bound=Callable[..., Any])

current_user: Any

class LoginManager:
    session_protection: str | None
    def init_app(self, app: Flask, add_context_processor: bool = ...) -> None: ...
    def user_loader(self, callback: Found) -> Found: ...
    def request_loader(self, callback: Callable[[Request], Any]) -> Callable[[Request], Any]: ...

def login_user(user: Any, remember: bool = ...) -> bool: ...
def logout_user() -> bool: ...
