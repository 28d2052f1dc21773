"""The web application: pages, API, static files, and every failure as a page or as JSON with a code."""

from __future__ import annotations

import asyncio
import errno
import traceback
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import DataError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from kg.errors import BulianError, KgError
from web import security
from web.api.fresh import NotModifiedError, unchanged
from web.api.routes import DESCRIPTION
from web.api.routes import router as api
from web.counters import Counters
from web.deps import Site, Visit, language, switched_on, visit, within_quota
from web.errors import WebError, http_status, refused_by_system
from web.metrics import Measured, Metrics, route_of
from web.pages.accounts.routes import sign_in_instead
from web.pages.routes import router as pages
from web.pages.warm import warm, warm_ranker
from web.problem import MEDIA, problem
from web.render import Renderer

if TYPE_CHECKING:
    from web.home import Home

DOCS = "/api/docs"
_OF_THE_MACHINE = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EIO, errno.ENOMEM}
)
"""What the system refuses because of its disk, rights or memory, not because of what was asked."""
_log = structlog.get_logger()


class KeptFiles(StaticFiles):
    """Files whose address changes with their content: browsers keep them."""

    def file_response(self, *args: Any, **more: Any) -> Response:
        """The file, to be kept for a year where its address names its content."""
        answer = super().file_response(*args, **more)
        scope = args[2] if len(args) > 2 else more["scope"]
        named = b"v=" in scope.get("query_string", b"")
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if named else "no-cache"
        return answer


class App(FastAPI):
    """The application; its description gives failures the media type that they have."""

    def openapi(self) -> dict[str, Any]:
        """The description, made once."""
        if self.openapi_schema is None:
            for path in super().openapi()["paths"].values():
                for operation in path.values():
                    for status, said in operation["responses"].items():
                        if status[0] in "45" and said.get("content", {}).get("application/json"):
                            said["content"] = {MEDIA: said["content"]["application/json"]}
        found: dict[str, Any] = super().openapi()
        return found


def create_app(
    home: Home,
    counters: Counters | None = None,
    during: Sequence[AbstractContextManager[object]] = (),
    figures: Path | None = None,
) -> FastAPI:
    """The application over one data folder. The graph is reached when a page needs it.

    `counters` are those that it shares with other processes, `figures` the folder in which they all keep theirs;
    `during` is entered with the application and left with it.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with ExitStack() as stack:
            for one in during:
                stack.enter_context(one)
            await run_in_threadpool(app.state.site.renderer.warm)
            await run_in_threadpool(warm, home)
            # Pages are served while the ranker gets ready; the folder is closed only after it.
            ranker = asyncio.create_task(run_in_threadpool(warm_ranker, home))
            yield
            await ranker

    app = App(
        title="补链 Bulian",
        description=DESCRIPTION,
        version=_version(),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json" if home.settings.api else None,
        dependencies=[Depends(switched_on), Depends(within_quota)],
    )
    browser = _browser_files(home)
    counters = counters or Counters.of(home.settings)
    renderer = Renderer(home.ontology, home.settings.templates_folder)
    htmx = "/static/parts/htmx.min.js" if browser else None
    app.state.site = Site(home, renderer, htmx, counters.attempts, counters.keys)
    app.add_middleware(GZipMiddleware, minimum_size=2000)
    names = home.settings.host_names
    app.add_middleware(security.Guard, hosts=names, docs_path=DOCS, addresses=counters.addresses)
    app.state.metrics = Metrics(home, figures)
    app.add_middleware(Measured, metrics=app.state.metrics)  # outermost: what the guard refuses counts too
    for kind, handler in (
        (BulianError, _refused),
        (RequestValidationError, _unusable),
        (HTTPException, _http),
        (DataError, _unkept),
        (OSError, _no_system),
        (MemoryError, _no_system),
        (NotModifiedError, _not_modified),
        (Exception, _broken),
    ):
        app.add_exception_handler(kind, handler)
    if browser:
        app.mount("/static/parts", KeptFiles(directory=browser), name="parts")
    app.mount("/static", KeptFiles(packages=[("web", "static")]), name="static")
    app.include_router(api)
    app.include_router(pages)
    return app


def _version() -> str:
    from importlib.metadata import version

    return version("bulian")


def _browser_files(home: Home) -> Path | None:
    """Folder of htmx and swagger-ui; pages work without them."""
    try:
        return home.parts.browser()
    except KgError as error:
        _log.warning("pages without htmx and API description", code=error.code, reason=error.reason)
        return None


def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, BulianError):
        raise error
    if http_status(error) in (401, 403):
        who = getattr(request.state, "actor", None)
        _log.info("access refused", path=_route(request), code=error.code, who=who.user if who else "")
    if error.code == "WE401" and request.method in ("GET", "HEAD") and not request.url.path.startswith("/api/"):
        return sign_in_instead(request)
    return _problem(request, http_status(error), error)


def _unusable(request: Request, error: Exception) -> Response:
    """A value of the address, of a header or of the body that cannot be read."""
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    where, *parts = first["loc"]
    name = ".".join(str(part) for part in parts) or str(where)
    hint = "correct what was sent" if where in ("body", "header") else "correct the value in the address"
    return _problem(request, 422, WebError(f"{name[:200]}: {first['msg']}", code="WE422", hint=hint))


def _http(request: Request, error: Exception) -> Response:
    """No such page, no such method."""
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 404:
        said = WebError(f"no page {request.url.path}", code="WE404", hint="look it up by the search")
    elif error.status_code == 405:
        said = WebError(f"{request.method} is not for this address", code="WE405", hint="use GET")
    elif error.status_code == 408:
        said = WebError(error.detail, code="WE408", hint="send it again by a faster line, or a part of it")
    elif error.status_code == 413:
        said = WebError(f"too large: {error.detail}", code="WE413", hint="send a part of it")
    else:
        said = WebError(str(error.detail), code="WE400")
    answer = _problem(request, error.status_code, said)
    answer.headers.update(error.headers or {})
    return answer


def _not_modified(_: Request, error: Exception) -> Response:
    """What a program has is still so."""
    if not isinstance(error, NotModifiedError):
        raise error
    return unchanged(error.tag)


def _unkept(request: Request, error: Exception) -> Response:
    """A value that a column of PostgreSQL cannot hold: too long, or with the sign NUL. SQLite holds any."""
    said = WebError("a text is too long, or holds a sign that is none", code="WE422", hint="shorten it, send it again")
    return _problem(request, 422, said)


def _no_system(request: Request, error: Exception) -> Response:
    """The disk is full or may not be written, or there is no memory: the operator's to mend, and said so."""
    if not isinstance(error, OSError | MemoryError):
        raise error
    if isinstance(error, OSError) and error.errno not in _OF_THE_MACHINE:
        raise error
    said = refused_by_system(error)
    _log.error("refused by the system", code=said.code, reason=said.reason)
    return _problem(request, http_status(said), said)


def _route(request: Request) -> str:
    """What a log says of an address: its route, since a link of invitation stands in some."""
    return route_of(request.scope) or request.url.path


def _broken(request: Request, error: Exception) -> Response:
    """A failure of ours: the log has the trace, the reader a code."""
    # The trace alone: values of the program's variables belong in no log.
    _log.error("request failed", path=_route(request), trace="".join(traceback.format_exception(error)))
    answer = _problem(
        request, 500, WebError("the program failed here; the log says where", code="WE500", hint="tell the operator")
    )
    # This answer does not pass through the guard.
    answer.headers.update({**security.headers_of(request.scope), "Cache-Control": "no-store"})
    return answer


def _problem(request: Request, status: int, error: BulianError) -> Response:
    """The failure as JSON under /api, as a page elsewhere."""
    if request.url.path.startswith("/api/"):
        return problem(status, error)
    try:
        seen = visit(request)
    except Exception:  # who asks cannot be found out, as where the store does not answer: the failure is shown
        seen = Visit(request, request.app.state.site, language(request))
    answer = seen.reply("problem.html", status=status, error=error)
    answer.status_code = status
    return answer
