"""What is sent when a volunteer is to be forgotten."""

from __future__ import annotations

from service.platform.web.fields import Choice, Strict, YesNo
from service.volunteer.forgetting.rules import ForgottenWhy


class ForgetFields(Strict):
    """Why, and that the plan was read."""

    why = Choice(ForgottenWhy)
    read = YesNo(required=False)
