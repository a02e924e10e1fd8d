#!/usr/bin/env bash
# Shows the deployment runtime at work, the same way every time: a module is packaged, inspected and deployed, and every
# view of the operator is looked at. It compares what is printed, not only how commands end.
set -uo pipefail

usage() {
  cat <<'TEXT'
Usage: scripts/demo/deployment.sh [--repo-root DIR] [--help]

Packages a module, inspects it, runs a fixture of three cases, and looks at health, status and channel.
It empties .tau/demo-deployment below the root before it starts, and nothing else.

  --repo-root DIR  where the fixtures are (default: the repository of this script)
  --help           print this help

It uses this repository's tau-edge, else the one on the path. It ends with 0 when every step passed, with 1 when
one did not, and with 2 when it was called wrongly.
TEXT
}

script_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
house=$(cd "$script_dir/../.." && pwd)
repo_root=$house

wrong_use() {
  echo "deployment.sh: $1" >&2
  usage >&2
  exit 2
}

while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit 0 ;;
    --repo-root) [ $# -ge 2 ] || wrong_use "--repo-root needs a directory"; repo_root=$2; shift 2 ;;
    --repo-root=*) repo_root=${1#*=}; shift ;;
    *) wrong_use "unknown argument $1" ;;
  esac
done
cd "$repo_root" 2>/dev/null || wrong_use "$repo_root is no directory that can be entered"

cli=$house/packages/cli/bin/tau-edge.js
if [ -f "$cli" ]; then
  tau_edge() { node "$house/scripts/pinned-node.js" "$cli" "$@"; }
elif command -v tau-edge >/dev/null; then
  tau_edge() { command tau-edge "$@"; }
else
  wrong_use "there is no tau-edge here and none on the path"
fi

# The original's places, or this repository's own.
testdata=crates/tau-coding-agent/testdata
if [ -d "$testdata" ]; then
  module=$testdata/deployment-wasm/edge-runtime.wasm
  fixture=$testdata/deployment-contract/rollout-pass.json
else
  module=wasm-fixtures/s1/edge-runtime.wasm
  fixture=wasm-fixtures/contract/02-three-successes.json
fi
for file in "$module" "$fixture"; do
  [ -f "$file" ] || wrong_use "$repo_root has no $file"
done

# A variable of the caller must not lead to another state.
unset "${!TAU_@}"
state=.tau/demo-deployment
rm -rf -- "$state" || exit 1

passed=0
failed=0
output=

# step LABEL ARGUMENT...: runs tau-edge and keeps what it prints; what must be found in it is asked with `shows`.
step() {
  label=$1
  shift
  missing=
  status=0
  output=$(tau_edge "$@" 2>&1) || status=$?
  [ "$status" = 0 ] || missing=" exit $status"
}

# shows TEXT...: each stands in the output of the step, spaces aside.
shows() {
  local flat text
  flat=$(printf '%s' "$output" | tr -d ' \n')
  for text in "$@"; do
    case $flat in
      *"$text"*) ;;
      *) missing="$missing no $text" ;;
    esac
  done
}

verdict() {
  if [ -z "$missing" ]; then
    passed=$((passed + 1))
    echo "[demo:deployment] PASS $label"
  else
    failed=$((failed + 1))
    echo "[demo:deployment] FAIL $label:$missing"
    printf '%s\n' "$output" | sed 's/^/  /' >&2
  fi
}

sha256=93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476
manifest=$state/wasm-artifacts/edge-wasm/$sha256.manifest.json

step wasm-package \
  --deployment-state-dir "$state" \
  --deployment-wasm-package-module "$module" \
  --deployment-wasm-package-blueprint-id edge-wasm \
  --deployment-wasm-package-runtime-profile wasm-wasi \
  --deployment-wasm-package-output-dir "$state/wasm-artifacts" \
  --deployment-wasm-package-json
shows "\"artifact_sha256\":\"$sha256\"" '"artifact_size_bytes":8' "\"manifest_path\":\"$manifest\"" '"state_updated":true'
verdict

step wasm-inspect --deployment-wasm-inspect-manifest "$manifest" --deployment-wasm-inspect-json
shows '"compliant":true' '"reason_codes":["abi_assumed_no_imports"]' '"blueprint_id":"edge-wasm"'
verdict

step contract-runner \
  --deployment-contract-runner \
  --deployment-fixture "$fixture" \
  --deployment-state-dir "$state" \
  --deployment-queue-limit 64 \
  --deployment-processed-case-cap 10000 \
  --deployment-retry-max-attempts 4 \
  --deployment-retry-base-delay-ms 0
shows 'applied_cases=3' 'failed_cases=0' 'rollout_gate=pass'
verdict

step transport-health --deployment-state-dir "$state" --transport-health-inspect deployment --transport-health-json
shows '"transport":"deployment"' '"last_cycle_completed":3' '"last_cycle_failed":0' '"failure_streak":0' \
  '"queue_depth":0' '"health_state":"healthy"' '"rollout_gate":"pass"' '"stale":false'
verdict

step deployment-status --deployment-state-dir "$state" --deployment-status-inspect --deployment-status-json
shows '"health_state":"healthy"' '"rollout_gate":"pass"' '"rollout_count":3' '"wasm_rollout_count":1' \
  '"cloud_rollout_count":2' '"cycle_reports":1' '"invalid_cycle_reports":0' \
  '"last_reason_codes":["wasm_rollout_applied","cloud_rollout_applied"]'
verdict

step channel-store-inspect --channel-store-root "$state/channel-store" --channel-store-inspect deployment/edge-wasm
shows 'log_records=1' 'invalid_log_lines=0' 'memory_exists=true'
verdict

echo "[demo:deployment] summary: total=$((passed + failed)) passed=$passed failed=$failed seconds=$SECONDS"
[ "$failed" = 0 ]
