#!/bin/sh
# The backup procedure of Camunda's documentation as the script that most people write from it: each call sent with curl, each wait a
# look every five seconds. It verifies nothing that the documentation does not; it is here to be measured against, not to be used.
#
#   BACKUP_ID=1748937221 documented-sequence.sh up-to-8.7 | from-8.8
#
# The variables are those of the documentation. OPTIMIZE_MANAGEMENT_API may be absent where there is no Optimize.
set -eu

POLL_SECONDS=${POLL_SECONDS:-5}

take() {
  curl -fsS -X POST "$1" -H 'Content-Type: application/json' -d "{\"backupId\": $BACKUP_ID}" >/dev/null
}

await() {
  while :; do
    # Without -f: right after the take Zeebe answers 404, and Operate 400.
    body=$(curl -sS "$1")
    # The state of the whole stands before the first list; those of its parts stand inside it.
    state=$(printf '%s' "$body" | tr -d '\n' | sed -n 's/^[^[]*"state" *: *"\([A-Z_]*\)".*$/\1/p')
    case $state in
      COMPLETED) return ;;
      FAILED | INCOMPATIBLE) fail "$1 is $state: $body" ;;
    esac
    sleep "$POLL_SECONDS"
  done
}

exporting() {
  curl -fsS -X POST "$ZEEBE_MANAGEMENT_API/actuator/exporting/$1" >/dev/null
}

pause_exporting() {
  trap 'exporting resume' EXIT
  exporting 'pause?soft=true'
}

resume_exporting() {
  exporting resume
  trap - EXIT
}

snapshot_records() {
  name=camunda_zeebe_records_backup_$BACKUP_ID
  body=$(curl -fsS -X PUT "$ELASTIC_ENDPOINT/_snapshot/$ELASTIC_SNAPSHOT_REPOSITORY/$name?wait_for_completion=true" \
    -H 'Content-Type: application/json' -d '{"indices": "zeebe-record*", "feature_states": ["none"]}')
  case $body in
    *'"state":"SUCCESS"'*) ;;
    *) fail "snapshot $name did not succeed: $body" ;;
  esac
}

fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

up_to_8_7() {
  if [ -n "${OPTIMIZE_MANAGEMENT_API:-}" ]; then take "$OPTIMIZE_MANAGEMENT_API/actuator/backups"; fi
  take "$OPERATE_MANAGEMENT_API/actuator/backups"
  take "$TASKLIST_MANAGEMENT_API/actuator/backups"
  if [ -n "${OPTIMIZE_MANAGEMENT_API:-}" ]; then await "$OPTIMIZE_MANAGEMENT_API/actuator/backups/$BACKUP_ID"; fi
  await "$OPERATE_MANAGEMENT_API/actuator/backups/$BACKUP_ID"
  await "$TASKLIST_MANAGEMENT_API/actuator/backups/$BACKUP_ID"
  pause_exporting
  snapshot_records
  take "$ZEEBE_MANAGEMENT_API/actuator/backups"
  await "$ZEEBE_MANAGEMENT_API/actuator/backups/$BACKUP_ID"
  resume_exporting
}

from_8_8() {
  ZEEBE_MANAGEMENT_API=$ORCHESTRATION_CLUSTER_MANAGEMENT_API
  pause_exporting
  take "$ZEEBE_MANAGEMENT_API/actuator/backupHistory"
  if [ -n "${OPTIMIZE_MANAGEMENT_API:-}" ]; then take "$OPTIMIZE_MANAGEMENT_API/actuator/backups"; fi
  await "$ZEEBE_MANAGEMENT_API/actuator/backupHistory/$BACKUP_ID"
  if [ -n "${OPTIMIZE_MANAGEMENT_API:-}" ]; then await "$OPTIMIZE_MANAGEMENT_API/actuator/backups/$BACKUP_ID"; fi
  snapshot_records
  take "$ZEEBE_MANAGEMENT_API/actuator/backupRuntime"
  await "$ZEEBE_MANAGEMENT_API/actuator/backupRuntime/$BACKUP_ID"
  resume_exporting
}

case ${1:-} in
  up-to-8.7) up_to_8_7 ;;
  from-8.8) from_8_8 ;;
  *) fail "Usage: BACKUP_ID=<id> $0 up-to-8.7 | from-8.8" ;;
esac
