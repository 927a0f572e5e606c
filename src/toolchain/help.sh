# The words of ./heed --help and ./heed VERB --help. The native tool's verbs have their help from its own tables.

script_verbs=(run build test bench doctor format setup help)
native_verbs=(models tasks train eval inside cost generate lessons)

help_all() {
  cat <<'TEXT'
Heed: a lab and a course about attention and memory, in one page of a browser.

  ./heed run       build what is missing, serve the app on localhost and open it
  ./heed test      everything that is proven about Heed, natively, as WebAssembly and in a browser
  ./heed build     leave the app as static files in dist/, for any web host
  ./heed bench     measure: speed of items and presets, peers beside it, page load, learning
  ./heed doctor    what is here, what is missing, versions in use and versions tested
  ./heed format    format the C++ sources (--check only looks)
  ./heed setup     install tools and libraries only

The native tool (built on first use):
  ./heed models    the models and their options
  ./heed tasks     the tasks and their options
  ./heed train     train a preset or a preset file
  ./heed eval      evaluate a checkpoint
  ./heed inside    look inside a checkpoint: attention, gradients, erasure, and how far they agree
  ./heed cost      what attention and recurrence cost against the length of the input
  ./heed generate  let a language model write on from a checkpoint
  ./heed lessons   play the lessons headlessly: ./heed lessons check

Each has --help. Everything that is fetched or built stays in .heed, build, dist and node_modules of this folder, except packages of
the system (compiler, CMake, Python, npm), which apt installs where they are missing.
TEXT
}

# The options of the bench are its own; without Node, which it needs itself, only their outline.
help_bench() {
  if [ -x "$node_program" ] && "$node_program" "$heed_root/tests/bench/run.mjs" --help 2>/dev/null; then return; fi
  cat <<'TEXT'
./heed bench [--items W1,W3] [--presets A,B] [--where native,wasm,webgpu] [--threads N] [--json]
./heed bench --profile | --peers | --learning
  Builds the page, the native tool and the bench programs and measures them: the work items of tests/bench/items.md and training
  steps of the presets, where the time goes, TensorFlow.js and jax-js in alternation with Heed, learning over many seeds.
  After ./heed setup, this help lists every option.
TEXT
}

help_verb() {
  case $1 in
    run) cat <<'TEXT'
./heed run [--port N] [--host H] [--no-open]
  Serves the app and prints its address; builds it first where sources changed. Ctrl-C stops it.
  --port N    the port to begin with (8080); the next free one is used if it is taken
  --host H    the address to listen on (127.0.0.1); 0.0.0.0 lets other machines in
  --no-open   do not open a browser
TEXT
      ;;
    build) cat <<'TEXT'
./heed build
  Leaves dist/: static files for any web host, in any sub-folder. No special headers are needed; served with COOP and COEP
  headers the page is cross-origin isolated.
TEXT
      ;;
    test) cat <<'TEXT'
./heed test [STAGE ...]
  Runs all stages, or the ones named, in this order:
    native    the optimised native build: its kernels against the reference, and the tool with all its verbs
    sanitize  the native build with address and undefined-behaviour sanitizers, and all C++ tests but the slow ones
    wasm      all C++ tests, the slow ones too, as WebAssembly under Node
    webgpu    the GPU's kernels, models in training and faults, under Node on Chromium's SwiftShader
    web       the page in headless Chromium
  Only where it is named:
    suite     all C++ tests, the slow ones too, in the optimised native build
  What a stage needs is built ahead, beside the stages before it: the time printed of each is what it still took. The last line is the
  sum. Exit status 1 if anything failed.
TEXT
      ;;
    bench) help_bench ;;
    doctor) cat <<'TEXT'
./heed doctor
  Lists what Heed needs, what of it is here, and the versions in use beside the versions that were tested. Changes nothing.
TEXT
      ;;
    format) cat <<'TEXT'
./heed format [--check]
  Formats the C++ sources with clang-format. With --check it changes nothing and fails if something would change.
TEXT
      ;;
    setup) cat <<'TEXT'
./heed setup [--test]
  Installs the tools and libraries that ./heed run needs; with --test those of ./heed test as well.
TEXT
      ;;
    *) help_all ;;
  esac
}
