#!/bin/bash
# Starts a secured broker in the image apache/kafka: deploy/kafka/server.properties filled in, and on fresh disks the
# administrator's password. What it writes goes to /tmp, so that the container's root can be read-only.
set -eu
settings=/tmp/server.properties
text=$(</etc/kafka/newsloom/server.properties)
fill() { text=${text//"\${$1}"/"$2"}; }
fill HOST "${BROKER_HOST:-kafka}"
fill PORT 9092
fill INTERNAL_PORT 9094
fill CONTROLLER_PORT 9093
fill DATA /var/lib/kafka/data
fill CERTIFICATES /run/secrets
fill COPIES 1
fill COPIES_IN_SYNC 1
printf '%s\n' "$text" >"$settings"
admin=$(</run/secrets/kafka-admin)
/opt/kafka/bin/kafka-storage.sh format --ignore-formatted --cluster-id "${CLUSTER_ID:-bmV3c2xvb20tY29tcG9zZQ}" \
  --config "$settings" --add-scram "SCRAM-SHA-512=[name=admin,password=$admin]"
unset admin
export LOG_DIR=/tmp/logs
exec /opt/kafka/bin/kafka-server-start.sh "$settings"
