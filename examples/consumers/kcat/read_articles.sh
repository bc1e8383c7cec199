#!/bin/sh
# Every record of a topic, one a line, up to its present end: partition:offset, key, headers and value between tabs.
# usage: read_articles.sh [TOPIC]
exec kcat -C -q -e -o beginning -b "${KAFKA_BOOTSTRAP_SERVERS:-localhost:9092}" -t "${1:-articles-published}" \
	-f '%p:%o\t%k\t%h\t%s\n'
