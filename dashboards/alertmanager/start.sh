#!/bin/sh
# Gives the receivers what the environment names, and becomes Alertmanager. For each of PAGE, TICKET
# and INFO: _WEBHOOK_URL, _EMAIL_TO, _PAGERDUTY_KEY, _SLACK_URL; what is not set is not told. A dead
# man's switch: WATCHDOG_WEBHOOK_URL.
# E-mail also needs SMTP_SMARTHOST (host:port) and SMTP_FROM; SMTP_USERNAME and SMTP_PASSWORD
# where the relay asks for them, and SMTP_REQUIRE_TLS=false where it has no TLS.
set -eu
umask 077
folder=$(cd "$(dirname "$0")" && pwd)
made=${TMPDIR:-/tmp}/alertmanager.yml

value() { eval "printf '%s' \"\${$1:-}\""; }

quoted() { printf "'%s'" "$(value "$1" | sed "s/'/''/g")"; }

warned() { # TEXT: in the log, as loud as a log can be
  printf '\n*** WARNING: %s\n\n' "$1" >&2
}

told() { # PREFIX: the integrations of one receiver
  if [ -n "$(value "$1_WEBHOOK_URL")" ]; then
    printf '    webhook_configs:\n      - {send_resolved: true, url: %s}\n' "$(quoted "$1_WEBHOOK_URL")"
  fi
  if [ -n "$(value "$1_PAGERDUTY_KEY")" ]; then
    cat <<END
    pagerduty_configs:
      - send_resolved: true
        routing_key: $(quoted "$1_PAGERDUTY_KEY")
        description: '{{ template "spot.title" . }}'
        details: {text: '{{ template "spot.text" . }}'}
END
  fi
  if [ -n "$(value "$1_SLACK_URL")" ]; then
    cat <<END
    slack_configs:
      - send_resolved: true
        api_url: $(quoted "$1_SLACK_URL")
        title: '{{ template "spot.title" . }}'
        text: '{{ template "spot.text" . }}'
END
  fi
  if [ -n "$(value "$1_EMAIL_TO")" ]; then
    if [ -z "$(value SMTP_SMARTHOST)" ] || [ -z "$(value SMTP_FROM)" ]; then
      echo "$1_EMAIL_TO needs SMTP_SMARTHOST (host:port) and SMTP_FROM" >&2
      exit 2
    fi
    cat <<END
    email_configs:
      - send_resolved: true
        to: $(quoted "$1_EMAIL_TO")
        from: $(quoted SMTP_FROM)
        smarthost: $(quoted SMTP_SMARTHOST)
        auth_username: $(quoted SMTP_USERNAME)
        auth_password: $(quoted SMTP_PASSWORD)
        require_tls: ${SMTP_REQUIRE_TLS:-true}
        headers: {Subject: '{{ template "spot.title" . }}'}
        html: ''
        text: '{{ template "spot.text" . }}'
END
  fi
}

{
  sed -e '/^receivers:/,$d' -e "s|^  - templates/|  - $folder/templates/|" "$folder/alertmanager.yml"
  echo 'receivers:'
  for receiver in page ticket info; do
    printf '  - name: %s\n' "$receiver"
    told "$(printf '%s' "$receiver" | tr '[:lower:]' '[:upper:]')"
  done
  echo '  - name: watchdog'
  if [ -n "${WATCHDOG_WEBHOOK_URL:-}" ]; then
    printf '    webhook_configs:\n      - {send_resolved: false, url: %s}\n' "$(quoted WATCHDOG_WEBHOOK_URL)"
  fi
} >"$made"

if [ -z "${PAGE_WEBHOOK_URL:-}${PAGE_PAGERDUTY_KEY:-}${PAGE_SLACK_URL:-}${PAGE_EMAIL_TO:-}" ]; then
  warned 'NOBODY WILL BE WOKEN. Set PAGE_WEBHOOK_URL, PAGE_PAGERDUTY_KEY, PAGE_SLACK_URL or PAGE_EMAIL_TO.'
fi
if [ -z "${TICKET_WEBHOOK_URL:-}${TICKET_PAGERDUTY_KEY:-}${TICKET_SLACK_URL:-}${TICKET_EMAIL_TO:-}" ]; then
  warned 'Nobody is told of tickets: notices to review, certificates, stale feeds. Set one of TICKET_...'
fi
if [ -z "${WATCHDOG_WEBHOOK_URL:-}" ]; then
  warned 'Nobody notices when Prometheus or Alertmanager stops. Set WATCHDOG_WEBHOOK_URL to a dead man'\''s switch.'
fi

exec "${ALERTMANAGER:-/bin/alertmanager}" --config.file="$made" "$@"
