# Node and the npm modules. Node: the one on PATH where it is recent enough, else the npm package of it in the private folder.
# .heed/bin/node is always the one to use.

node_dir=$heed_home/node
node_minimum=22.0.0
node_version=24.21.0
node_program=$heed_home/bin/node

node_unpack() {
  local architecture=x64
  case $(uname -m) in x86_64) ;; aarch64) architecture=arm64 ;; *) echo "no Node package for $(uname -m)"; return 1 ;; esac
  rm -rf "$node_dir"
  mkdir -p "$node_dir"
  echo '{"private": true}' >"$node_dir/package.json"
  (cd "$node_dir" && npm install --ignore-scripts --no-save --no-package-lock "node-linux-$architecture@$node_version") || return 1
  ln -sfn "$node_dir/node_modules/node-linux-$architecture/bin/node" "$node_program"
  "$node_program" --version
}

need_node() {
  local found
  if [ -x "$node_program" ] && [ -f "$heed_stamps/node" ]; then return; fi
  mkdir -p "$heed_home/bin"
  found=$(command -v node || true)
  if [ -n "$found" ] && at_least "$("$found" --version | tr -d v)" $node_minimum; then
    ln -sfn "$found" "$node_program"
  else
      step "Fetching Node $node_version (50 MB) into .heed" "15 s" node_unpack ||
      die "Node could not be fetched from the npm registry." "Install Node $node_minimum or newer yourself, put it on PATH and run this again."
  fi
  version_write node "$("$node_program" --version | tr -d v)"
  stamp_write node "$(readlink -f "$node_program")"
}

# need_modules [test]: node_modules as the lock file says. With "test", the modules that only tests use as well.
need_modules() {
  local kind=${1:-run} key flags=(--omit=dev)
  key=$(content_key package.json package-lock.json)
  if stamp_matches modules-test "$key" && [ -d "$heed_root/node_modules" ]; then return; fi
  if [ "$kind" = run ] && stamp_matches modules-run "$key" && [ -d "$heed_root/node_modules" ]; then return; fi
  [ "$kind" = test ] && flags=()
  stamp_drop modules-run
  stamp_drop modules-test
  step "Installing the npm modules of the ${kind/run/build}" "10 s" \
    npm --prefix "$heed_root" ci --ignore-scripts --no-audit --no-fund "${flags[@]}" ||
    die "npm could not install the modules." "Check the network and npm's registry setting, then run this again."
  stamp_write "modules-$kind" "$key"
}
