#!/bin/sh
# Makes the first key for ingest: `sh deploy/new-key.sh [FOLDER]` (default: deploy/secrets).
# FOLDER/key gets the key itself, readable by you alone; FOLDER/keys.json gets only its hash.
set -eu
folder=${1:-$(dirname "$0")/secrets}
example=$(dirname "$0")/secrets/keys.example.json

if [ -e "$folder/keys.json" ] || [ -e "$folder/key" ]; then
    echo "$folder has keys already: add an entry to keys.json, or remove key and keys.json to begin anew" >&2
    exit 1
fi

sha256() {
    if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -c1-64
}

umask 077
key=$(head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n')
hash=$(printf %s "$key" | sha256)
sed "s/KEY_SHA256/$hash/" "$example" >"$folder/keys.json"
chmod 644 "$folder/keys.json" # ingest reads it as another user; the hash of a random key gives nothing away
printf '%s\n' "$key" >"$folder/key"
echo "The key is in $folder/key; ingest knows it by its hash in $folder/keys.json." >&2
