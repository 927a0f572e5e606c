# ./heed doctor: what is here, what is missing, versions in use beside versions tested. Looks only.

tested() { printf '%s\n' "$tested_versions" | sed -n "s/^$1 //p"; }

# doctor_row NAME IN-USE NEEDED-FOR: a missing thing says what fetches it.
doctor_row() {
  local mark=ok used=$2
  [ -n "$used" ] || { mark=-- used=missing; doctor_missing=$((doctor_missing + 1)); }
  printf '  %-2s  %-16s %-24s %-10s %s\n' "$mark" "$1" "${used:0:24}" "$(tested "$1")" "$3"
}
first_number() { sed -n '1s/^[^0-9]*\([0-9][0-9.]*\).*/\1/p'; }
program_version() { if have "$1"; then "$1" --version 2>/dev/null | first_number; fi; }

command_doctor() {
  [ $# -eq 0 ] || unknown_option doctor "$1" --help
  local doctor_missing=0 name system
  system=$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release 2>/dev/null || true)
  say "${system:-$(uname -s)}, $(uname -m), $(processors) processors; $(if can_be_root; then echo "packages of the system can be installed"; else echo "no root and no sudo"; fi); $(if have apt-get; then echo "apt is here"; else echo "no apt"; fi)"
  say ""
  printf '  %-2s  %-16s %-24s %-10s %s\n' '' 'what' 'in use' 'tested' 'for'
  doctor_row cmake "$(program_version cmake)" "every build"
  doctor_row ninja "$(program_version ninja)" "every build"
  doctor_row python3 "$(program_version python3)" "Emscripten"
  doctor_row npm "$(program_version npm)" "fetching Node and the modules of the build"
  doctor_row node "$(version_read node)" "the build of the page, the server, tests"
  doctor_row modules "$(if [ -d "$heed_root/node_modules" ]; then echo "as package-lock.json"; fi)" "the build of the page"
  doctor_row webgpu "$(package_version webgpu)" "tests and benchmarks of WebGPU only"
  doctor_row emscripten "$(version_read emscripten)" "the page's WebAssembly$(emscripten_place)"
  doctor_row llvm "$(version_read llvm)" "the page's WebAssembly"
  for name in eigen doctest nlohmann-json cli11 imgui inter jetbrains-mono; do doctor_row $name "$(version_read $name)" "in .heed/deps"; done
  doctor_row g++ "$(program_version "${CXX:-g++}")" "the native tool and tests"
  doctor_row ccache "$(program_version ccache)" "quicker builds; optional, never installed"
  doctor_row chromium "$(name=$(chromium_program) && program_version "$name")" "tests and benchmarks of the page only"
  doctor_row clang-format "$(program_version clang-format)" "./heed format only"
  say ""
  doctor_row "page in dist" "$(if page_is_current "$(tree_key "${page_sources[@]}")"; then echo "up to date"; elif [ -f "$heed_root/dist/index.html" ]; then echo "older than the sources"; fi)" "./heed run"
  doctor_row "native tool" "$(if [ -x "$native_tool" ]; then echo built; fi)" "./heed train and its fellows"
  say ""
  if [ $doctor_missing -eq 0 ]; then say "Nothing is missing."
  elif have apt-get && can_be_root; then say "What is missing is installed or built by the command that needs it; nothing has to be done by hand."
  else
    say "This machine cannot install packages of the system by itself. By hand: cmake (3.25), Ninja, Python 3, npm, a C++20 compiler;"
    say "an Emscripten 4.0 or newer on PATH or in EMSDK; and where there is no Debian mirror, the libraries in a folder named by HEED_DEPS."
  fi
}
package_version() { sed -n 's/^  "version": "\(.*\)".*/\1/p' "$heed_root/node_modules/$1/package.json" 2>/dev/null; }
emscripten_place() { local root; root=$(cat "$heed_home/emscripten-root" 2>/dev/null || true); case $root in '' | "$heed_home"/*) ;; *) echo ", from $root" ;; esac; }
