"""Calling an application with what schemathesis makes of its description, and holding the answers against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks as openapi

from service.platform.web.security import MAX_ADDRESS

# Not asked: whether all that has the right shape is done (the rules of the service refuse much of it), nor what needs several calls.
CHECKED = [
    not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_headers_conformance,
    openapi.response_schema_conformance,
    openapi.negative_data_rejection,
    openapi.missing_required_header,
    openapi.unsupported_method,
    openapi.allow_header_conformance,
    openapi.ignored_auth,
]


Operation = APIOperation[Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Fuzzing:
    """With what an application is called: a key, ids that are there, and how many calls of each. The same `start` makes the same calls.

    `theirs` are the ids of a neighbour, and `hidden` a word of all its texts, which no answer may hold but those to an address that
    begins as one of `open_to` does. Of every `share` operations one is called, beginning with the one that `start` says.
    """

    app: Flask
    key: str
    ids: Mapping[str, tuple[str, ...]]
    examples: int
    start: int = 1
    theirs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hidden: str = ""
    open_to: tuple[str, ...] = ()
    share: int = 1

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def findings(self, spec: dict[str, Any]) -> dict[str, str]:
        """What is found wrong, by call."""
        described = schemathesis.openapi.from_dict(spec)
        described.app = self.app
        found = {}
        for number, read in enumerate(described.get_all_operations()):
            assert isinstance(read, Ok), read
            if (number + self.start) % self.share:
                continue
            if wrong := self._wrong(read.ok()):
                found[read.ok().label] = wrong
        return found

    def _wrong(self, operation: Operation) -> str:
        """The first thing that is wrong with the answers of one call; nothing, where all are right."""
        found: list[str] = []

        @seed(self.start)
        @settings(
            max_examples=self.examples,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=self._cases(operation))
        def call(case: Case) -> None:
            answer = case.call(headers=self._headers)
            hidden = self.hidden.encode()
            if hidden and hidden in answer.content and not operation.path.startswith(self.open_to):
                found.append(f"{case.as_curl_command()}\nholds the neighbour's word: {answer.text[:500]}")
            if answer.status_code == 414 and len(answer.request.path_url) > MAX_ADDRESS:
                return  # refused before anything of it is read
            try:
                case.validate_response(answer, headers=self._headers, checks=CHECKED)
            except FailureGroup as group:
                found.append(str(group))

        call()
        return next(iter(found), "")

    def _cases(self, operation: Operation) -> st.SearchStrategy[Case]:
        """What has the shape that is described, and what has not, about things that are there, of the neighbour, and about others."""
        there, theirs = (
            {each.name: ids[each.name][0] for each in operation.path_parameters if each.name in ids}
            for ids in (self.ids, self.theirs)
        )
        about = [(there, {"If-Match": "*"}), ({}, {}), *([(theirs, {"If-Match": "*"})] if theirs else [])]
        ways = [
            operation.as_strategy(mode, path_parameters=ids, headers=self._headers | seen, feedback=FeedbackSources())
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
            for ids, seen in about
        ]  # nothing is taken from the code (`feedback`), which changes from day to day
        return st.one_of(*ways)
