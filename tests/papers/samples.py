"""Papers for tests, and the templates they are printed with: one with every part, and many that a paper may not be."""

from __future__ import annotations

import datetime as dt
from typing import Any

from service.platform.documents.paper import Paper, Table
from service.platform.documents.rules import PaperKind

NAMES = (
    "Åse Ærøgaard-Østergård",
    "محمد علي",
    "ተስፋይ ገብረእየሱስ",
    "Олександр Їжакевич",
    "Γιώργος Παπάς",
    "Đỗ Thị Nguyễn",
    "<b>Fed</b> & <script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "Amal\u202eneddirh",
    "Smil \U0001f600",
    "王小明",
    "김민준",
    "さくら",
    "ไทย",
)
ROWS = 85
WORDS = "Frivillige og flygtninge mødes i lokale grupper, og kommunen ved, hvem den kan ringe til. "

EVERYTHING = """{% extends "_paper.html" %}{% import "_parts.html" as parts %}{% block body %}
<h1>Prøvepapir</h1><p class="subtitle">{{ names[0] }}</p><p class="lead">{{ words }}</p>
<h2>Nøgletal</h2>{{ parts.key_figures(keys) }}
<h2>Diagram</h2>{{ bar_chart(chart.labels, chart.values, chart.text, chart.target) }}
{% call parts.note("Bemærk") %}<p>{{ words }}</p>{% endcall %}
<h2>Kort</h2>{{ parts.facts("Kort fortalt", (("Beløb", ore | kroner), ("Dag", paper.issued_on | dato), ("Måned", "2026-10" | maaned))) }}
<h2>Navne</h2>{{ parts.table("Navne og antal", tables.navne.header, tables.navne.rows, counts=(1,), widths=("wide",)) }}
<h2>En liste</h2>{{ parts.blocks((words, points)) }}
<h3>Afsnit</h3>{% for n in range(7) %}<p>{{ words * (n + 2) }}</p>{% endfor %}
<h2>Underskrifter</h2>{{ parts.contact(person) }}
{{ parts.signatures((("Prøve Kommune", names[1], "Chef", "Elektronisk"), ("DRC", names[2], "", "Elektronisk"))) }}
{% endblock %}"""


def page(body: str) -> str:
    """A template with that body."""
    return f'{{% extends "_paper.html" %}}{{% block body %}}<h1>Prøve</h1>{body}{{% endblock %}}'


# Each asks for something outside the project. LISTENER stands for an address on this machine that somebody listens at.
REACHING = {
    "picture of a file": '<img alt="x" src="file:///etc/passwd">',
    "picture of a page": '<img alt="x" src="http://LISTENER/a.png">',
    "picture in the address": '<img alt="x" src="data:image/png;base64,iVBORw0KGgo=">',
    "relative picture": '<img alt="x" src="../../config/settings.py">',
    "style sheet": '<link rel="stylesheet" href="http://LISTENER/a.css">',
    "imported style": "<style>@import url(http://LISTENER/b.css);</style>",
    "imported file": "<style>@import url(file:///etc/passwd);</style>",
    "background": '<p style="background: url(http://LISTENER/c.png)">x</p>',
    "font": "<style>@font-face { font-family: F; src: url(http://LISTENER/f.ttf) } p { font-family: F }</style><p>x</p>",
    "font of the project by another way": "<style>@font-face { font-family: F; src: url(font:///../../app.css) }</style><p>x</p>",
    "attached file": '<link rel="attachment" href="file:///etc/passwd">',
    "attached by a link": '<a rel="attachment" href="file:///etc/passwd">x</a>',
    "attached page": '<link rel="attachment" href="http://LISTENER/d">',
    "drawing with a picture": '<svg viewBox="0 0 9 9"><title>x</title><image width="9" height="9" href="http://LISTENER/e.png"/></svg>',
    "drawing with a file": '<svg viewBox="0 0 9 9"><title>x</title><image width="9" height="9" href="file:///etc/passwd"/></svg>',
    "object": '<object data="http://LISTENER/g.svg"></object>',
    "embedded": '<embed src="http://LISTENER/h.svg">',
    "content": "<style>p::before { content: url(http://LISTENER/i.png) }</style><p>x</p>",
    "bullet": "<style>li { list-style-image: url(http://LISTENER/j.png) }</style><ul><li>x</li></ul>",
}

# These ask as well, but WeasyPrint does not listen.
UNHEARD = {
    "drawing of another": '<svg viewBox="0 0 9 9"><title>x</title><use href="http://LISTENER/f.svg#a"/></svg>',
    "script": '<script src="http://LISTENER/k.js"></script>',
    "frame": '<iframe src="http://LISTENER/l.html"></iframe>',
    "link to follow": '<p><a href="http://LISTENER/m.html">x</a></p>',
}

# Each would be a worse paper, or leave the sandbox.
FAULTY = {
    "blank": "<p>{{ nothing_of_that_name }}</p>",
    "blank inside": "<p>{{ person.nickname }}</p>",
    "picture without a text": '<svg viewBox="0 0 9 9"><rect width="9" height="9"/></svg>',
    "heading that skips a level": "<h3>x</h3>",
    "row that is too short": "<table><caption>c</caption><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table>",
    "property that is unknown": "<style>p { colour: red }</style>",
    "class of a text": "<p>{{ ''.__class__.__mro__ }}</p>",
    "globals": "<p>{{ bar_chart.__globals__ }}</p>",
    "builtins": "<p>{{ cycler.__init__.__globals__ }}</p>",
    "changed facts": "<p>{{ points.append('x') }}</p>",
    "template of the machine": '{% include "/etc/passwd" %}',
    "template beside": '{% include "../paper.py" %}',
    "format": "<p>{{ '{0.__class__}'.format(person) }}</p>",
    "cells too few": '{{ bar_chart(("a", "b"), (1,), "x") }}',
}

ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
GREEDY = '{% set text = "a" * 3000000000 %}<p>{{ text | length }}</p>'
LONG = "<p>{{ words * 60000 }}</p>"

# What a page break cuts where it can: rows higher than a page, cells that take up several rows, lists within cells and lists, and a
# list whose items hold paragraphs.
CUT = """{% import "_parts.html" as parts %}<h2>Række</h2>
{{ parts.table("Lange rækker", ("A", "B", "C"), (("1", words, "2"), ("x", words * 55, words * 30), ("z", "y", "x"))) }}
<h2>Fakta</h2>{{ parts.facts("Lange fakta", (("w", words * 50), ("z", "y"))) }}
<h2>Fælles</h2><table><caption>Fælles hoved</caption><thead><tr><th>a</th><th>b</th></tr></thead><tbody>
{% for n in range(30) %}<tr>{% if n % 15 == 0 %}<th rowspan="15" scope="row">g</th>{% endif %}<td>{{ words * 2 }}</td></tr>
{% endfor %}</tbody></table><h2>Liste</h2><table><caption>Liste i en celle</caption><tbody><tr><th>k</th>
<td><ul>{% for n in range(40) %}<li>{{ words }}</li>{% endfor %}</ul></td></tr>
<tr><th>j</th><td><p>{{ words * 40 }}</p><p>{{ words * 40 }}</p></td></tr></tbody></table>
<ol><li><p>{{ words * 30 }}</p><p>{{ words * 30 }}</p></li><li>{{ words }}<ul><li>{{ words * 40 }}</li></ul></li></ol>"""

TEMPLATES = {
    "everything.html": EVERYTHING,
    "cut.html": page(CUT),
    "endless.html": page(ENDLESS),
    "greedy.html": page(GREEDY),
    "long.html": page(LONG),
    "names.html": page("{% for name in names %}<p>{{ name }}</p>{% endfor %}"),
    "process.html": page("<p>{{ process() }}</p>"),
}


def facts(**more: Any) -> dict[str, Any]:
    """The facts of a sample paper."""
    return {
        "names": list(NAMES),
        "words": WORDS,
        "points": [f"{name}: {WORDS * 4}" for name in NAMES],
        "ore": 140_000_050,
        "keys": [["Afholdte gange", "34", "september: 31"], ["Fremmøder", "*", "september: 398"]],
        "chart": {
            "labels": ["aug", "sep", "okt"],
            "values": [412, None, 380],
            "text": "Søjler: 412, vises ikke, 380.",
            "target": 400,
        },
        "person": {"name": NAMES[0], "title": "konsulent", "phone": "12 34 56 78", "email": "aase@drc.example"},
        **more,
    }


def paper(template: str = "everything.html", **more: Any) -> Paper:
    """A sample paper."""
    rows = tuple((f"{number} {NAMES[number % len(NAMES)]}", number) for number in range(ROWS))
    return Paper(
        kind=PaperKind.STATEMENT,
        template=template,
        template_version="1",
        title="Prøvepapir for Prøve Kommune",
        subject="Prøvepapir oktober 2026",
        document_number="0580-2026-0001",
        issued_on=dt.date(2026, 11, 1),
        facts=facts(**more),
        tables=(
            Table("navne", ("Navn", "Antal"), rows, "Navne og antal"),
            Table(
                "formler",
                ("Celle",),
                tuple((cell,) for cell in ("=1+1", "+45 12 34 56 78", "-5", "@SUM(A1)", "＝1+1", "a;b", "\tx")),
            ),
        ),
    )
