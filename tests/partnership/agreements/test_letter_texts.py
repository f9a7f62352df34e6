"""What mails call an agreement, an addendum, and what was signed on paper."""

from __future__ import annotations

import re

import pytest

from service.partnership.agreements import letter_texts
from service.partnership.agreements.letter_texts import MailText
from service.partnership.agreements.rules import AgreementState
from service.partnership.agreements.validity import ENDED

# Of an addendum the agreement that it changes may be named, and the agreement alone may not.
OF_IT_ALONE = re.compile(
    r"(?<!tillæg til jeres )(?<!tillæg til sin )(?<!tillæg til en )(?<!Tillægget til jeres )partnerskabsaftale|\baftalen?\b",
    re.IGNORECASE,
)


def alone(text: MailText | None) -> bool:
    """Whether a mail is about an agreement, and no addendum."""
    return text is not None and OF_IT_ALONE.search(f"{text.subject} {text.text}") is not None


@pytest.mark.parametrize("state", sorted(set(AgreementState) - ENDED))
def test_until_it_is_concluded_an_addendum_is_called_one(state: AgreementState) -> None:
    text = letter_texts.of_state(state, addendum=True)
    assert not alone(text)
    assert (text is None) is (letter_texts.of_state(state) is None), "whoever is told of the one is told of the other"


def test_control_a_mail_about_an_agreement_is_found() -> None:
    assert alone(letter_texts.of_state(AgreementState.OFFERED))
    assert alone(letter_texts.certified(addendum=False))
    assert not alone(letter_texts.certified(addendum=True))


@pytest.mark.parametrize("state", sorted(ENDED))
def test_what_ends_is_the_agreement_as_the_addendum_has_changed_it(state: AgreementState) -> None:
    assert letter_texts.of_state(state, addendum=True) == letter_texts.of_state(state)


def test_what_was_signed_on_paper_is_told_as_that() -> None:
    text = letter_texts.of_state(AgreementState.CONCLUDED, on_paper=True)
    assert text is letter_texts.TAKEN_IN
    assert letter_texts.of_state(AgreementState.TERMINATED, on_paper=True) is not text
