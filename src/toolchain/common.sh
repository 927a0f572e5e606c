# Shared by every module of ./heed: messages, timed steps with progress, stamps. Sourced, never run.

heed_home=$heed_root/.heed
heed_logs=$heed_home/log
heed_stamps=$heed_home/stamps

if [ -t 1 ]; then on_terminal=1 bold=$'\e[1m' faint=$'\e[2m' red=$'\e[31m' plain=$'\e[0m'; else on_terminal='' bold='' faint='' red='' plain=''; fi

say() { printf '%s\n' "$*"; }
note() { printf '%s%s%s\n' "$faint" "$*" "$plain"; }
complain() { printf '%sheed: %s%s\n' "$red" "$1" "$plain" >&2; shift; local line; for line in "$@"; do printf '  %s\n' "$line" >&2; done; }
# die MESSAGE [WAY-OUT ...]: something failed (exit 1).  usage_error: the command line is wrong (exit 2).
die() { complain "$@"; exit 1; }
usage_error() { complain "$@"; exit 2; }

have() { command -v "$1" >/dev/null 2>&1; }
# at_least VERSION MINIMUM: both dotted.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# A stamp remembers the inputs that a result in a private folder was made from.
stamp_matches() { [ -f "$heed_stamps/$1" ] && [ "$(<"$heed_stamps/$1")" = "$2" ]; }
stamp_write() { mkdir -p "$heed_stamps"; printf '%s\n' "$2" >"$heed_stamps/$1"; }
stamp_drop() { rm -f "$heed_stamps/$1"; }

# tree_key PATH...: a key of the names and contents of all files under the paths (some hundred files: tens of milliseconds).
tree_key() {
  local path present=()
  for path in "$@"; do [ -e "$heed_root/$path" ] && present+=("$path"); done
  [ ${#present[@]} -eq 0 ] && { echo none; return; }
  (cd "$heed_root" && find "${present[@]}" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-32)
}
content_key() { (cd "$heed_root" && cat "$@" 2>/dev/null | sha256sum | cut -c1-32); }

seconds_now() { printf '%s' "${EPOCHREALTIME/[.,]*/}"; }
duration() { if [ "$1" -ge 60 ]; then printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); else printf '%d s' "$1"; fi; }

# step LABEL ESTIMATE COMMAND...: runs a long command quietly, with what it is, how long that may take and how far it is; its
# output goes to a log file, of which the end is shown on failure. ESTIMATE is words ("1 min") or empty. Returns the command's status.
step() {
  local label=$1 estimate=$2 log pid started last=0 now progress status=0 interval=20
  shift 2
  [ -n "$on_terminal" ] && interval=1
  mkdir -p "$heed_logs"
  log=$heed_logs/$(printf '%s' "$label" | tr -cs 'A-Za-z0-9' '-').log
  if [ -n "$estimate" ]; then say "- $label ${faint}(about $estimate)$plain"; else say "- $label"; fi
  started=$(seconds_now)
  set -m  # a process group of its own, so that stopping it stops all that it started
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  set +m
  step_pid=$pid
  while kill -0 "$pid" 2>/dev/null; do
    now=$(($(seconds_now) - started))
    if [ $((now - last)) -ge $interval ]; then
      last=$now
      progress=$(tail -c 2000 "$log" 2>/dev/null | tr '\r' '\n' | grep -aoE '^\[[ 0-9]+[/%][^]]*\]' | tail -n 1 || true)
      if [ -n "$on_terminal" ]; then printf '\r\e[K    %s %s' "$(duration "$now")" "$progress"; else say "    $(duration "$now") $progress"; fi
    fi
    sleep 0.2
  done
  wait "$pid" || status=$?
  step_pid=''
  [ -n "$on_terminal" ] && printf '\r\e[K'
  now=$(($(seconds_now) - started))
  if [ $status -eq 0 ]; then
    [ "$now" -lt 2 ] || note "    done in $(duration "$now")"
  else
    complain "$label failed (exit $status after $(duration "$now")); the end of ${log#"$heed_root"/}:"
    tail -n 40 "$log" | sed 's/^/  | /' >&2
  fi
  return $status
}

step_pid=''
stop_step() {
  local pid
  for pid in $step_pid ${system_later_pid:-}; do kill -TERM -- "-$pid" 2>/dev/null || true; done
}
# Subshells forget traps: they call this again.
stop_steps_when_stopped() {
  trap 'stop_step; exit 130' INT
  trap 'stop_step; exit 143' TERM HUP
}
stop_steps_when_stopped

# nearest WORD CANDIDATE...: the candidate with the smallest edit distance, if that is small enough to be a typo.
nearest() {
  local word=$1
  shift
  printf '%s\n' "$@" | awk -v a="$word" '
    function least(x, y, z) { x = x < y ? x : y; return x < z ? x : z }
    function distance(a, b,    i, j, d) {
      for (i = 0; i <= length(a); i++) d[i, 0] = i
      for (j = 0; j <= length(b); j++) d[0, j] = j
      for (i = 1; i <= length(a); i++) for (j = 1; j <= length(b); j++)
        d[i, j] = least(d[i-1, j] + 1, d[i, j-1] + 1, d[i-1, j-1] + (substr(a, i, 1) != substr(b, j, 1)))
      return d[length(a), length(b)]
    }
    { n = distance(a, $0); if (best == "" || n < least_so_far) { best = $0; least_so_far = n } }
    END { if (least_so_far <= 2 || least_so_far * 2 < length(a)) print best }'
}

processors() { nproc 2>/dev/null || echo 2; }

# messages_to_stderr COMMAND...: keeps standard output for the result of the program that follows.
messages_to_stderr() {
  if [ -t 2 ]; then on_terminal=1; else on_terminal=''; fi
  "$@" >&2
}
