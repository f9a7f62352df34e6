"""The browser judges as the server does: every case through the very script that pages carry."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Browser

from service.platform.web import slips
from service.platform.web.slips import JUDGED, TextKind
from tests.platform.web.slip_cases import CASES

SCRIPT = Path(slips.__file__).parent / "static/slips.js"
WORDS = {sign.value: sign.value for sign in slips.Sign}
RULE = {"patterns": slips.for_browsers(), "words": WORDS, "said": "#", "advice": "."}
# Types each text in turn into a form that judges it by its kind, and reads what the page says.
TYPE = """cases => cases.map(([text, kind]) => {
    const field = document.querySelector(`#${kind}`);
    field.value = text;
    field.dispatchEvent(new FocusEvent("focusout", {bubbles: true}));
    const said = document.querySelector("[data-slips]").textContent;
    field.value = "";
    return said;
})"""


def test_python_and_the_browser_judge_alike(browser: Browser) -> None:
    judged = json.dumps({kind.value: sorted(JUDGED[kind]) for kind in TextKind})
    fields = "".join(f"<textarea id='{kind}' name='{kind}'></textarea>" for kind in TextKind)
    asked = [(text, (kind or [TextKind.REMARK])[0]) for text, _found, *kind in CASES]
    page = browser.new_page()
    try:
        page.set_content(
            f"<script type='application/json' id='slips'>{json.dumps(RULE)}</script>"
            f"<form>{fields}<div data-slips='{judged}' role='status'></div></form>"
        )
        page.add_script_tag(path=SCRIPT)
        told = page.evaluate(TYPE, asked)
    finally:
        page.close()
    expected = [
        ", ".join(f"{slip.sign} (“{slip.words}”)" for slip in slips.slips(text, kind)) + " ." for text, kind in asked
    ]
    assert told == ["" if each == " ." else each for each in expected]
    assert any(told), "something was found"
