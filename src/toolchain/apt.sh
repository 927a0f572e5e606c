# What comes from apt: packages for the system (root or sudo), and packages of Debian testing unpacked into the private folder,
# which need neither root nor the system's own package database.

apt_home=$heed_home/apt

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif have sudo; then sudo -n true 2>/dev/null || note "  sudo may ask for your password: it is needed to install packages."; sudo "$@"
  else return 126; fi
}
can_be_root() { [ "$(id -u)" -eq 0 ] || have sudo; }

# need_system WHY PACKAGE...: installs Debian packages; the caller has found that they are missing.
need_system() {
  local why=$1
  shift
  have apt-get || die "$why needs: $*" "There is no apt on this machine. Install the equivalents by hand, then run this again."
  can_be_root || die "$why needs packages of the system: $*" "This user is not root and there is no sudo. Ask an administrator for:" "apt-get install --no-install-recommends $*"
  if ! as_root true; then die "$why needs packages of the system: $*" "Run this as root, or: sudo apt-get install --no-install-recommends $*"; fi
  if [ -z "${system_lists_fresh:-}" ]; then
    step "Updating the list of packages" "10 s" as_root apt-get update || note "  Going on with the lists that are there."
    system_lists_fresh=1
  fi
  step "Installing for the system: $*" "1 min" as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" ||
    die "apt could not install: $*" "Install them by hand, then run this again."
}

# need_system_later WHY PACKAGE...: the same beside what comes next, for packages that are large and not needed yet; await_system before
# the first use. What goes wrong is said then. Asks for no password: something was installed before it.
need_system_later() {
  local why=$1 log=$heed_logs/Installing-for-the-system-later.log
  shift
  system_later=$* system_later_why=$why
  mkdir -p "$heed_logs"
  set -m
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >"$log" 2>&1 </dev/null 9>&- &
  system_later_pid=$!
  set +m
  say "- Installing for the system, meanwhile: $*"
}

await_system() {
  [ -n "${system_later_pid:-}" ] || return 0
  local status=0 packages=$system_later pid=$system_later_pid
  system_later_pid=''
  wait "$pid" || status=$?
  if [ $status -eq 0 ]; then return; fi
  # Once more, in sight (another apt may have held the lock).
  # shellcheck disable=SC2086
  need_system "$system_later_why" $packages
}

# The Debian mirror that the machine's own apt sources name (.list or .sources), security archives aside.
machine_mirror() {
  local mirror=''
  have apt-get && mirror=$(apt-get indextargets --format '$(LABEL)|$(SITE)' 'Created-By: Packages' 2>/dev/null | awk -F'|' '$1 == "Debian" { print $2; exit }')
  if [ -z "$mirror" ]; then
    mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null | awk '
      /^[ \t]*deb[ \t]/ { sub(/\[[^]]*\]/, ""); if ($2 !~ /security/ && $2 ~ /debian/) { print $2; exit } }
      /^URIs:/ { for (i = 2; i <= NF; i++) if ($i !~ /security/ && $i ~ /debian/) { print $i; exit } }')
  fi
  printf '%s' "${mirror%/}"
}

# An apt that knows Debian testing and nothing else; the machine's proxy and certificate settings stay in force.
testing_prepare() {
  local mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  have apt-get || return 1
  mirror=$(machine_mirror)
  [ -n "$mirror" ] && [ -f "$keyring" ] || return 1
  mkdir -p "$apt_home/state/lists/partial" "$apt_home/cache/archives/partial"
  : >"$apt_home/status"
  cat >"$apt_home/apt.conf" <<CONFIG
Dir::Etc::sourcelist "$apt_home/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$apt_home/state";
Dir::State::lists "$apt_home/state/lists";
Dir::State::status "$apt_home/status";
Dir::Cache "$apt_home/cache";
APT::Sandbox::User "root";
APT::Get::Assume-Yes "true";
Acquire::Retries "3";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
CONFIG
  printf '%s [signed-by=%s] %s testing main\n' deb "$keyring" "$mirror" deb-src "$keyring" "$mirror" >"$apt_home/sources.list"
}
testing_apt() { APT_CONFIG=$apt_home/apt.conf "$@"; }
testing_update() { testing_prepare && testing_apt apt-get update; }
testing_version() { testing_apt apt-cache policy "$1" 2>/dev/null | awk '/Candidate:/ { print $2 }'; }

# testing_closure PACKAGE...: the packages and all that they depend on, as apt resolves it on an empty system.
testing_closure() { testing_apt apt-get install -s --no-install-recommends "$@" 2>/dev/null | awk '/^Inst/ { print $2 }'; }

# testing_unpack DIR PACKAGE...: downloads the packages and unpacks them into DIR. The suite moves: a vanished file is asked for
# again after a fresh update.
testing_unpack() {
  local dir=$1 deb
  shift
  rm -rf "$apt_home/fetch"
  mkdir -p "$apt_home/fetch" "$dir"
  if ! (cd "$apt_home/fetch" && testing_apt apt-get download "$@"); then
    testing_update
    (cd "$apt_home/fetch" && testing_apt apt-get download "$@") || return 1
  fi
  for deb in "$apt_home"/fetch/*.deb; do dpkg-deb -x "$deb" "$dir" || return 1; done
  rm -rf "$apt_home/fetch"
}

# testing_source DIR PACKAGE: the upstream source of a package, unpacked into DIR without Debian's own files.
testing_source() {
  local dir=$1 package=$2
  rm -rf "$apt_home/fetch"
  mkdir -p "$apt_home/fetch"
  if ! (cd "$apt_home/fetch" && testing_apt apt-get source --download-only "$package"); then
    testing_update
    (cd "$apt_home/fetch" && testing_apt apt-get source --download-only "$package") || return 1
  fi
  rm -rf "$dir"
  mkdir -p "$dir"
  tar -xf "$apt_home"/fetch/*.orig.tar.* -C "$dir" --strip-components=1 || return 1
  rm -rf "$apt_home/fetch"
}

# adopt_programs DIR FILE...: lets programs of Debian testing unpacked in DIR run on an older system, with their own loader and
# libraries by absolute path. DT_RPATH and not DT_RUNPATH, which is not passed on to the libraries' own dependencies and, where a
# library has one, hides the program's.
adopt_programs() {
  local dir=$1 loader='' libraries='' patchelf file
  shift
  for file in "$dir"/usr/lib/*-linux-gnu*/ld-linux*.so* "$dir"/usr/lib*/ld-linux*.so*; do
    [ -e "$file" ] && { loader=$file; break; }
  done
  [ -n "$loader" ] || { echo "no loader among the unpacked packages"; return 1; }
  for file in "$dir"/usr/lib/*-linux-gnu* "$dir"/usr/lib/llvm-*/lib; do [ -d "$file" ] && libraries=${libraries:+$libraries:}$file; done
  patchelf=("$loader" --library-path "$libraries" "$dir/usr/bin/patchelf")
  for file in "$@"; do
    if [ -L "$file" ] || [ ! -f "$file" ] || [ "${file##*/}" = patchelf ] || ! is_elf "$file"; then continue; fi
    case ${file##*/} in
      *.so*) [ -z "$("${patchelf[@]}" --print-rpath "$file")" ] || "${patchelf[@]}" --force-rpath --set-rpath "$libraries" "$file" ;;
      *) "${patchelf[@]}" --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" "$file" ;;
    esac || return 1
  done
}
is_elf() { local magic; read -r -N 4 magic <"$1" 2>/dev/null || true; [ "$magic" = $'\x7fELF' ]; }
