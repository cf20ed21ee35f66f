#!/usr/bin/env bash
# The whole of it in containers, once: compose brings everything up, the demonstration does the main job through the
# ingress, a backup is taken and put back, then the delivery and storage tests run on testcontainers' engines. All of it
# is removed at the end, the backup with its keys too.
#   STAND_INS=1 builds stand-ins for the official images first, for an engine that cannot pull.
set -euo pipefail
cd "$(dirname "$0")/../.."
docker info >/dev/null || { echo "no container engine answers: start one first" >&2; exit 1; }
if docker compose version >/dev/null 2>&1; then compose=(docker compose); else compose=(docker-compose); fi

if [ "${STAND_INS:-}" = 1 ]; then
  deploy/images/stand-ins/build.sh
  export TESTCONTAINERS_RYUK_DISABLED=true # its image cannot be pulled either
  network=(--network host)                 # the build asks the registries as this machine does
fi
docker build "${network[@]}" --tag bawaba --file deploy/images/bawaba/Dockerfile .

trap '"${compose[@]}" --profile demo down --volumes; rm -rf "${kept:-}"' EXIT
"${compose[@]}" up -d
"${compose[@]}" --profile demo run --rm demonstration
"${compose[@]}" ps

# The databases are lost: a backup is put back, with its keys, and everything is ready again.
kept=$(mktemp -d)
docker run --rm --user 0 --entrypoint install --volume "$kept:/kept" bawaba -d -o 10001 /kept/backups /kept/safe
export BAWABA_BACKUPS="$kept/backups" BAWABA_SAFE="$kept/safe"
keeper=("${compose[@]}" --profile keep run --rm keeper)
"${keeper[@]}" backup --secrets /secrets --to /backups/day-1 --keys-to /safe/day-1
services=(registration accreditation session-allocation entrance operations identity)
"${compose[@]}" stop "${services[@]}"
"${keeper[@]}" restore --secrets /secrets --from /backups/day-1 --keys-from /safe/day-1 --replace
"${compose[@]}" start "${services[@]}"
for service in "${services[@]}"; do
  until [ "$(docker inspect --format '{{.State.Health.Status}}' "$("${compose[@]}" ps -q "$service")")" = healthy ]; do sleep 1; done
done
"${keeper[@]}" signing-key --conference 2027 --folder /secrets/accreditation/signing
"${compose[@]}" ps
"${compose[@]}" --profile demo down --volumes

BAWABA_TEST_BACKEND=containers .venv/bin/python -m pytest tests/integration/storage tests/integration/messaging tests/integration/deploy
