"""Signing in at an OpenID provider (OpenID Connect Core 1.0, code flow with PKCE, RFC 7636), by the extra `oidc`."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import select

from web.accounts.invitations import join_by_email
from web.accounts.log import UNKNOWN, note
from web.accounts.sessions import Came, begin
from web.accounts.tokens import new_token
from web.db.accounts import User
from web.errors import WebError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from web.db.store import Database
    from web.settings import Settings

INSTALL = "pip install 'bulian[oidc]'"
SCOPE = "openid email profile"
_SIGNED = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures that are believed: by a key of the provider's own, never by a shared secret, never none."""
_SECONDS = 10
_LEEWAY = 60


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was begun: the provider's address to go to, and what the browser keeps until it comes back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider has proved; `email` is empty where it has not verified it."""

    sub: str
    email: str
    name: str


class Provider:
    """The provider of the settings. Raises WebError WE078 where there is none, or the extra is not installed."""

    def __init__(self, settings: Settings, redirect: str) -> None:
        issuer = settings.oidc_issuer
        if not issuer:
            raise WebError("no provider is set", code="WE078", hint="set BULIAN_OIDC_ISSUER")
        if find_spec("authlib") is None:
            raise WebError("signing in elsewhere is not installed", code="WE078", hint=INSTALL)
        parts = urlsplit(issuer)
        if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise WebError("the provider has no https address", code="WE078", hint="correct BULIAN_OIDC_ISSUER")
        self._issuer, self._client_id = issuer, settings.oidc_client
        self._secret, self._redirect = settings.oidc_secret.get_secret_value(), redirect

    def begin(self) -> Begun:
        """Where the browser goes now. Raises WebError WE078 where the provider does not answer."""
        nonce, verifier = new_token(), secrets.token_urlsafe(48)
        with self._client() as client:
            endpoint = self._described(client)["authorization_endpoint"]
            address, state = client.create_authorization_url(endpoint, nonce=nonce, code_verifier=verifier)
        return Begun(str(address), str(state), nonce, verifier)

    def finish(self, code: str, nonce: str, verifier: str) -> Identity:
        """Whom the code that the browser brought back stands for.

        Raises WebError WE077 for a code or a token that is not what was asked for, WE078 for no answer.
        """
        with self._client() as client:
            described = self._described(client)
            method = _method(described, self._secret)
            try:
                token = client.fetch_token(
                    described["token_endpoint"],
                    code=code,
                    code_verifier=verifier,
                    **({"auth": (self._client_id, self._secret)} if method == "client_secret_basic" else {}),
                )
                keys = _json(client, described["jwks_uri"])
                claims = self._claims(str(token.get("id_token", "")), keys, nonce)
                if not claims.get("email") and described.get("userinfo_endpoint"):
                    answer = client.get(described["userinfo_endpoint"])
                    told = answer.json() if answer.status_code == 200 else {}
                    claims = {**claims, **(told if told.get("sub") == claims["sub"] else {})}
            except WebError:
                raise
            except Exception as error:  # of authlib, joserfc and httpx alike: none of them says who signs in
                raise WebError(
                    f"the provider's answer cannot be used: {type(error).__name__}", code="WE077", hint="try again"
                ) from error
        email = str(claims.get("email") or "") if claims.get("email_verified") is True else ""
        own = hashlib.sha256(f"{self._issuer}\n{claims['sub']}".encode()).hexdigest()
        return Identity(own, email.strip().casefold(), str(claims.get("name") or email or "")[:120])

    def _claims(self, token: str, keys: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        from joserfc import jwt
        from joserfc.jwk import KeySet

        read = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=_SIGNED)  # type: ignore[arg-type]
        jwt.JWTClaimsRegistry(
            leeway=_LEEWAY,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client_id},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(read.claims)
        claims: dict[str, Any] = dict(read.claims)
        if claims.get("azp", self._client_id) != self._client_id:
            raise WebError("the token is for another program", code="WE077", hint="compare BULIAN_OIDC_CLIENT")
        return claims

    def _client(self) -> Any:
        from authlib.integrations.httpx_client import OAuth2Client

        return OAuth2Client(
            self._client_id,
            self._secret or None,
            token_endpoint_auth_method="client_secret_post" if self._secret else "none",
            scope=SCOPE,
            redirect_uri=self._redirect,
            code_challenge_method="S256",
            timeout=_SECONDS,
        )

    def _described(self, client: Any) -> dict[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery 1.0)."""
        address = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
        found = _json(client, address)
        if found.get("issuer") != self._issuer:
            raise WebError(
                "the provider calls itself otherwise", code="WE078", hint="BULIAN_OIDC_ISSUER must be its own name"
            )
        return found


def _json(client: Any, address: str) -> dict[str, Any]:
    try:
        answer = client.request("GET", address, withhold_token=True)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
    except Exception as error:  # of httpx and json alike
        raise WebError(
            f"the provider does not answer: {type(error).__name__}", code="WE078", hint="check BULIAN_OIDC_ISSUER"
        ) from error
    return found


def _method(described: Mapping[str, Any], secret: str) -> str:
    """How we show our secret: as the provider takes it; client_secret_basic where it does not say."""
    taken = described.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return "client_secret_basic" if secret and "client_secret_basic" in taken else "client_secret_post"


def sign_in_as(database: Database, identity: Identity, came: Came) -> str:
    """Begin a session of whom the provider proved: known by what it calls the person, else by verified e-mail (which is
    then the login here, or that of an invitation). Returns the session's token.

    Raises WebError WE077 for who is not known here, WE071 where the account is closed or has no role.
    """
    with database.session() as session:
        user = _known(session, identity)
        if user is not None and user.state == "open" and not user.demo:
            return begin(session, user.id, came, "by the provider")
        if user is not None:
            raise WebError("the account is closed", code="WE071", hint="ask the operator")
    with database.session() as session:
        note(session, UNKNOWN, "sign_in_failed", reason=f"from {came.address}, by the provider")
    raise WebError("this account of the provider is not known here", code="WE077", hint="ask for an invitation")


def _known(session: Session, identity: Identity) -> User | None:
    user = session.scalar(select(User).where(User.sub == identity.sub))
    if user is not None or not identity.email:
        return user
    user = session.scalar(select(User).where(User.login == identity.email, User.sub.is_(None)))
    if user is not None and not user.demo:
        user.sub = identity.sub
        session.flush()
        note(session, user.id, "linked", reason="to the provider, by verified e-mail")
        return user
    if session.scalar(select(User.id).where(User.login == identity.email)):
        return None  # the login belongs to somebody whom the provider calls otherwise
    return join_by_email(session, identity.email, identity.name or identity.email, identity.sub)
