# The Emscripten toolchain: the one on PATH or in $EMSDK where it is recent enough, else Debian testing's in the private folder.
# .heed/emscripten-root names the folder of emcc; src/cmake/wasm.cmake reads it.

emscripten_dir=$heed_home/emscripten
emscripten_minimum=4.0.0

emcc_version() { "$1/emcc" --version 2>/dev/null | sed -n '1s/.* \([0-9][0-9.]*[0-9]\).*/\1/p'; }

# The folder of a recent enough emcc that the machine has of its own, if any.
emscripten_of_machine() {
  local candidate
  for candidate in "${EMSDK:+$EMSDK/upstream/emscripten}" "${EMSDK:-}" "$(dirname "$(command -v emcc 2>/dev/null || echo /nonexistent/emcc)")"; do
    [ -n "$candidate" ] && [ -x "$candidate/emcc" ] || continue
    candidate=$(dirname "$(readlink -f "$candidate/emcc")")
    at_least "$(emcc_version "$candidate")" $emscripten_minimum && { echo "$candidate"; return; }
  done
  return 1
}

emscripten_unpack() {
  local llvm programs root=$emscripten_dir/usr/share/emscripten
  testing_prepare || return 1
  [ -n "$(testing_version emscripten)" ] || testing_update || return 1
  llvm=$(testing_apt apt-cache show emscripten | sed -n 's/^Depends:.*clang-\([0-9][0-9]*\).*/\1/p' | head -n 1)
  [ -n "$llvm" ] || { echo "the emscripten package does not say which LLVM it wants"; return 1; }
  rm -rf "$emscripten_dir"
  # shellcheck disable=SC2046
  testing_unpack "$emscripten_dir" emscripten "clang-$llvm" "llvm-$llvm" "libclang-common-$llvm-dev" \
    $(testing_closure "libclang-cpp$llvm" "lld-$llvm" binaryen patchelf | grep -v -- '-base$') || return 1
  programs=$(find "$emscripten_dir/usr/lib/llvm-$llvm/bin" "$emscripten_dir/usr/bin" -type f; find "$emscripten_dir/usr/lib" -type f -name '*.so*')
  # shellcheck disable=SC2086
  adopt_programs "$emscripten_dir" $programs || return 1
  cat >"$root/.emscripten" <<CONFIG
EMSCRIPTEN_ROOT = '$root'
LLVM_ROOT = '$emscripten_dir/usr/lib/llvm-$llvm/bin'
BINARYEN_ROOT = '$emscripten_dir/usr'
NODE_JS = '$heed_home/bin/node'
CACHE = '$heed_home/emscripten-cache'
CONFIG
  version_write llvm "$llvm"
  "$emscripten_dir/usr/lib/llvm-$llvm/bin/clang" --version
}

# Links one program with the features that Heed uses, so that the system libraries are in the cache before the real build.
emscripten_warm() {
  local root=$1 dir=$heed_home/warm
  mkdir -p "$dir"
  # Emscripten's scripts are CommonJS; without this they would take "type": "module" from the package.json of the repository.
  echo '{"private": true}' >"$heed_home/package.json"
  printf '%s\n' '#include <GLES3/gl3.h>' '#include <iostream>' '#include <stdexcept>' '#include <string>' \
    'int main(int n, char**) { try { if (n > 9) throw std::runtime_error("x"); glClear(0); } catch (std::exception& e) { std::cerr << e.what(); } }' >"$dir/warm.cpp"
  EMCC_CORES=$(processors) "$root/em++" -std=c++20 -O3 -fwasm-exceptions -msimd128 -sMAX_WEBGL_VERSION=2 -sMODULARIZE -sEXPORT_ES6 -sSTACK_SIZE=1MB \
    "$dir/warm.cpp" -o "$dir/warm.mjs" && "$root/em++" -std=c++20 -O1 -fwasm-exceptions "$dir/warm.cpp" -o "$dir/warm.mjs" &&
    "$root/em++" -std=c++20 -O3 -fwasm-exceptions -pthread -sMODULARIZE -sEXPORT_ES6 -sENVIRONMENT=web,worker,node -sFILESYSTEM=0 "$dir/warm.cpp" -o "$dir/warm.mjs" && rm -rf "$dir"
}

need_emscripten() {
  local root key
  if [ -f "$heed_stamps/emscripten" ] && root=$(cat "$heed_home/emscripten-root" 2>/dev/null) && [ -x "$root/emcc" ]; then return; fi
  need_node
  need_modules
  if root=$(emscripten_of_machine); then
    note "  Using the Emscripten in $root."
  else
    have apt-get && [ -n "$(machine_mirror)" ] || die "The WebAssembly compiler comes from Debian's package archive, and this machine has no apt with a Debian mirror." \
      "Install Emscripten $emscripten_minimum or newer yourself and set EMSDK to its folder, or put emcc on PATH."
    step "Fetching Emscripten and LLVM (90 MB) into .heed" "30 s" emscripten_unpack ||
      die "Emscripten could not be set up from Debian testing." "The suite moves: trying again in an hour often helps." \
        "Or install Emscripten $emscripten_minimum or newer yourself and set EMSDK to its folder."
    root=$emscripten_dir/usr/share/emscripten
  fi
  step "Building Emscripten's system libraries, once" "1 min" emscripten_warm "$root" || die "Emscripten in $root does not work." "Its own message is above."
  version_write emscripten "$(emcc_version "$root")"
  mkdir -p "$heed_home"
  printf '%s\n' "$root" >"$heed_home/emscripten-root"
  stamp_write emscripten "$root"
}
