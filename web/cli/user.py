"""People and organisations by command: for the first account, and for who sits at the machine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from web.cli.opened import opened_home
from web.cli.report import AsJson, print_json

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from web.db.accounts import User
    from web.home import Home

user = typer.Typer(
    help="Accounts: people, their roles in organisations, their passwords.", no_args_is_help=True, rich_markup_mode=None
)
organisation = typer.Typer(
    help="Organisations in which people have roles.", no_args_is_help=True, rich_markup_mode=None
)
user.add_typer(organisation, name="organisation")

Login = Annotated[str, typer.Argument(help="The login.")]
Where = Annotated[
    str | None,
    typer.Option("--organisation", help="Id or whole name of the organisation; without it who runs this data folder."),
]
Roles = Annotated[list[str], typer.Option("--role", help="Role to hold there; may be said several times.")]
BY = "operator"


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(user, name="user")


@user.command()
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="Name of the person.")],
    role: Roles,
    organisation: Where = None,
) -> None:
    """Make an account. The password is asked on the terminal, or read as the first line of stdin."""
    from web.accounts.people import add_user

    with opened_home() as home:
        place = _place(home, organisation)
        made = add_user(home.database(), home.settings, login, name, _password(), role, place, by=BY)
    typer.echo(f"{made.login}: {' '.join(role)} in {organisation or 'this data folder'}")


@user.command("list")
def list_users(organisation: Where = None, as_json: AsJson = False) -> None:
    """People with their roles, of one organisation or of all."""
    from web.accounts.people import members, organisations

    with opened_home() as home:
        names = {one.id: one.name for one in organisations(home.database())}
        found = members(home.database(), False if organisation is None else _place(home, organisation))
    lines: list[dict[str, Any]] = [
        {
            "login": one.login,
            "name": one.name,
            "state": one.state,
            "locked_until": one.locked_until.isoformat() if one.locked_until else None,
            "organisation": place,
            "organisation_name": names.get(place or ""),
            "roles": list(one.roles),
            "demo": one.demo,
        }
        for one, place in found
    ]
    if as_json:
        print_json(lines)
        return
    for line in lines:
        state = f"until {line['locked_until']}" if line["locked_until"] else line["state"]
        place = line["organisation_name"] or "(this data folder)"
        typer.echo(f"{line['login']:24} {state:8} {line['name']}  {place}  {' '.join(line['roles'])}")
    if not lines:
        typer.echo("nobody yet: bulian user add LOGIN --name NAME --role operator")


@user.command()
def role(
    login: Login,
    roles: Annotated[list[str], typer.Argument(metavar="ROLE...", help="Roles to give or to end.")],
    organisation: Where = None,
    end: Annotated[bool, typer.Option("--end", help="End them instead of giving them.")] = False,
) -> None:
    """Give or end roles of a person in an organisation."""
    from web.accounts.people import end_role, give_role

    with _person(login) as (home, session, found):
        place = _place(home, organisation)
        for one in roles:
            if end:
                end_role(session, found.id, one, place, BY)
            else:
                give_role(session, found, one, place, BY)
    typer.echo(f"{found.login}: {' '.join(roles)} {'ended' if end else 'given'}")


@user.command()
def lock(login: Login) -> None:
    """Close an account until it is opened again; its sessions and keys end."""
    from web.accounts.people import close

    with _person(login) as (_, session, found):
        close(session, found, BY)
    typer.echo(f"{found.login}: locked")


@user.command()
def unlock(login: Login) -> None:
    """Open an account that a person or failed sign-ins have closed."""
    from web.accounts.people import reopen

    with _person(login) as (_, session, found):
        reopen(session, found, BY)
    typer.echo(f"{found.login}: open")


@user.command()
def revoke(
    login: Login, keys: Annotated[bool, typer.Option("--keys", help="Its keys for programs too.")] = False
) -> None:
    """End all sessions of a person."""
    from web.accounts.keys import end_keys
    from web.accounts.sessions import end_all

    with _person(login) as (_, session, found):
        ended = end_all(session, found.id, BY)
        if keys:
            end_keys(session, found.id, BY)
    typer.echo(f"{found.login}: {ended} sessions ended")


@user.command()
def password(login: Login) -> None:
    """Set another password, asked as for a new account; all sessions end."""
    from web.accounts.people import set_password

    with _person(login) as (home, session, found):
        set_password(session, home.settings, found, _password(), BY)
    typer.echo(f"{found.login}: password set")


@organisation.command("add")
def add_place(
    name: Annotated[str, typer.Argument(help="Its whole name.")],
    kind: Annotated[str, typer.Option(help="buyer, firm, institute, authority, organiser, intermediary, individual.")],
    region: Annotated[str, typer.Option(help="Code of its place (GB/T 2260).")] = "",
) -> None:
    """Make an organisation; prints its id."""
    from web.accounts.people import add_organisation

    with opened_home() as home:
        typer.echo(add_organisation(home.database(), name, kind, region=region, by=BY).id)


@organisation.command("place")
def set_place(
    organisation: Annotated[str, typer.Argument(help="Its id or whole name.")],
    place: Annotated[str, typer.Argument(help="Code of its place (GB/T 2260) or name; empty: none.")],
) -> None:
    """Say where an organisation is: a city reads the pools of its counties, bureaus are told what concerns theirs."""
    from web.accounts.people import place_organisation

    with opened_home() as home:
        found = place_organisation(home.database(), organisation, place, BY)
    typer.echo(f"{found.id}  {found.name}  {found.region or '-'}")


@organisation.command("list")
def list_places(as_json: AsJson = False) -> None:
    """All organisations."""
    from web.accounts.people import organisations

    with opened_home() as home:
        found = organisations(home.database())
    if as_json:
        fields = ("id", "name", "kind", "region", "state", "enterprise_id", "demo")
        print_json([{field: getattr(one, field) for field in fields} for one in found])
        return
    for one in found:
        typer.echo(f"{one.id:24}  {one.kind:12}  {one.region or '-':6}  {one.name}")
    if not found:
        typer.echo("none yet: bulian user organisation add NAME --kind buyer")


@contextmanager
def _person(login: str) -> Iterator[tuple[Home, Session, User]]:
    """The person with a login, in a transaction."""
    from web.accounts.people import user_named

    with opened_home() as home, home.database().session() as session:
        yield home, session, user_named(session, login)


def _place(home: Home, name: str | None) -> str | None:
    from web.accounts.people import organisation as found

    return None if name is None else found(home.database(), name).id


def _password() -> str:
    """Asked twice on a terminal; else the first line of stdin. Never an argument: those are seen by all processes."""
    if sys.stdin.isatty():
        return str(typer.prompt("password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
