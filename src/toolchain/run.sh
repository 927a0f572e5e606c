# ./heed run and ./heed build.

command_run() {
  local port='' host='' open=1 options=()
  while [ $# -gt 0 ]; do
    case $1 in
      --port) [ $# -ge 2 ] || usage_error "--port needs a number."; port=$2; shift ;;
      --port=*) port=${1#*=} ;;
      --host) [ $# -ge 2 ] || usage_error "--host needs an address."; host=$2; shift ;;
      --host=*) host=${1#*=} ;;
      --no-open) open='' ;;
      *) unknown_option run "$1" --port --host --no-open --help ;;
    esac
    shift
  done
  case $port in *[!0-9]*) usage_error "--port needs a number, not '$port'." ;; esac
  if [ -n "$port" ] && { [ ${#port} -gt 5 ] || [ "$port" -gt 65535 ]; }; then usage_error "--port is between 0 and 65535, not $port."; fi
  need_page
  if [ -n "$open" ] && [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then options+=(--open); fi
  exec "$node_program" "$heed_root/web/build/serve.mjs" --dir "$heed_root/dist" ${port:+--port "$port"} ${host:+--host "$host"} "${options[@]}"
}

command_build() {
  [ $# -eq 0 ] || unknown_option build "$1" --help
  need_page
  say "dist/ is ready ($(du -sh "$heed_root/dist" | cut -f1)): copy it to any web host, into any folder."
}

unknown_option() {
  local verb=$1 option=$2 guess
  shift 2
  guess=$(nearest "${option%%=*}" "$@")
  usage_error "./heed $verb does not know '$option'.${guess:+ Did you mean $guess?}" "./heed $verb --help lists what it knows."
}
