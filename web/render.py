"""Templates: one environment a language, whole pages or the one block of a page that htmx swaps."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemBytecodeCache, PackageLoader, StrictUndefined
from jinja2_fragments import render_block
from markupsafe import Markup

from kg.ontology import Ontology
from web import words
from web.beijing import today
from web.i18n import HTML_LANG, LANGS, translations


class Renderer:
    """Renders templates in a language; `ontology` has the words of the domain.

    What is compiled is kept in `folder` for the next process; where that cannot be written, each compiles for itself.
    """

    def __init__(self, ontology: Ontology, folder: Path) -> None:
        kept = _kept(folder)
        self._environments = {lang: _environment(lang, ontology, kept) for lang in LANGS}

    def page(self, template: str, lang: str, context: Mapping[str, Any]) -> str:
        """A whole page."""
        return self._environments[lang].get_template(template).render(context)

    def block(self, template: str, block: str, lang: str, context: Mapping[str, Any]) -> str:
        """One block of the page's own template."""
        return render_block(self._environments[lang], template, block, dict(context))

    def warm(self) -> None:
        """Compile every template in every language, before the first reader waits for it."""
        for environment in self._environments.values():
            for name in environment.list_templates():
                environment.get_template(name)


def _kept(folder: Path) -> BytecodeCache | None:
    """Compiled templates of these very options: jinja knows by itself when a template or Python's version changed."""
    options = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    try:
        (folder / options).mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return FileSystemBytecodeCache(str(folder / options)) if os.access(folder / options, os.W_OK) else None


def _translated(gettext: Callable[[str], str]) -> Callable[..., Markup]:
    """Words of the catalogue as `jinja2.ext.i18n` gives them; those without places in them, a thousand on a page, are
    made once.
    """

    @lru_cache(maxsize=8192)
    def plain(text: str) -> Markup:
        return Markup(gettext(text)) % {}  # noqa: S704 (the catalogue is ours)

    def translated(text: str, /, **values: Any) -> Markup:
        return Markup(gettext(text)) % values if values else plain(text)  # noqa: S704 (what is put in is escaped)

    return translated


def _environment(lang: str, ontology: Ontology, kept: BytecodeCache | None) -> Environment:
    environment = Environment(
        loader=PackageLoader("web"),
        bytecode_cache=kept,
        optimized=False,  # else filters of constants are worked out in one language and kept for all
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    # jinja2.ext.i18n adds this method when it is loaded, so its type is not known.
    environment.install_gettext_translations(translations(lang), newstyle=True)  # type: ignore[attr-defined]
    gettext = _translated(translations(lang).gettext)
    environment.globals.update(
        gettext=gettext,
        _=gettext,
        lang=lang,
        html_lang=HTML_LANG[lang],
        label=lambda term: ontology.label(term, lang),
        worded=lambda relation, name, value: ontology.worded(relation, name, value, lang),
        static=words.static,
        table_cell=words.cell,
        is_past=words.is_past,
        today=today,
        is_stale=words.is_stale,
        stale_years=words.STALE_YEARS,
    )
    environment.filters.update(
        amount=partial(words.amount, lang=lang),
        number=words.number,
        bound=words.bound,
        points=words.points,
        moment=words.moment,
        age=words.age,
        place=words.place,
        spoken=partial(words.spoken, lang=lang),
    )
    # Macros of the design system, at hand in every block (a block rendered alone runs no import of its template).
    environment.globals["ui"] = environment.get_template("ui.html").module
    return environment
