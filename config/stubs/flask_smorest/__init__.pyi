# What we use of flask-smorest, which tells no types to who imports it.
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

import flask
from apispec import APISpec
from marshmallow import Schema
from webargs.core import Parser

View = TypeVar("View", bound=Callable[..., Any])

class Blueprint(flask.Blueprint):
    ARGUMENTS_PARSER: ClassVar[Parser[Any]]
    description: str
    def __init__(self, name: str, import_name: str, *, url_prefix: str = ..., description: str = ...) -> None: ...
    def arguments(self, schema: Any, *, location: str = ..., **options: Any) -> Callable[[View], View]: ...
    def response(self, status_code: Any, schema: Any = ..., **options: Any) -> Callable[[View], View]: ...
    def alt_response(self, status_code: Any, **options: Any) -> Callable[[View], View]: ...
    @staticmethod
    def doc(**told: Any) -> Callable[[View], View]: ...

class Api:
    ERROR_SCHEMA: ClassVar[type[Schema]]
    spec: APISpec
    ma_plugin: Any
    def __init__(self, app: flask.Flask | None = ..., *, spec_kwargs: Mapping[str, Any] | None = ...) -> None: ...
    def register_blueprint(self, blp: Blueprint) -> None: ...
    def _register_error_handlers(self) -> None: ...
