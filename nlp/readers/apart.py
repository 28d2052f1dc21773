"""PDFs read in a process of its own that may take so much memory and time.

The library that reads them is native code: a page that draws itself ends its process, and no handler sees it. So it is
the child that ends, and the file is refused. This file is also the child's program.
"""

from __future__ import annotations

import pickle
import resource
import subprocess
import sys

from nlp.errors import RefusedFile
from nlp.text import Text

MEMORY = 2 << 30
"""Bytes of address space that the reader may take."""
SECONDS = 900
"""Seconds of processor time that it may take: a report of 156 pages takes seven, a page of pictures up to three."""


def read_pdf_apart(data: bytes, name: str, max_pages: int, max_characters: int, *, memory: int = MEMORY) -> Text:
    """As `nlp.readers.pdf.read_pdf`; a file that ends its reader is refused too. Raises RefusedFile (NL006)."""
    asked = pickle.dumps((data, name, max_pages, max_characters), protocol=5)
    # -P: what lies in the folder where a command runs is no module of ours
    command = [sys.executable, "-P", "-m", __name__, str(memory)]
    done = subprocess.run(command, input=asked, capture_output=True, check=False)
    try:
        kind, found = pickle.loads(done.stdout)  # noqa: S301 (written by this file's own child)
    except (pickle.UnpicklingError, EOFError) as error:
        raise RefusedFile(
            "the PDF is broken: it ended the program that reads it, or needed more memory or time than a file may take",
            code="NL006",
            hint="open it in a PDF program and save it again, or ask the sender for it once more",
            file=name,
        ) from error
    if kind == "refused":
        reason, hint, code = found
        raise RefusedFile(reason, hint=hint, code=code, file=name)
    text: Text = found
    return text


def _answer(asked: bytes) -> tuple[str, object]:
    from nlp.readers.pdf import read_pdf

    try:
        return "text", read_pdf(*pickle.loads(asked))  # noqa: S301 (written by this file's own parent)
    except RefusedFile as error:
        return "refused", (error.reason, error.hint, error.code)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer = pickle.dumps(_answer(sys.stdin.buffer.read()), protocol=5)
    sys.stdout.buffer.write(answer)
