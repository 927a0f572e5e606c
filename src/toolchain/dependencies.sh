# Headers, sources and fonts of third parties, all of Debian testing, so that native and wasm builds use the same versions.
# They end in .heed/deps: usr/include (Eigen, doctest, nlohmann-json, CLI11), imgui (sources), usr/share/fonts, usr/share/doc (licences).

deps_dir=$heed_home/deps
deps_packages=(libeigen3-dev doctest-dev nlohmann-json3-dev libcli11-dev fonts-inter fonts-jetbrains-mono)
deps_must_have=(usr/include/eigen3/Eigen/Core usr/include/doctest/doctest.h usr/include/nlohmann/json.hpp usr/include/CLI/CLI.hpp
  imgui/imgui.cpp imgui/backends/imgui_impl_opengl3.cpp usr/share/fonts)

deps_present() {
  local file
  for file in "${deps_must_have[@]}"; do [ -e "$1/$file" ] || return 1; done
}

deps_fetch() {
  local package fresh=$deps_dir.new
  testing_update || { echo "cannot read the package lists of Debian testing"; return 1; }
  rm -rf "$fresh"
  testing_unpack "$fresh" "${deps_packages[@]}" || return 1
  testing_source "$fresh/imgui" imgui || return 1
  deps_present "$fresh" || { echo "the packages no longer hold: ${deps_must_have[*]}"; return 1; }
  for package in libeigen3-dev:eigen doctest-dev:doctest libcli11-dev:cli11 fonts-inter:inter fonts-jetbrains-mono:jetbrains-mono; do
    version_write "${package#*:}" "$(testing_version "${package%%:*}" | sed 's/[-+].*//')"
  done
  # Debian's version of this one says "really" more than once.
  version_write nlohmann-json "$(sed -n 's/^#define NLOHMANN_JSON_VERSION_[MP][A-Z]* \([0-9][0-9]*\).*/\1/p' \
    "$fresh/usr/include/nlohmann/detail/abi_macros.hpp" | head -n 3 | paste -sd.)"
  version_write imgui "$(sed -n 's/^#define IMGUI_VERSION  *"\(.*\)"/\1/p' "$fresh/imgui/imgui.h")"
  rm -rf "$deps_dir" && mv "$fresh" "$deps_dir"
}

# Makes sure that .heed/deps is complete. HEED_DEPS may name a folder of the same layout instead.
need_dependencies() {
  local key="1 ${deps_packages[*]} imgui"
  if stamp_matches deps "$key" && deps_present "$deps_dir"; then return; fi
  if [ -n "${HEED_DEPS:-}" ]; then
    deps_present "$HEED_DEPS" || die "HEED_DEPS=$HEED_DEPS is not complete." "It must hold: ${deps_must_have[*]}"
    rm -rf "$deps_dir"
    ln -sfn "$(cd "$HEED_DEPS" && pwd)" "$deps_dir"
  else
    have apt-get && [ -n "$(machine_mirror)" ] || die "The libraries come from Debian's package archive, and this machine has no apt with a Debian mirror." \
      "Put Eigen 5, doctest 2.5, nlohmann-json 3.11, CLI11 2.6, Dear ImGui 1.92 (with backends/), Inter and JetBrains Mono into one folder" \
      "and name it: HEED_DEPS=FOLDER ./heed ...   It must hold: ${deps_must_have[*]}"
    step "Fetching Eigen, doctest, nlohmann-json, CLI11, Dear ImGui and fonts" "15 s" deps_fetch ||
      die "The libraries could not be fetched." "Check the network and the machine's apt sources, then run this again." \
        "Or provide them yourself: HEED_DEPS=FOLDER with ${deps_must_have[*]}"
  fi
  stamp_write deps "$key"
}
