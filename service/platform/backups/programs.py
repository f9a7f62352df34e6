"""Programs that pass a dump on to each other: each is ended with us, and what it complains of is told."""

from __future__ import annotations

import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from service.platform.backups.rules import Unusable, rows_in

CHUNK = 1 << 20
MAX_SAID = 500


class Program:
    """A program that runs beside us. It is killed where it is left before its end."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        stdin: int | IO[Any] = subprocess.DEVNULL,
        stdout: int | IO[Any] = subprocess.PIPE,
    ) -> None:
        self.name = Path(command[0]).name
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed at our end
        self.process = subprocess.Popen(command, env=env, stdin=stdin, stdout=stdout, stderr=self._said)  # noqa: S603 - no shell

    @property
    def into(self) -> IO[bytes]:
        """What it reads."""
        assert self.process.stdin is not None  # noqa: S101 - it was opened with a pipe
        return self.process.stdin

    @property
    def out(self) -> IO[bytes]:
        """What it writes."""
        assert self.process.stdout is not None  # noqa: S101 - likewise
        return self.process.stdout

    def end(self, *, may_be_cut_off: bool = False) -> None:
        """Wait for its end; what it still has to say is not waited for. Raises Unusable, with its last words, when it fails."""
        self._close(self.process.stdin)
        self._close(self.process.stdout)
        status = self.process.wait()
        if status and not (may_be_cut_off and status == -signal.SIGPIPE):
            self._said.seek(0)
            words = self._said.read().decode(errors="replace").strip()
            raise Unusable(f"{self.name} failed ({status}): {words[-MAX_SAID:] or 'it does not say why'}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()  # nothing happens to one that has ended
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self._said):
            self._close(pipe)

    @staticmethod
    def _close(pipe: IO[Any] | None) -> None:
        try:
            if pipe is not None:
                pipe.close()
        except BrokenPipeError:  # it has ended, and its status says why
            pass


class ReadBack(Program):
    """pg_restore, which reads a dump from beginning to end, without a database; the rows are counted as they come."""

    def __init__(self, folder: Path, stdin: int | IO[Any]) -> None:
        super().__init__([str(folder / "pg_restore"), "--data-only", "--file=-"], stdin=stdin)
        self._rows: dict[str, int] = {}
        self._counting = threading.Thread(target=self._count, daemon=True)
        self._counting.start()

    def _count(self) -> None:
        self._rows = rows_in(self.out)

    def __exit__(self, *told: Any) -> None:
        self.process.kill()
        self._counting.join()
        super().__exit__(*told)

    def rows(self) -> dict[str, int]:
        """How many rows of each table there were. Raises Unusable for what cannot be read as a dump."""
        self._close(self.process.stdin)
        self._counting.join()
        self.end()
        return self._rows


def pour(source: IO[bytes], into: Iterable[IO[bytes]]) -> None:
    """Let all of a source flow into those, until it ends or one of them takes no more: why, that one's end tells."""
    try:
        while chunk := source.read(CHUNK):
            for sink in into:
                sink.write(chunk)
    except BrokenPipeError:
        return
