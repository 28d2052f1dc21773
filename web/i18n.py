"""Languages of the pages: messages are written in Chinese, catalogues for other languages are read at start."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from gettext import NullTranslations
from importlib import resources
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.support import Translations

LANGS = ("zh", "en")
"""Languages that a reader may choose; the first is the language of the messages themselves."""

HTML_LANG = {"zh": "zh-CN", "en": "en"}
COOKIE = "lang"


def known(lang: str | None) -> str | None:
    """The language, if there are pages in it."""
    return lang if lang in LANGS else None


@cache
def catalogue(lang: str) -> Catalog:
    """The catalogue `web/locale/<lang>.po`."""
    with resources.files("web").joinpath("locale", f"{lang}.po").open("rb") as file:
        return read_po(file, locale=lang, abort_invalid=True)


@cache
def translations(lang: str) -> NullTranslations:
    """What turns a message into the language; the language of the messages needs no catalogue."""
    if lang == LANGS[0]:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue(lang))
    compiled.seek(0)
    return Translations(compiled)


def messages() -> Catalog:
    """Every message that the templates hold, with its places, in their order."""
    from babel.messages.extract import extract_from_dir

    root = Path(str(resources.files("web")))
    found = Catalog()
    methods = [("templates/**.html", "jinja2")]
    options = {"templates/**.html": {"extensions": "jinja2.ext.do", "silent": "false", "trimmed": "false"}}
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
    for place, line, message, comments, context in sorted(
        extract_from_dir(root, methods, options, keywords), key=lambda item: (item[0], item[1])
    ):
        found.add(message, None, [(f"web/{place}", line)], auto_comments=comments, context=context)
    return found


def update(lang: str) -> list[str]:
    """Bring `web/locale/<lang>.po` to the present messages; returns those that wait for a translation."""
    path = Path(str(resources.files("web"))) / "locale" / f"{lang}.po"
    kept = catalogue(lang) if path.exists() else Catalog()
    fresh = Catalog(locale=lang)
    for message in messages():
        if message.id:
            known = kept.get(message.id)
            fresh.add(message.id, known.string if known else "", locations=message.locations)
    with path.open("wb") as file:
        write_po(file, fresh, width=120, omit_header=True, include_lineno=False)
    return [str(message.id) for message in fresh if message.id and not all(_strings(message.string))]


def _strings(value: str | Sequence[str] | None) -> Sequence[str]:
    return [value or ""] if value is None or isinstance(value, str) else value


if __name__ == "__main__":  # python -m web.i18n brings the catalogues to the present messages
    for name in LANGS[1:]:
        print(*update(name), sep="\n")
