#!/bin/sh
# Runs `kept ARGS`, or `kept start` without any. Secrets come as files named like their variables in small letters
# (/run/secrets/database_url), so that none stands in a compose file, an image or what the engine shows of a container.
set -eu
for name in DATABASE_URL SMTP_URL IMAP_URL STRIPE_SECRET_KEY STRIPE_WEBHOOK_SECRET KEPT_ENGINE_KEY; do
  file="${SECRETS_FOLDER:-/run/secrets}/$(printf '%s' "$name" | tr '[:upper:]' '[:lower:]')"
  if [ -e "$file" ]; then
    value=$(cat "$file")
    export "$name=$value"
  fi
done
root=$(dirname "$(dirname "$(readlink -f "$0")")")
[ $# -gt 0 ] || set -- start
exec "$root/node_modules/.bin/node" "$root/src/main.ts" "$@"
