"""The settings: what is right is taken, what is wrong stops the start and is named."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config import embedded, running
from config.embedded_programs import EmbeddedError
from config.settings import Settings, SettingsError, load_settings, parse
from service.platform.documents.sealing import open_key

SERVERS = {
    "DATABASE_URL": "postgresql://partnerskab_service:word@db.example/partnerskab",
    "REDIS_URL": "redis://:word@redis.example:6379/0",
}
PRODUCTION = {
    **SERVERS,
    "PARTNERSKAB_ENV": "production",
    "SECRET_KEY": "s" * 40,
    "PUBLIC_URL": "https://partnerskab.example",
    "MAIL_URL": "smtp://user:word@mail.example:587",
}
ROOT = Path(__file__).parents[2]


def test_a_demonstration_needs_nothing() -> None:
    settings = parse({})
    assert (settings.environment, settings.port, settings.public_url) == (
        "demonstration",
        8000,
        "http://127.0.0.1:8000",
    )
    assert settings.mail_url == f"file:{Path('var/mail').resolve()}"
    assert not settings.production
    assert not settings.https


def test_production_takes_what_it_is_given() -> None:
    settings = parse(PRODUCTION)
    assert settings.production
    assert settings.https
    assert settings.database_url == "postgresql+psycopg://partnerskab_service:word@db.example/partnerskab"
    assert settings.service_role == "partnerskab_service"
    assert settings.database_owner_url == ""
    assert settings.trusted_hosts == ("partnerskab.example",)


@pytest.mark.gate("13.2.3")
@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PUBLIC_URL", "MAIL_URL"])
@pytest.mark.parametrize("absent", [None, ""])
def test_production_has_no_defaults(name: str, absent: str | None) -> None:
    env = {key: value for key, value in PRODUCTION.items() if key != name}
    with pytest.raises(SettingsError, match=f"^{name} must be"):
        parse(env if absent is None else {**env, name: absent})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PARTNERSKAB_ENV", "prod"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "80_00"),
        ("PORT", "٨٠٠٠"),
        ("PORT", "9" * 5000),
        ("WORKERS", "-1"),
        ("WEB_CONCURRENCY", "many"),
        ("LEASE_SECONDS", "1.5"),
        ("LOG_LEVEL", "info"),
        ("BACKUP_HOURS", "0"),
        ("FEWEST_SHOWN", "2"),
        ("BACKUP_RECIPIENT", "--output=/etc/passwd"),
        ("SECURITY_CONTACT", "sikkerhed@drc.example"),
        ("SECURITY_CONTACT", "mailto:a@b.example\nContact: x"),
        ("SECURITY_CONTACT", "http://drc.example/"),
        ("ACCESSIBILITY_CONTACT", "mailto:a@b.example"),
        ("ACCESSIBILITY_CONTACT", "a@b.example, c@d.example"),
        ("ACCESSIBILITY_PHONE", "12 34 56 78"),
        ("TRUSTED_PROXIES", "*"),
        ("PUBLIC_URL", "partnerskab.example"),
        ("PUBLIC_URL", "http://partnerskab.example"),
        ("PUBLIC_URL", "https://partnerskab.example/sti"),
        ("PUBLIC_URL", "https://[::1"),
        ("PUBLIC_URL", "https://partnerskab.example:port"),
        ("DATABASE_URL", "mysql://a:b@c/d"),
        ("DATABASE_URL", "postgresql://db.example/partnerskab"),
        ("DATABASE_URL", "postgresql://role@db.example"),
        ("DATABASE_OWNER_URL", "partnerskab"),
        ("REDIS_URL", "redis.example:6379"),
        ("MAIL_URL", "mail.example"),
        ("MAIL_URL", "smtp:///"),
        ("SEAL_KEY_FILE", "/there/is/none.p12"),
        ("SEAL_TSA_URL", "tid.example/tsa"),
        ("SEAL_TSA_URL", "ftp://tid.example/tsa"),
        ("LOG_KEY_FILE", "/there/is/none.key"),
        ("SAML_KEY_FILE", "/there/is/none.pem"),
        ("SAML_CERTIFICATE_FILE", "/there/is/none.pem"),
        ("SAML_ENCRYPTION", "now and then"),
        ("SECRET_KEY", "short"),
        ("METRICS_ALLOW", "10.0.0.1/8"),
        ("ADDRESS_LIMIT", "a lot"),
        ("DATABASE_POOLER", "session"),
    ],
)
def test_what_is_malformed_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} ") as refused:
        parse({**PRODUCTION, name: value})
    assert refused.value.name == name


@pytest.mark.parametrize(("given", "forgotten"), [("DATABASE_URL", "REDIS_URL"), ("REDIS_URL", "DATABASE_URL")])
def test_a_forgotten_server_is_not_replaced_by_an_embedded_one(given: str, forgotten: str) -> None:
    with pytest.raises(SettingsError, match=f"^{forgotten} must be set where {given} is"):
        parse({given: SERVERS[given]})


def test_secrets_are_not_shown() -> None:
    shown = repr(parse({**PRODUCTION, "SEAL_KEY_PASSWORD": "word"}))
    assert "word" not in shown.replace("seal_key_password", "")
    assert "s" * 40 not in shown


def test_a_demonstration_keeps_its_secret_key(tmp_path: Path) -> None:
    env = {**SERVERS, "VAR": str(tmp_path)}
    assert load_settings(env).secret_key == load_settings(env).secret_key
    assert len(load_settings(env).secret_key) >= 32
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_a_demonstration_keeps_a_key_to_seal_with(tmp_path: Path) -> None:
    env = {**SERVERS, "VAR": str(tmp_path), "SEAL_KEY_PASSWORD": "of another"}
    made = load_settings(env)
    kept = Path(made.seal_key_file).read_bytes()
    assert load_settings(env) == made
    assert Path(made.seal_key_file).read_bytes() == kept
    assert stat.S_IMODE(Path(made.seal_key_file).stat().st_mode) == 0o600
    assert open_key(made) is not None


def test_production_makes_no_key_of_its_own() -> None:
    assert load_settings(PRODUCTION).seal_key_file == ""


def test_nothing_is_started_or_written_before_every_setting_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "ensure", lambda *_: pytest.fail("servers were started"))
    with pytest.raises(SettingsError):
        load_settings({"VAR": str(tmp_path / "var"), "ADDRESS_LIMIT": "a lot"})
    assert not (tmp_path / "var").exists()


def test_servers_that_do_not_start_end_the_program_with_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_var: Path) -> None:
        raise EmbeddedError("no room")

    monkeypatch.setattr(embedded, "ensure", fail)
    with pytest.raises(SystemExit, match="no room"):
        load_settings({"VAR": str(tmp_path)})


def test_whoever_runs_is_found_and_joined(tmp_path: Path) -> None:
    said = {**SERVERS, "PUBLIC_URL": "http://127.0.0.1:8077", "DATABASE_OWNER_URL": "postgresql://o:a&'b@/p?host=%2Fx"}
    lock = running.claim(tmp_path)
    assert lock is not None
    running.announce(tmp_path, said)
    assert stat.S_IMODE((tmp_path / "run.env").stat().st_mode) == 0o600
    assert running.claim(tmp_path) is None
    assert running.found(tmp_path) == said
    joined = load_settings({"VAR": str(tmp_path)})
    assert joined.public_url == "http://127.0.0.1:8077"
    assert joined.service_role == "partnerskab_service"
    os.close(lock)
    assert running.found(tmp_path) == {}, "a run.env without its writer is nobody's"


def test_run_env_is_read_by_a_shell(tmp_path: Path) -> None:
    running.announce(tmp_path, {"A": "postgresql://o:p@/d?host=%2Fx", "B": "a b&c'd$e"})
    script = f'. {tmp_path}/run.env && printf "%s|%s" "$A" "$B"'
    assert subprocess.check_output(["sh", "-c", script], text=True) == "postgresql://o:p@/d?host=%2Fx|a b&c'd$e"


def test_a_wrong_setting_is_one_line_on_the_screen() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "routes"],
        cwd=ROOT, env={**os.environ, "PORT": "many"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == ["PORT must be a whole number from 1 to 65535, not 'many'"]


def test_the_environment_has_no_other_reader() -> None:
    """`os.environ` is read in config/ alone."""
    assert _readers(ROOT) == []


def test_a_second_reader_of_the_environment_is_found(tmp_path: Path) -> None:
    (tmp_path / "service/platform/web").mkdir(parents=True)
    (tmp_path / "service/platform/web/hole.py").write_text("import os\nflag = os.environ.get('FLAG')\n")
    assert _readers(tmp_path) == ["service/platform/web/hole.py"]


def _readers(root: Path) -> list[str]:
    files = [file for place in ("service", "tenants", "migrations") for file in (root / place).rglob("*.py")]
    return [str(file.relative_to(root)) for file in files if "environ" in (text := file.read_text()) and _reads(text)]


def _reads(text: str) -> bool:
    return any(word in text for word in ("os.environ", "getenv(", "import environ"))


def test_settings_cannot_be_changed() -> None:
    settings = parse({})
    with pytest.raises(AttributeError):
        settings.port = 1  # type: ignore[misc]
    assert isinstance(settings, Settings)


def test_a_key_for_saml_has_a_certificate(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    key.touch()
    certificate.touch()
    both = {"SAML_KEY_FILE": str(key), "SAML_CERTIFICATE_FILE": str(certificate)}
    assert parse(both).saml_certificate_file == str(certificate)
    assert parse(both).saml_encryption == "demanded"
    for name in both:
        with pytest.raises(SettingsError, match=f"^{name} must be set"):
            parse({other: value for other, value in both.items() if other != name})
