#!/bin/sh
# Makes the first keys for ingest: `sh deploy/new-key.sh [FOLDER]` (default: deploy/secrets).
# FOLDER/key gets the key of those who submit, readable by you alone; FOLDER/canary.key that of the canary;
# FOLDER/keys.json gets only their hashes.
set -eu
folder=${1:-$(dirname "$0")/secrets}
example=$(dirname "$0")/secrets/keys.example.json
containers_user=10001

for made in keys.json key canary.key; do
    if [ -e "$folder/$made" ]; then
        echo "$folder has keys already: add an entry to keys.json, or remove key, canary.key and keys.json to begin anew" >&2
        exit 1
    fi
done

sha256() {
    if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -c1-64
}

new_key() {
    head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n'
}

umask 077
key=$(new_key)
canary=$(new_key)
sed -e "s/KEY_SHA256/$(printf %s "$key" | sha256)/" -e "s/CANARY_SHA256/$(printf %s "$canary" | sha256)/" \
    "$example" >"$folder/keys.json"
chmod 644 "$folder/keys.json" # ingest reads it as another user; the hash of a random key gives nothing away
printf '%s\n' "$key" >"$folder/key"
printf '%s\n' "$canary" >"$folder/canary.key"
# The canary reads its key as another user too. Who may not give files away opens it: it is worth canaries only.
chown "$containers_user" "$folder/canary.key" 2>/dev/null || chmod 644 "$folder/canary.key"
echo "The key is in $folder/key; ingest knows it by its hash in $folder/keys.json." >&2
