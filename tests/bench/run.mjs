// tests/bench: `./heed bench`. Measures; proves nothing. Without options: training speed of every preset, native and as WebAssembly
// under Node, and the page in headless Chromium where there is one. With --learning: how reliably the presets learn, over many seeds.
import {existsSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {measureLearning} from './learning.mjs';
import {measureNative, measureWasm} from './speed.mjs';
import {measurePage} from './page.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const kHelp = `./heed bench [--seconds S] [--presets A,B] [--json]
  Steps per second of every preset, native and as WebAssembly, and of the page in headless Chromium.
./heed bench --learning [--seeds N] [--presets A,B] [--jobs N] [--json]
  Trains every preset with seeds 1 to N (5) and writes the pass rates to tests/bench/results/learning.md.
  --presets A,B  only these
  --jobs N       so many trainings at a time (1; more spoil the times, not the scores)
  --seconds S    how long each speed is measured (3)
  --json         one JSON object as the last line`;

const kOptions = {
  learning: {type: 'boolean', default: false}, seeds: {type: 'string', default: '5'}, presets: {type: 'string', default: ''},
  jobs: {type: 'string', default: '1'}, seconds: {type: 'string', default: '3'}, json: {type: 'boolean', default: false},
  help: {type: 'boolean', short: 'h', default: false},
};

function usage(message) {
  console.error(`heed: ${message}\n${kHelp}`);
  process.exit(2);
}

function wholeNumber(text, name) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 1000) usage(`--${name} takes a whole number from 1 to 1000, not '${text}'.`);
  return number;
}

function options() {
  try {
    const {values} = parseArgs({options: kOptions});
    if (values.help) {
      console.log(kHelp);
      process.exit(0);
    }
    return {...values, seeds: wholeNumber(values.seeds, 'seeds'), jobs: wholeNumber(values.jobs, 'jobs'), seconds: wholeNumber(values.seconds, 'seconds')};
  } catch (error) {
    return usage(error.message);
  }
}

const chosen = options();
const place = {
  root,
  tool: process.env.HEED_CLI ?? path.join(root, 'build/release/src/cli/heed-cli'),
  wasm: process.env.HEED_WASM ?? path.join(root, 'build/wasm'),
  dist: path.join(root, 'dist'),
  chromium: process.env.CHROMIUM ?? process.env.HEED_CHROMIUM ?? '',
};
if (!existsSync(place.tool)) {
  console.error(`heed: the native tool is not at ${place.tool}. ./heed bench builds it; HEED_CLI may name another.`);
  process.exit(1);
}

const result = chosen.learning
  ? await measureLearning(place, chosen)
  : {native: await measureNative(place, chosen), wasm: await measureWasm(place, chosen), page: await measurePage(place)};
if (chosen.json) console.log(JSON.stringify(result));
