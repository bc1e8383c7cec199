#!/bin/sh
# Makes what deploy/compose.secured.yaml needs: certificates, a password of each user, and mongod's key.
#   sudo sh deploy/new-secured.sh [FOLDER]        (default: deploy/secrets)
# As root, because each file is given to the user of the one container that may read it.
set -eu
here=$(dirname "$0")
folder=${1:-$here/secrets}
[ "$(id -u)" = 0 ] || { echo "run it as root: sudo sh $0" >&2; exit 1; }
services=10001 kafka=1000 mongo=999

sh "$here/kafka/new-certificates.sh" "$folder/certificates" kafka
sh "$here/new-passwords.sh" "$folder/kafka" admin ingest enrich publish feeds canary topics operator reader
sh "$here/new-passwords.sh" "$folder/mongo" admin ingest enrich publish feeds operator keeper
umask 077
openssl rand -base64 512 | tr -d '\n' >"$folder/mongo.key"

chown -R "$services:$kafka" "$folder/kafka"
chmod 440 "$folder/kafka/admin.password" # of the job that grants, and of the broker that knows it from its birth on
chown -R "$services" "$folder/mongo"
chown -R "$kafka" "$folder/certificates"
chmod 644 "$folder/certificates/ca.crt"
chmod 711 "$folder/certificates" "$folder/kafka"
chown "$mongo" "$folder/mongo.key"
chmod 400 "$folder/mongo.key"
echo "Certificates, passwords and mongod's key are in $folder." >&2
