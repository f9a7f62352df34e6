"""The settings of the service. The environment is their only source, and this module its only reader.

`parse` is pure: settings out of a mapping, or a SettingsError that names the one that is wrong. `load_settings` adds what a
copy without servers of its own needs: it joins a `make run` that is on, or the embedded servers, and keeps a secret key and one to
seal papers with.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from urllib.parse import SplitResult

from config import embedded, kept, running, values
from config.embedded_programs import EmbeddedError
from config.values import SettingsError as SettingsError  # noqa: PLC0414 - who reads settings meets it here

PRODUCTION, DEMONSTRATION = "production", "demonstration"
LOOPBACK = "127.0.0.0/8,::1/128"
MAIL_ADDRESS, PHONE = r"[a-z0-9._%+-]+@[a-z0-9-]+([.][a-z0-9-]+)+", r"[+][0-9]{8,15}"
CONTACT = (
    rf"https://[a-z0-9.-]+(/[!-~]*)?|mailto:{MAIL_ADDRESS}|tel:{PHONE}"  # RFC 9116: an address that says how it is used
)
SERVERS = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_BACKUP_URL", "REDIS_URL")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the service is told from outside. What is secret is not in its repr."""

    environment: str  # production or demonstration
    database_url: str = field(repr=False)  # the service's own role, for SQLAlchemy
    database_owner_url: str = field(repr=False)  # the role that owns and migrates; empty where it is not to be known
    database_backup_url: str = field(repr=False)  # the role that dumps; likewise
    database_pooler: str  # what stands between the service and PostgreSQL: none, or transaction, a pooler that works so
    redis_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    public_url: str  # how people reach the service, without a slash at the end
    mail_url: str = field(repr=False)
    seal_key_file: (
        str  # what papers are sealed with; empty in production where it is not set: they are then issued without
    )
    seal_key_password: str = field(repr=False)
    seal_tsa_url: str  # the authority that says when a paper was sealed; empty where none is asked
    log_key_file: str  # what checkpoints of the log of papers are signed with; empty where a demonstration makes its own, or nobody signs
    saml_key_file: str  # what we sign with and providers encrypt for; empty where nobody signs in through SAML
    saml_certificate_file: str
    saml_encryption: str  # whether what a provider says of somebody must be encrypted: demanded, or optional
    log_level: str
    web_concurrency: int
    workers: int
    bind: str  # the address that the web listens on
    port: int
    var: Path  # what this copy keeps on disk: embedded servers, mail, measurements
    lease_seconds: int  # how long a piece of work is held before another worker may take it over
    trusted_proxies: int  # how many proxies in front of the service may set X-Forwarded headers
    trusted_hosts: tuple[str, ...]
    metrics_allow: tuple[IPv4Network | IPv6Network, ...]  # from where /metrics may be read
    address_limit: str  # how many sign-ins an address may try
    fewest_shown: int  # the smallest number of persons that a municipality is shown, but for none
    backup_hours: int  # how old the newest backup may be
    security_contact: str  # whom to tell of a hole in the walls, as an address; empty where nobody is named
    accessibility_contact: str  # the e-mail address to write to about what cannot be used; likewise
    accessibility_phone: str  # and the number to call
    backup_recipient: str  # whose public key backups are encrypted to; empty where they are not

    @property
    def production(self) -> bool:
        """Whether this is for real: no demonstration accounts, no default secrets."""
        return self.environment == PRODUCTION

    @property
    def https(self) -> bool:
        """Whether people reach the service over TLS."""
        return self.public_url.startswith("https://")

    @property
    def service_role(self) -> str:
        """The PostgreSQL role that the service signs in with."""
        return values.split("DATABASE_URL", self.database_url).username or ""


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings, and start or join the embedded servers where no servers are named.

    Raises SettingsError, which stops the start with one line, for a setting that is missing or malformed, and SystemExit for
    embedded servers that do not start. Nothing is started or written before every setting is found right.
    """
    env = dict(os.environ if environ is None else environ)
    settings = parse(env)
    if not settings.database_url:
        settings = parse({**_servers(settings.var), **{name: value for name, value in env.items() if value}})
    if not settings.secret_key:
        settings = replace(settings, secret_key=kept.secret(settings.var))
    if not settings.seal_key_file and not settings.production:
        settings = replace(settings, seal_key_file=str(kept.seal_key(settings.var)), seal_key_password="")
    return settings


def parse(env: Mapping[str, str]) -> Settings:
    """The settings in `env`; without URLs of servers and a secret where a demonstration is to make its own. Raises SettingsError."""
    environment = values.one_of(env, "PARTNERSKAB_ENV", DEMONSTRATION, (DEMONSTRATION, PRODUCTION))
    production = environment == PRODUCTION
    var = Path(env.get("VAR") or "var").resolve()
    port = values.number(env, "PORT", 8000, 1, 65535)
    _all_or_none(env, production)
    public = _public(env, production, port)
    return Settings(
        environment=environment,
        database_url=_database(env, "DATABASE_URL"),
        database_owner_url=_database(env, "DATABASE_OWNER_URL"),
        database_backup_url=_database(env, "DATABASE_BACKUP_URL"),
        database_pooler=values.one_of(env, "DATABASE_POOLER", "none", ("none", "transaction")),
        redis_url=_redis(env),
        secret_key=_secret(env, production),
        public_url=public.geturl().rstrip("/"),
        mail_url=_mail(env, production, var),
        seal_key_file=values.file(env, "SEAL_KEY_FILE", "a PKCS#12 file"),
        seal_key_password=env.get("SEAL_KEY_PASSWORD", ""),
        seal_tsa_url=_tsa(env),
        log_key_file=values.file(env, "LOG_KEY_FILE", "a file that `flask --app wsgi papers log-key` made"),
        **_saml(env),
        log_level=values.one_of(env, "LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        web_concurrency=values.number(env, "WEB_CONCURRENCY", 2, 1, 64),
        workers=values.number(env, "WORKERS", 2, 1, 64),
        bind=env.get("BIND") or "127.0.0.1",
        port=port,
        var=var,
        lease_seconds=values.number(env, "LEASE_SECONDS", 120, 1, 3600),
        trusted_proxies=values.number(env, "TRUSTED_PROXIES", 0, 0, 5),
        trusted_hosts=_hosts(env, public.hostname or "", production),
        metrics_allow=values.networks(env, "METRICS_ALLOW", LOOPBACK),
        address_limit=values.limit(env, "ADDRESS_LIMIT", "60 per 15 minutes"),
        fewest_shown=values.number(env, "FEWEST_SHOWN", 5, 3, 50),
        backup_hours=values.number(env, "BACKUP_HOURS", 26, 1, 9999),
        security_contact=values.like(
            env, "SECURITY_CONTACT", CONTACT, "mailto:NAME@HOST, https://HOST/PATH or tel:+45..."
        ),
        accessibility_contact=values.like(
            env, "ACCESSIBILITY_CONTACT", MAIL_ADDRESS, "an e-mail address, as NAME@HOST"
        ),
        accessibility_phone=values.like(env, "ACCESSIBILITY_PHONE", PHONE, "a phone number, as +4512345678"),
        backup_recipient=_recipient(env),
    )


def _servers(var: Path) -> Mapping[str, str]:
    """Where the servers are: those of the `make run` that is on, else the embedded ones."""
    try:
        return running.found(var) or embedded.ensure(var).environment()
    except EmbeddedError as error:
        raise SystemExit(f"the embedded servers do not start: {error}") from error


def _all_or_none(env: Mapping[str, str], production: bool) -> None:
    """Whoever names one server means their own: a forgotten one must not become an embedded one in silence."""
    given = [name for name in SERVERS if env.get(name)]
    for name in ("DATABASE_URL", "REDIS_URL"):
        if production and name not in given:
            raise SettingsError(name, "must be set in production")
        if given and name not in given:
            raise SettingsError(
                name, f"must be set where {given[0]} is: name all servers, or none to use the embedded ones"
            )


def _database(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "")
    if not value:
        return ""
    url = values.split(name, value)
    if (
        url.scheme not in ("postgresql", "postgres", "postgresql+psycopg")
        or not url.username
        or not url.path.strip("/")
    ):
        raise SettingsError(name, "must be postgresql://ROLE:PASSWORD@HOST:PORT/DATABASE")
    return "postgresql+psycopg://" + value.split("://", 1)[1]


def _redis(env: Mapping[str, str]) -> str:
    value = env.get("REDIS_URL", "")
    url = values.split("REDIS_URL", value)
    right = bool(url.hostname) if url.scheme in ("redis", "rediss") else url.scheme == "unix" and bool(url.path)
    if value and not right:
        raise SettingsError("REDIS_URL", "must be redis://:PASSWORD@HOST:PORT/NUMBER, rediss://... or unix:///PATH")
    return value


def _public(env: Mapping[str, str], production: bool, port: int) -> SplitResult:
    value = env.get("PUBLIC_URL") or ("" if production else f"http://127.0.0.1:{port}")
    url = values.split("PUBLIC_URL", value)
    schemes = ("https",) if production else ("https", "http")
    if url.scheme not in schemes or not url.hostname or url.path.strip("/") or url.query or url.fragment:
        raise SettingsError(
            "PUBLIC_URL", f"must be {' or '.join(schemes)}://HOST, as people reach the service, without a path"
        )
    return url


def _mail(env: Mapping[str, str], production: bool, var: Path) -> str:
    value = env.get("MAIL_URL") or ("" if production else f"file:{var / 'mail'}")
    url = values.split("MAIL_URL", value)
    if not (url.hostname if url.scheme in ("smtp", "smtps") else url.scheme == "file" and url.path):
        raise SettingsError("MAIL_URL", "must be smtp://USER:PASSWORD@HOST:PORT, smtps://... or file:DIR")
    return value


def _saml(env: Mapping[str, str]) -> dict[str, str]:
    """The key for SAML, its certificate, and what is demanded. One of the files without the other is no key."""
    files = {name: values.file(env, f"SAML_{name}", "a PEM file") for name in ("KEY_FILE", "CERTIFICATE_FILE")}
    for name, value in files.items():
        if not value and any(files.values()):
            raise SettingsError(f"SAML_{name}", "must be set where the other of SAML's files is")
    return {
        "saml_key_file": files["KEY_FILE"],
        "saml_certificate_file": files["CERTIFICATE_FILE"],
        "saml_encryption": values.one_of(env, "SAML_ENCRYPTION", "demanded", ("demanded", "optional")),
    }


def _tsa(env: Mapping[str, str]) -> str:
    value = env.get("SEAL_TSA_URL", "")
    url = values.split("SEAL_TSA_URL", value)
    if value and not (url.scheme in ("http", "https") and url.hostname):
        raise SettingsError(
            "SEAL_TSA_URL", "must be http://HOST/PATH or https://..., as the time stamp authority says it"
        )
    return value


def _recipient(env: Mapping[str, str]) -> str:
    value = env.get("BACKUP_RECIPIENT", "")
    if value.startswith("-") or not value.isprintable():
        raise SettingsError("BACKUP_RECIPIENT", "must be a public key: age1..., or an id or a file of gpg's")
    return value


def _hosts(env: Mapping[str, str], own: str, production: bool) -> tuple[str, ...]:
    named = tuple(host.strip() for host in env.get("TRUSTED_HOSTS", "").split(",") if host.strip())
    return named or ((own,) if production else tuple(dict.fromkeys((own, "127.0.0.1", "localhost"))))


def _secret(env: Mapping[str, str], production: bool) -> str:
    value = env.get("SECRET_KEY", "")
    if (production or value) and len(value) < 32:
        raise SettingsError(
            "SECRET_KEY", "must be at least 32 characters of chance, as `openssl rand -base64 48` makes them"
        )
    return value
