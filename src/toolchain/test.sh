# ./heed test: stages with their times, and the sum on the last line. Also ./heed bench, ./heed format and ./heed setup.

tests_passed=0
tests_failed=0
stage_times=''

# What failed is gathered here and said again at the very end, so that the tail of any log shows it.
failures=$heed_home/failures

# gather_failures LABEL LOG: of doctest the names of the cases with the first lines of each failure, of scripts their lines "FAIL  name"
# with the indented message; of a program that says neither, the end of its log.
gather_failures() {
  local found
  found=$(awk '
    /^What failed:/ { exit }
    /^TEST CASE:/ { name = $0; next }
    /(FATAL )?ERROR: / { print name; left = 6 }
    /^FAIL  / { print; message = 1; next }
    message && /^ / { print; next }
    { message = 0 }
    /^(===|\[doctest\]|$)/ { left = /^$/ ? left : 0; next }
    left > 0 { print; left-- }' "$2" | awk '!(/^TEST CASE:/ && $0 == before) { print } /^TEST CASE:/ { before = $0 }' | head -n 60)
  [ -n "$found" ] || found=$(tail -n 12 "$2")
  { say "$1:"; printf '%s\n' "$found" | sed 's/^/  /'; } >>"$failures"
}

# in_halves COMMAND...: a doctest program as two processes, each with half of its cases, dealt out like cards: a test takes one core. Each
# counts all cases and the failures of its half; the last line puts them together.
in_halves() {
  local order=(--order-by=rand --rand-seed=1) count half status=0 other=0 failed logs=("$heed_logs"/half-{1,2}.log)
  count=$("$@" --count --no-colors | sed -n 's/.*filters: *//p')
  half=$((count / 2))
  "$@" "${order[@]}" --last=$half >"${logs[0]}" 2>&1 &
  "$@" "${order[@]}" --first=$((half + 1)) >"${logs[1]}" 2>&1 || status=$?
  wait $! || other=$?
  cat "${logs[@]}"
  failed=$(sed -n 's/.*test cases: *[0-9]* *| *[0-9]* passed *| *\([0-9]*\) failed.*/\1/p' "${logs[@]}" | awk '{ sum += $1 } END { if (NR == 2) print sum }')
  [ $status -ne 0 ] || status=$other
  # Without both sums a process fell over: no count then.
  [ -z "$failed" ] || echo "[doctest] test cases: $count | $((count - failed)) passed | $failed failed"
  return $status
}

# doctest_run LABEL ESTIMATE COMMAND...: runs a doctest program and adds its cases to the sum.
doctest_run() {
  local label=$1 log=$heed_logs/$(printf '%s' "$1" | tr -cs 'A-Za-z0-9' '-').log counts status=0
  step "$@" || status=$?
  counts=$(sed -n 's/.*test cases: *[0-9]* *| *\([0-9]*\) passed *| *\([0-9]*\) failed.*/\1 \2/p' "$log" | tail -n 1)
  add_counts "$label" "$counts" $status "$log"
}

# script_run LABEL ESTIMATE COMMAND...: the same for a program whose output has a line "N passed, N failed".
script_run() {
  local label=$1 log=$heed_logs/$(printf '%s' "$1" | tr -cs 'A-Za-z0-9' '-').log counts status=0
  step "$@" || status=$?
  counts=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed.*/\1 \2/p' "$log" | tail -n 1)
  add_counts "$label" "$counts" $status "$log"
}

# add_counts LABEL COUNTS STATUS LOG. A program that fell over without a count, or with one that hides its exit status, is itself a failure.
add_counts() {
  local label=$1 passed failed
  read -r passed failed <<<"${2:-0 0}"
  if [ "$3" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
  if [ "$3" -eq 0 ] && [ "$passed" -eq 0 ]; then complain "$label ran no test at all"; failed=$((failed + 1)); fi
  [ "$failed" -eq 0 ] || gather_failures "$label" "$4"
  say "    $passed passed, $failed failed"
  tests_passed=$((tests_passed + passed))
  tests_failed=$((tests_failed + failed))
}

# stage NAME FUNCTION: a stage that cannot be built counts as one failure, and the next is tried.
stage() {
  local name=$1 started results=$heed_home/stage-results
  started=$(seconds_now)
  say "${bold}$name$plain"
  rm -f "$results"
  (stop_steps_when_stopped; tests_passed=0 tests_failed=0; "$2"; echo "$tests_passed $tests_failed" >"$results") || true
  local passed=0 failed=1
  if [ -f "$results" ]; then read -r passed failed <"$results"; else say "$name: could not be built; its messages are above" >>"$failures"; fi
  tests_passed=$((tests_passed + passed))
  tests_failed=$((tests_failed + failed))
  stage_times+=$(printf '  %-10s %12s   %5d passed, %d failed' "$name" "$(duration $(($(seconds_now) - started)))" "$passed" "$failed")$'\n'
  note "  $name: $(duration $(($(seconds_now) - started)))"
}

# What each stage builds: the preset, then the targets.
stage_build() {
  case $1 in
    native) echo release heed_op_tests heed_cli ;;
    suite) echo release heed_tests ;;
    sanitize) echo sanitize heed_tests ;;
    wasm) echo wasm heed_tests heed_op_tests_none heed_op_tests_relaxed ;;
    webgpu) echo wasm heed_webgpu_tests ;;
    web) echo wasm "${page_targets[@]}" ;;
  esac
}
# build_stage NAME ESTIMATE
build_stage() {
  local build
  read -ra build <<<"$(stage_build "$1")"
  build_targets "${build[0]}" "$2" "${build[@]:1}"
}
# begin_builds NAME...: of those stages that were asked for.
begin_builds() {
  local name build
  for name in "$@"; do
    [[ " ${stages[*]:-} " == *" $name "* ]] || continue
    read -ra build <<<"$(stage_build "$name")"
    build_ahead "${build[@]}"
  done
}

# Of the optimised native build what nothing else covers: its kernels, and the tool. All cases run optimised in `wasm`, all but the slow ones in `sanitize`.
stage_native() {
  build_stage native "2 min the first time on two cores"
  doctest_run "Kernels, optimised" "10 s" in_halves "$heed_root/build/release/tests/ops/heed_op_tests"
  script_run "The native tool" "30 s" env -C "$heed_root" "$node_program" tests/cli/run.mjs
}
# Not one of the stages of ./heed test by itself.
stage_suite() {
  build_stage suite "3 min the first time on two cores"
  doctest_run "C++ tests, optimised" "1 min" in_halves "$heed_root/build/release/tests/heed_tests"
}
stage_sanitize() {
  build_stage sanitize "4 min the first time on two cores"
  doctest_run "C++ tests with sanitizers" "1 min" in_halves env UBSAN_OPTIONS=print_stacktrace=1 "$heed_root/build/sanitize/tests/heed_tests" '--test-suite-exclude=slow*'
}
stage_wasm() {
  build_stage wasm "3 min the first time on two cores"
  doctest_run "C++ tests as WebAssembly" "1 min" in_halves "$node_program" "$heed_root/build/wasm/tests/heed_tests.cjs"
  local simd results=$heed_logs/op-results
  for simd in none relaxed; do
    doctest_run "Op matrix as WebAssembly, SIMD $simd" "30 s" env HEED_OP_RESULTS="$results-$simd" \
      "$node_program" "$heed_root/build/wasm/tests/ops/heed_op_tests_$simd.cjs"
  done
  doctest_run "Kernels in plain SIMD beside those without and with relaxed SIMD" "10 s" env HEED_OP_RESULTS_OF="$results-none,$results-relaxed" \
    "$node_program" "$heed_root/build/wasm/tests/heed_tests.cjs" "--test-case=ops: SIMD variants*"
}
stage_webgpu() {
  build_stage webgpu "1 min the first time on two cores"
  doctest_run "WebGPU under Node on SwiftShader" "1 min" env -C "$heed_root" CHROMIUM="$(chromium_program)" "$node_program" tests/webgpu/run.mjs
}
stage_web() {
  need_page
  script_run "The page in headless Chromium" "3 min" env -C "$heed_root" CHROMIUM="$(chromium_program)" "$node_program" tests/web/run.mjs
}

chromium_program() {
  local name
  if [ -n "${CHROMIUM:-}" ]; then echo "$CHROMIUM"; return; fi
  for name in chromium chromium-browser google-chrome; do command -v $name && return; done
  return 1
}

# The browser is large and not needed before the tests on WebGPU: where apt had to install something just now, it follows in the background.
# The builds of the stages begin as soon as what they need is here.
set_up_all() {
  lock_set_up
  need_page_tools "$(compiler_program):g++"
  if ! chromium_program >/dev/null; then
    if [ -n "${system_lists_fresh:-}" ]; then need_system_later "Testing in a browser" chromium; else need_system "Testing in a browser" chromium; fi
  fi
  need_dependencies
  begin_builds native suite sanitize
  need_modules test
  need_emscripten
  begin_builds wasm webgpu web
  unlock_set_up
}

command_test() {
  local stages=() name
  trap stop_ahead EXIT
  for name in "$@"; do
    case $name in
      native | suite | sanitize | wasm | webgpu | web) stages+=("$name") ;;
      *) unknown_option test "$name" native suite sanitize wasm webgpu web --help ;;
    esac
  done
  [ ${#stages[@]} -gt 0 ] || stages=(native sanitize wasm webgpu web)
  local started set_up
  started=$(seconds_now)
  rm -f "$failures"
  say "${bold}set-up$plain"
  set_up_all
  set_up=$(duration $(($(seconds_now) - started)))
  note "  set-up: $set_up"
  for name in "${stages[@]}"; do
    case $name in webgpu | web) await_system ;; esac
    stage "$name" "stage_$name"
  done
  await_system
  say ""
  printf '  %-10s %12s\n' set-up "$set_up"
  printf '%s' "$stage_times"
  printf '  %-10s %12s\n' all "$(duration $(($(seconds_now) - started)))"
  if [ -s "$failures" ]; then say ""; say "${red}What failed$plain"; cat "$failures"; say ""; fi
  say "$tests_passed passed, $tests_failed failed"
  [ $tests_failed -eq 0 ]
}

# Only on the GPU: nothing but the one program is needed, and Chromium (for SwiftShader) only where there is no other driver.
bench_webgpu() {
  lock_set_up
  need_page_tools
  need_dependencies
  need_modules test
  need_emscripten
  build_targets wasm "1 min the first time on two cores" heed_bench_webgpu
  unlock_set_up
}
bench_everything() {
  need_native_tool
  need_page
  lock_set_up
  need_modules test
  need_tools "Measuring in a browser" "$(chromium_program || echo chromium):chromium"
  build_targets release "1 min the first time on two cores" heed_bench
  build_targets wasm "2 min the first time on two cores" heed_bench_{none,simd,relaxed}{,_threads} heed_bench_webgpu
  unlock_set_up
}

command_bench() {
  if [[ " $* " =~ " --where webgpu " || " $* " =~ " --where=webgpu " ]]; then bench_webgpu; else bench_everything; fi
  CHROMIUM=$(chromium_program || true)
  export CHROMIUM
  cd "$heed_root"
  exec "$node_program" "$heed_root/tests/bench/run.mjs" "$@"
}

command_format() {
  local mode=(-i) files
  case ${1:-} in '') ;; --check) mode=(--dry-run --Werror) ;; *) unknown_option format "$1" --check --help ;; esac
  have clang-format || need_system "Formatting" clang-format
  mapfile -t files < <(cd "$heed_root" && find src tests -name '*.cpp' -o -name '*.h' | LC_ALL=C sort)
  (cd "$heed_root" && clang-format "${mode[@]}" "${files[@]}") || die "Some files are not formatted." "./heed format formats them."
  say "${#files[@]} files are formatted."
}

command_setup() {
  case ${1:-} in
    --test) set_up_all; await_system ;;
    '') lock_set_up; need_page_tools; need_dependencies; need_modules; need_emscripten; unlock_set_up ;;
    *) unknown_option setup "$1" --test --help ;;
  esac
  say "Everything is here. ./heed doctor lists it."
}
