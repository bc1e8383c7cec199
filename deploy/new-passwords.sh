#!/bin/sh
# A random password of each user, one file each, for Kafka (deploy/kafka) or MongoDB (deploy/mongo):
#   deploy/new-passwords.sh FOLDER USER...
# A file that is there already stays as it is, so that a new user needs no new passwords of all others.
set -eu
[ $# -ge 2 ] || { echo "usage: $0 FOLDER USER..." >&2; exit 2; }
folder=$1; shift
umask 077
mkdir -p "$folder"
for user in "$@"; do
  [ ! -e "$folder/$user.password" ] || continue
  password=$(openssl rand -hex 24)
  printf %s "$password" > "$folder/$user.password" # no new line at its end: not everybody overlooks one
done
