# Versions: the ones this tree was tested with, and the ones in use on this machine (written down as they are installed).

tested_versions='emscripten 6.0.5
llvm 21
node 24.21.0
webgpu 0.6.2
eigen 5.0.1
doctest 2.5.3
nlohmann-json 3.11.3
cli11 2.6.1
imgui 1.92.2b
inter 4.1
jetbrains-mono 2.304
g++ 12.2.0
cmake 3.25.1
ninja 1.11.1
python3 3.11.2
chromium 156'

version_write() {
  mkdir -p "$heed_home/versions"
  printf '%s\n' "$2" >"$heed_home/versions/$1"
}
version_read() { cat "$heed_home/versions/$1" 2>/dev/null || true; }
