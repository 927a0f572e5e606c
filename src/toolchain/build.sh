# The builds: the page (wasm and dist), the native tool, the test programs. A stamp of the sources' state says when nothing is to do.

page_sources=(src web shaders assets CMakeLists.txt CMakePresets.json package.json package-lock.json)
page_targets=(heed_engine_web heed_lab_web)
native_sources=(src assets/presets CMakeLists.txt CMakePresets.json)

# need_tools WHY PROGRAM:PACKAGE...: installs the Debian packages of the programs that are not there.
need_tools() {
  local why=$1 pair missing=()
  shift
  for pair in "$@"; do have "${pair%%:*}" || missing+=("${pair#*:}"); done
  [ ${#missing[@]} -eq 0 ] || need_system "$why" "${missing[@]}"
}
# Asked for together, so that apt is called once. The page: with npm (for Node and the modules) and Python (for Emscripten).
need_page_tools() { need_tools "Building the page" cmake:cmake ninja:ninja-build xz:xz-utils python3:python3 npm:npm "$@"; }
need_native_tools() { need_tools "Building the native tool" cmake:cmake ninja:ninja-build xz:xz-utils "$(compiler_program):g++" "$@"; }
compiler_program() { if [ -n "${CXX:-}" ]; then echo "${CXX%% *}"; elif have clang++ && ! have g++; then echo clang++; else echo g++; fi; }

# The two halves of every build: configure once per set of CMake files, then build targets.
configure() {
  local preset=$1 dir=$heed_root/build/$1
  if [ -f "$dir/build.ninja" ] && grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$heed_root" "$dir/CMakeCache.txt"; then return; fi
  rm -rf "$dir"  # never configured to the end, or configured where this folder was before it was moved
  step "Configuring the $preset build" "" cmake -S "$heed_root" --preset "$preset" ||
    die "CMake could not configure the $preset build." "To start afresh: rm -r build/$preset"
}
build_targets() {
  local preset=$1 estimate=$2
  shift 2
  if [ -n "${ahead_pids["$preset $*"]:-}" ]; then
    step "Building $* ($preset)" "$estimate" follow_ahead "$preset $*" || die "The $preset build failed." "./heed doctor shows the versions in use beside those tested."
    return
  fi
  configure "$preset"
  step "Building $* ($preset)" "$estimate" cmake --build "$heed_root/build/$preset" --target "$@" -- -j "$(processors)" ||
    die "The $preset build failed." "./heed doctor shows the versions in use beside those tested."
}

# Builds ahead of who needs them: one after the other, beside whatever runs meanwhile and giving way to it. build_targets with the same
# preset and targets then waits for that build, and shows how far it is or what went wrong.
declare -A ahead_pids=()
ahead_last=''
ahead_log() { printf '%s' "$heed_logs/Ahead-$(printf '%s' "$1" | tr -cs 'A-Za-z0-9' '-').log"; }
build_ahead() {
  local key=$* preset=$1 log before=$ahead_last
  shift
  log=$(ahead_log "$key")
  mkdir -p "$heed_logs"
  rm -f "$log.status"
  set -m
  (
    renice -n 5 $BASHPID || true
    [ -z "$before" ] || tail --pid="$before" -f /dev/null
    status=0
    (configure "$preset" && cmake --build "$heed_root/build/$preset" --target "$@" -- -j "$(processors)") || status=$?
    echo $status >"$log.status"
  ) >"$log" 2>&1 </dev/null 9>&- &
  set +m
  ahead_last=$!
  ahead_pids["$key"]=$ahead_last
}
stop_ahead() { local pid; for pid in $(jobs -pr); do kill -TERM -- "-$pid" 2>/dev/null || true; done; }
follow_ahead() {
  local log
  log=$(ahead_log "$1")
  tail --pid="${ahead_pids["$1"]}" -n +1 -f "$log"
  return "$(cat "$log.status" 2>/dev/null || echo 1)"
}

page_is_current() { [ -f "$heed_root/dist/index.html" ] && stamp_matches page "$1"; }

# Leaves dist/, the page as static files.
need_page() {
  local key
  key=$(tree_key "${page_sources[@]}")
  if page_is_current "$key"; then return; fi
  lock_set_up
  need_page_tools
  need_dependencies
  need_modules
  need_emscripten
  build_targets wasm "3 min the first time on two cores" "${page_targets[@]}"
  step "Putting the page together in dist" "5 s" "$node_program" "$heed_root/web/build/package.mjs" --wasm "$heed_root/build/wasm" --out "$heed_root/dist" ||
    die "The page could not be put together." "If it complains of a missing module: rm -r node_modules .heed/stamps/modules-*, then run this again."
  stamp_write page "$key"
  unlock_set_up
}

native_tool=$heed_root/build/release/src/cli/heed-cli

need_native_tool() {
  local key
  key=$(tree_key "${native_sources[@]}")
  if [ -x "$native_tool" ] && stamp_matches native "$key"; then return; fi
  lock_set_up
  need_native_tools
  need_dependencies
  build_targets release "2 min the first time on two cores" heed_cli
  stamp_write native "$key"
  unlock_set_up
}

# One set-up or build at a time in this tree.
lock_set_up() {
  mkdir -p "$heed_home"
  exec 9>"$heed_home/lock"
  flock -n 9 || { note "Waiting for another ./heed in this folder to finish its build."; flock 9; }
}
unlock_set_up() { exec 9>&-; }
