#!/usr/bin/env bash
# A nightly backup of each cluster named, half an hour apart. Creates the Schedules; run it once.
# Connection: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, ... as for every use of the Temporal CLI.
#
#   examples/schedule.sh prod test
set -euo pipefail

time_zone=${TIME_ZONE:-UTC}
task_queue=${CAMUNDA_BACKUP_TASK_QUEUE:-camunda-backup}

minutes=$((3 * 60 + 30))
for cluster in "$@"; do
  temporal schedule create \
    --schedule-id "camunda-backup/${cluster}/nightly" \
    --cron "$((minutes % 60)) $((minutes / 60 % 24)) * * *" --time-zone "${time_zone}" \
    --overlap-policy Skip --catchup-window 6h \
    --workflow-id "backup-${cluster}-nightly" --task-queue "${task_queue}" --type backupCluster \
    --input "{\"cluster\":\"${cluster}\",\"requestedBy\":\"nightly schedule\",\"ifBusy\":\"wait\"}"
  echo "camunda-backup/${cluster}/nightly at $((minutes / 60 % 24)):$(printf '%02d' $((minutes % 60))) ${time_zone}"
  minutes=$((minutes + 30))
done
