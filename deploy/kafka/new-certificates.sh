#!/bin/sh
# Certificates for trying a secured Kafka out: an authority of its own, and the brokers' certificate signed by it.
#   deploy/kafka/new-certificates.sh FOLDER HOST...
# Makes ca.crt (for clients: KAFKA_SSL_CAFILE), ca.key (lock it away) and kafka.pem (for brokers). In a newsroom
# the company's own authority does this. A HOST is a name or an IPv4 address that clients use.
set -eu
[ $# -ge 2 ] || { echo "usage: $0 FOLDER HOST..." >&2; exit 2; }
folder=$1; shift
[ ! -e "$folder/ca.key" ] || { echo "$folder/ca.key is there already; remove it to make another" >&2; exit 1; }
umask 077
mkdir -p "$folder"
names=""
for host in "$@"; do
  case $host in *[!0-9.]*) kind=DNS ;; *) kind=IP ;; esac
  names="${names:+$names,}$kind:$host"
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 825 -subj "/CN=newsloom trial authority" \
  -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" \
  -keyout "$folder/ca.key" -out "$folder/ca.crt" 2>"$work/said" || { cat "$work/said" >&2; exit 1; }
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=kafka" \
  -keyout "$work/kafka.key" -out "$work/kafka.csr" 2>"$work/said" || { cat "$work/said" >&2; exit 1; }
printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\nkeyUsage=digitalSignature\n' "$names" > "$work/ext"
openssl x509 -req -in "$work/kafka.csr" -CA "$folder/ca.crt" -CAkey "$folder/ca.key" -CAcreateserial \
  -CAserial "$work/serial" -days 825 -extfile "$work/ext" -out "$work/kafka.crt" 2>"$work/said" \
  || { cat "$work/said" >&2; exit 1; }
openssl pkcs8 -topk8 -nocrypt -in "$work/kafka.key" -out "$work/kafka.pk8"
cat "$work/kafka.pk8" "$work/kafka.crt" "$folder/ca.crt" > "$folder/kafka.pem"
chmod 644 "$folder/ca.crt"
