// tests/bench: `./heed bench`. Measures; proves nothing, but reports no time for an item whose losses are wrong. Without options: the work
// items of items.md and training steps of every preset, natively and as wasm in headless Chromium, and the page itself. With --peers:
// TensorFlow.js and jax-js in alternation with Heed. With --learning: how reliably the presets learn, over many seeds.
import {readFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {measureLearning} from './learning.mjs';
import {sampleLoad} from './load.mjs';
import {measurePage} from './page.mjs';
import {comparePeers, preparePeers} from './peers.mjs';
import {openBrowserJobs} from './programs.mjs';
import {saveSpeed} from './save.mjs';
import {measureProfiles, measureSpeed, presetsOf} from './speed.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const kItems = ['W1', 'W2', 'W3', 'W4', 'W5', 'W6'], kAlone = [...kItems, 'long'], kWhere = ['native', 'wasm', 'webgpu'], kSimd = ['relaxed', 'simd', 'none'];
const kHelp = `./heed bench [--items W1,W3] [--presets A,B] [--where native,wasm,webgpu] [--threads N] [--json]
  The work items of tests/bench/items.md and training steps of the presets, natively and as wasm in headless Chromium. Without --items
  and --presets: all of them, and the page. webgpu: under Node, on the machine's graphics driver where it has one, else on SwiftShader,
  a program; on the GPU alone and without a choice, only the items.
./heed bench --profile [--items W3] [--presets A] [--where native|webgpu]
  Where the time of a step goes, op by op and shape by shape; on the GPU by its own clock.
./heed bench --peers [--items W3,W4] [--threads N] [--rounds N]
  TensorFlow.js and jax-js on the same items, in alternation with Heed, and how many times as fast Heed is.
./heed bench --save [--threads 1,2] [--presets A,B]
  All of that, with one thread and with two (an hour with all presets), written to tests/bench/results/speed.md.
./heed bench --learning [--seeds N] [--first-seed S] [--presets A,B] [--jobs N]
  Trains every preset, or those named, with N seeds (5) from S (1) on and writes their rows of tests/bench/results/learning.md.
  --threads N     so many threads compute (1); 1,2 measures with each, and how the times compare
  --simd A,B      wasm with relaxed SIMD (relaxed), plain SIMD (simd) or none (relaxed)
  --seconds S     how long each is measured: all repeats together (5.5)
  --wait S        how long each measurement waits for a quiet moment of the machine, at most (10)
  --rounds N      rounds of --peers (3)
  --jobs N        so many trainings of --learning at a time (1; more spoil the times, not the scores)
  --json          one JSON object as the last line`;

const kOptions = {
  items: {type: 'string'}, presets: {type: 'string'}, where: {type: 'string', default: 'native,wasm'}, simd: {type: 'string', default: 'relaxed'},
  threads: {type: 'string'}, seconds: {type: 'string', default: '5.5'}, wait: {type: 'string', default: '10'}, rounds: {type: 'string', default: '3'},
  profile: {type: 'boolean', default: false}, peers: {type: 'boolean', default: false},
  save: {type: 'boolean', default: false}, learning: {type: 'boolean', default: false},
  seeds: {type: 'string', default: '5'}, 'first-seed': {type: 'string', default: '1'}, jobs: {type: 'string', default: '1'}, json: {type: 'boolean', default: false}, help: {type: 'boolean', short: 'h', default: false},
};

function usage(message) {
  console.error(`heed: ${message}\n${kHelp}`);
  process.exit(2);
}

function inRange(text, name, least, most, whole) {
  const value = Number(text);
  if (!(value >= least && value <= most) || (whole && !Number.isInteger(value))) usage(`--${name} takes a ${whole ? 'whole ' : ''}number from ${least} to ${most}, not '${text}'.`);
  return value;
}

function listOf(text, name, known) {
  const names = text.split(',').filter(Boolean);
  for (const one of names) if (!known.includes(one)) usage(`--${name} knows ${known.join(', ')}, not '${one}'.`);
  return names;
}

function readOptions() {
  let values;
  try {
    ({values} = parseArgs({options: kOptions}));
  } catch (error) {
    usage(error.message);
  }
  if (values.help) {
    console.log(kHelp);
    process.exit(0);
  }
  return {
    ...values, seeds: inRange(values.seeds, 'seeds', 1, 1000, true), firstSeed: inRange(values['first-seed'], 'first-seed', 1, 1e6, true), jobs: inRange(values.jobs, 'jobs', 1, 64, true), threads: (values.threads ?? (values.save ? '1,2' : '1')).split(',').map((count) => inRange(count, 'threads', 1, 64, true)),
    rounds: inRange(values.rounds, 'rounds', 1, 100, true), seconds: inRange(values.seconds, 'seconds', 0.1, 1000), wait: inRange(values.wait, 'wait', 0, 1000),
    where: listOf(values.where, 'where', kWhere), simd: listOf(values.simd, 'simd', kSimd), whole: values.items === undefined && values.presets === undefined,
  };
}

/** Items and presets: those named; where nothing is named, all; on the GPU alone the items. */
function chooseWork(place, options) {
  if (options.whole && options.where.join() === 'webgpu') return {...options, items: kItems, presets: [], whole: false};
  const items = options.items !== undefined ? listOf(options.items, 'items', options.peers ? kItems : kAlone) : options.whole ? kAlone : [];
  const presets = options.presets !== undefined ? presetsOf(place, options.presets) : options.whole ? presetsOf(place, '') : [];
  return {...options, items, presets};
}

async function measurePeers(place, options, load) {
  await preparePeers(place);
  const jobs = await openBrowserJobs(place);
  try {
    return await comparePeers(place, jobs, load, {...options, items: options.items ?? kItems, simd: options.simd[0]});
  } finally {
    jobs.close();
  }
}

/** For each number of threads. */
async function measureAllPeers(place, options, load) {
  const all = [];
  for (const threads of options.threads) all.push(await measurePeers(place, {...options, threads}, load));
  return all;
}

/** Everything that tests/bench/results/speed.md holds. */
async function measureAll(place, options, load) {
  const work = {...options, items: kAlone, presets: presetsOf(place, options.presets ?? ''), simd: ['relaxed', 'simd']};
  const speed = await measureSpeed(place, work, load), page = await measurePage(place);
  const peers = await measureAllPeers(place, {...work, items: kItems}, load);
  saveSpeed(place, machine(), options, {speed, page, peers});
  return {speed: speed.rows, page, peers: peers.map(({rows}) => rows)};
}

async function measure(place, options) {
  if (options.learning) return measureLearning(place, {...options, presets: options.presets ?? ''});
  const load = sampleLoad(), work = chooseWork(place, options);
  try {
    if (options.profile) return {profile: await measureProfiles(place, work, load)};
    if (options.save) return await measureAll(place, options, load);
    if (options.peers) return {peers: (await measureAllPeers(place, {...work, items: options.items && work.items}, load)).map(({rows}) => rows)};
    const speed = await measureSpeed(place, work, load);
    return {speed: speed.rows, page: options.whole && options.where.includes('wasm') ? await measurePage(place) : undefined};
  } finally {
    load.stop();
  }
}

const place = {
  root,
  tool: process.env.HEED_CLI ?? path.join(root, 'build/release/src/cli/heed-cli'),
  program: process.env.HEED_BENCH ?? path.join(root, 'build/release/tests/bench/heed_bench'),
  wasmPrograms: process.env.HEED_BENCH_WASM ?? path.join(root, 'build/wasm/tests/bench'),
  gpuProgram: process.env.HEED_BENCH_WEBGPU ?? path.join(root, 'build/wasm/tests/webgpu/heed_bench_webgpu.cjs'),
  peers: path.join(root, '.heed/peers'),
  dist: path.join(root, 'dist'),
  chromium: process.env.CHROMIUM ?? process.env.HEED_CHROMIUM ?? '',
};

function machine() {
  const processors = os.cpus(), cache = [0, 1, 2, 3].map((index) => {
    try {
      return readFileSync(`/sys/devices/system/cpu/cpu0/cache/index${index}/size`, 'utf8').trim();
    } catch {
      return '?';
    }
  });
  return {processor: processors[0]?.model.trim(), cores: processors.length, caches: cache.join(' '), system: `${os.type()} ${os.release()}`, node: process.version};
}

try {
  const options = readOptions(), result = await measure(place, options);
  if (options.json) console.log(JSON.stringify({machine: machine(), command: process.argv.slice(2).join(' '), ...result}));
  process.exit(0);
} catch (error) {
  console.error(`heed: ${error.message}`);
  process.exit(1);
}
