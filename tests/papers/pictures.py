"""What the papers in `docs/samples/` look like, small and grey, a strip of pages for each: `python -m tests.papers.pictures` keeps it.

Look at the papers before you keep it: what is kept is what every later print is held to. It is small enough that another line break in a
word is within what is let pass, and large enough that a table that was moved by a line, or a chart that is gone, is not.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageChops

from tests.papers import published

FOLDER = Path(__file__).parent / "kept"
WIDTH, HEIGHT = 100, 141  # of a page
FINER = 4  # drawn so many times larger first, so that a letter's edge does not matter
BLOCK = 5  # what is compared is the mean of so many dots in each direction: a centimetre on paper
TOLERANCE = 14  # of 255


def strip(pdf: bytes) -> Image.Image:
    """The pages of a PDF side by side."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        scale = WIDTH * FINER / document[0].get_width()
        drawn = [page.render(scale=scale, grayscale=True).to_pil() for page in document]
    found = Image.new("L", (WIDTH * len(drawn), HEIGHT), 255)
    for number, page in enumerate(drawn):
        found.paste(page.resize((WIDTH, HEIGHT), Image.Resampling.BOX), (number * WIDTH, 0))
    return found


def kept(name: str) -> Image.Image:
    """What is kept of a sample."""
    with Image.open(FOLDER / name.replace(".pdf", ".png")) as found:
        return found.convert("L")


def differing(before: Image.Image, now: Image.Image) -> list[str]:
    """Where two strips differ by more than is let pass, in words; of another number of pages that alone."""
    if before.size != now.size:
        return [f"{now.width // WIDTH} pages, not {before.width // WIDTH}"]
    blocks = (before.width // BLOCK, -(-before.height // BLOCK))
    apart = ImageChops.difference(before, now).resize(blocks, Image.Resampling.BOX)
    return [
        f"page {x * BLOCK // WIDTH + 1}, {y * BLOCK * 297 // HEIGHT} mm from the top, {x * BLOCK % WIDTH * 210 // WIDTH} mm from the left"
        for y in range(apart.height)
        for x in range(apart.width)
        if apart.getpixel((x, y)) > TOLERANCE  # type: ignore[operator] # one band has one number
    ]


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file in sorted(published.FOLDER.glob("*.pdf")):
        strip(file.read_bytes()).save(FOLDER / f"{file.stem}.png", optimize=True)
