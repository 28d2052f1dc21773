"""Settings: the only place that reads or writes the environment. All below web gets what it needs as arguments."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from web.errors import WebError

SWITCHES = ("bounties", "meetings", "api", "mcp")
"""Settings that switch a part of the program on; what each part is says `web.switches`."""


class Settings(BaseSettings):
    """What an operator may set, as environment variables that begin with BULIAN_ (BULIAN_HOME, BULIAN_PORT, …)."""

    model_config = SettingsConfigDict(env_prefix="BULIAN_", frozen=True)

    home: Path = Field(
        default=Path("~/.local/share/bulian"), description="data folder: documents, journal, graph, database"
    )
    parts: Path = Field(
        default=Path("~/.cache/bulian/parts"), description="third-party parts, shared by all data folders"
    )
    repository: str | None = Field(default=None, description="address of a mirror that serves the parts")
    graph_url: str | None = Field(default=None, description="address of a Neo4j server; without it a local one is used")
    graph_user: str = Field(default="neo4j", description="login of that server")
    graph_password: SecretStr = Field(default=SecretStr(""), description="its password")
    graph_database: str | None = Field(default=None, description="its database; without it the server's default")
    reader_url: str | None = Field(
        default=None, description="address for analysts' queries; without it that of the graph"
    )
    reader_user: str | None = Field(
        default=None, description="a login of Neo4j Enterprise or Aura with the role reader; without it a copy is used"
    )
    reader_password: SecretStr = Field(default=SecretStr(""), description="its password")
    database_url: str | None = Field(
        default=None,
        repr=False,  # it may hold a password
        description="relational store: postgresql://user:password@host/name (extra postgres); without it SQLite",
    )
    ontology: Path | None = Field(
        default=None,
        description="own types and relations; without it `ontology.yml` in the data folder, if it is there",
    )
    port: int = Field(default=8321, ge=0, le=65535, description="port of the pages, or the next free one")
    processes: int = Field(default=1, ge=1, le=64, description="processes that serve the pages")
    hosts: str = Field(default="", description="names under which the pages may be asked for, divided by commas")
    heap: str = Field(default="1g", pattern=r"^\d+[mg]$", description="heap of the local Neo4j")
    pagecache: str = Field(default="256m", pattern=r"^\d+[mg]$", description="page cache of the local Neo4j")
    lang: Literal["zh", "en"] = Field(default="zh", description="language of pages where the reader has chosen none")
    shared: Path = Field(
        default=Path("../shared"), description="folder of labelled development data, for `bulian eval`"
    )
    workers: int = Field(default=0, ge=0, description="processes that read documents; 0 means one for each core")
    ray: str | None = Field(
        default=None,
        description="address of a Ray cluster whose machines read documents and make vectors (extra ray); without it "
        "this machine does",
    )
    scorer: Literal["rules", "learned", "encoder"] = Field(
        default="learned",
        description="who reads contracts and products: rules alone, learned weights, or these with an encoder over the "
        "fetched model, somewhat better and slower",
    )

    embedder: str | None = Field(
        default=None,
        description="a folder with a model of one's own (ONNX, or sentence-transformers by the extra sentence), or the "
        "name of one that was fetched before; without it the bundled model",
    )

    local_operator: bool = Field(
        default=True,
        description="who sits at the machine is its operator without an account, until an account holds that role",
    )
    session_idle: int = Field(default=30, ge=1, description="minutes without a request after which a session ends")
    session_hours: int = Field(default=12, ge=1, description="hours after which a session ends in any case")
    lockout_failures: int = Field(default=5, ge=1, description="failed sign-ins in a row that close an account")
    lockout_minutes: int = Field(default=15, ge=1, description="minutes for which they close it")
    address_failures: int = Field(
        default=30, ge=1, description="failed sign-ins from one address after which it has to wait as long"
    )
    password_length: int = Field(default=10, ge=8, le=64, description="signs of a password at least")
    argon2_passes: int = Field(default=3, ge=1, description="passes of argon2id over its memory")
    argon2_memory: int = Field(default=65536, ge=64, description="memory of argon2id in KiB, for each sign-in")
    invitation_days: int = Field(default=7, ge=1, description="days for which a link of invitation works")
    keep_days: int = Field(
        default=365,
        ge=0,
        description="days after which ended sessions, links of invitation and notices that were read are deleted; "
        "0: never",
    )
    oidc_issuer: str | None = Field(
        default=None, description="address of an OpenID provider, for signing in there (extra oidc)"
    )
    oidc_client: str = Field(default="", description="our id at that provider")
    oidc_secret: SecretStr = Field(default=SecretStr(""), description="our secret at that provider")

    bounties: bool = Field(default=True, description="bounties, applications, agreements and experts: pages and API")
    meetings: bool = Field(default=True, description="days of meetings: pages")
    api: bool = Field(
        default=True, description="everything under /api, its description, figures for Prometheus, and webhooks"
    )
    mcp: bool = Field(default=True, description="the server for assistants, `bulian mcp`")

    address_requests: int = Field(
        default=1200, ge=0, description="requests a minute of one address elsewhere, files of pages aside; 0: no limit"
    )
    key_requests: int = Field(default=120, ge=0, description="requests a minute of one key for programs; 0: no limit")
    key_requests_day: int = Field(default=20_000, ge=0, description="requests a day of one key; 0: no limit")

    address: str = Field(
        default="", description="address under which people open the pages, for links in what is sent to them"
    )
    notify_hosts: str = Field(
        default="",
        description="hosts to which changes may be sent (a mail server, qyapi.weixin.qq.com, oapi.dingtalk.com, "
        "open.feishu.cn, one's own), divided by commas; without any nothing is sent",
    )
    notify_mail: SecretStr = Field(
        default=SecretStr(""),
        description="account that mail is sent from, as apprise writes it (mailtos://user:password@host)",
    )

    webhook_hosts: str = Field(
        default="",
        description="hosts in one's own network to which webhooks may go, by http too, divided by commas; public hosts "
        "are asked by https in any case",
    )

    @property
    def webhook_host_names(self) -> frozenset[str]:
        """Hosts in one's own network to which webhooks may go."""
        return frozenset(name.strip().lower() for name in self.webhook_hosts.split(",") if name.strip())

    @property
    def notified_hosts(self) -> frozenset[str]:
        """Hosts to which changes may be sent."""
        return frozenset(name.strip().lower() for name in self.notify_hosts.split(",") if name.strip())

    @property
    def switched_off(self) -> tuple[str, ...]:
        """Parts of the program that are switched off."""
        return tuple(part for part in SWITCHES if not getattr(self, part))

    @property
    def folder(self) -> Path:
        """The data folder, absolute."""
        return self.home.expanduser().absolute()

    @property
    def host_names(self) -> tuple[str, ...]:
        """Host names beside those of this machine."""
        return tuple(name.strip() for name in self.hosts.split(",") if name.strip())

    @property
    def vectors_folder(self) -> Path:
        """Where vectors of texts are kept, beside the parts: they depend on the model and the text alone."""
        return self.parts_folder.parent / "vectors"

    @property
    def templates_folder(self) -> Path:
        """Where compiled templates are kept, beside the parts: they depend on the program alone."""
        return self.parts_folder.parent / "templates"

    @property
    def encoder_folder(self) -> Path:
        """Where the merged encoder is kept, beside the parts that it is made from."""
        return self.parts_folder.parent / "encoder"

    @property
    def parts_folder(self) -> Path:
        """The folder of third-party parts, absolute."""
        return self.parts.expanduser().absolute()


def load_settings(ray: str | None = None) -> Settings:
    """Read the environment; `ray` is what a command was told. Raises WebError WE002 that names the wrong variable."""
    try:
        return Settings() if ray is None else Settings(ray=ray)
    except ValidationError as error:
        first = error.errors()[0]
        name = "BULIAN_" + "_".join(str(part) for part in first["loc"]).upper()
        raise WebError(f"the setting {name} cannot be used: {first['msg']}", code="WE002", hint="correct it") from error


@contextmanager
def handed_on(name: str, value: str) -> Iterator[None]:
    """A variable for the processes that are started within the block: some packages ask nowhere else."""
    os.environ[name] = value
    try:
        yield
    finally:
        del os.environ[name]
