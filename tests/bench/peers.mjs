// tests/bench: TensorFlow.js and jax-js on the same work items, in alternation with Heed: a round of ours, a round of theirs, several times,
// each job in a fresh browser. They are installed from npm into .heed/peers, never into the repository. Where the system's Python has a
// PyTorch, it trains the same items natively beside them.
import {execFile, execFileSync} from 'node:child_process';
import {copyFileSync, existsSync, globSync, mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {settle} from './load.mjs';
import {number, table} from './tool.mjs';

const kPeers = {tfjs: 'TensorFlow.js', jax: 'jax-js'};
/** The fastest way to write each item that works, found by trying all. */
const kVariant = {tfjs: () => 'tuned', jax: (item) => (item === 'W6' ? 'split' : 'onehot')};
const kPython = '/usr/bin/python3', kOpenBlas = globSync('/usr/lib/*/openblas*/libblas.so.3')[0];
const kCompared = 10, kWithin = 1e-3, kRepeats = 5;

function install(folder, manifest) {
  const stamp = path.join(folder, 'installed.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === manifest) return;
  mkdirSync(folder, {recursive: true});
  writeFileSync(path.join(folder, 'package.json'), manifest);
  console.error('- Installing the peers into .heed/peers');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], {cwd: folder, stdio: ['ignore', 'ignore', 'inherit']});
  writeFileSync(stamp, manifest);
}

/** One script per peer beside the wasm files of TensorFlow.js. */
async function bundle(source, folder) {
  const esbuild = createRequire(path.join(folder, 'package.json'))('esbuild'), modules = path.join(folder, 'node_modules');
  mkdirSync(path.join(folder, 'tfjs-wasm'), {recursive: true});
  const dist = path.join(modules, '@tensorflow/tfjs-backend-wasm/dist');
  for (const file of readdirSync(dist)) if (file.endsWith('.wasm')) copyFileSync(path.join(dist, file), path.join(folder, 'tfjs-wasm', file));
  for (const peer of Object.keys(kPeers)) {
    const contents = `import * as peer from './${peer}.mjs'; import {runJob} from './page.mjs'; export const run = (job, say) => runJob(peer, job, say);`;
    await esbuild.build({stdin: {contents, resolveDir: source}, bundle: true, format: 'esm', target: 'es2022', minify: true, nodePaths: [modules],
      outfile: path.join(folder, `${peer}.js`), logLevel: 'error'});
  }
}

export async function preparePeers(place) {
  const source = path.join(place.root, 'tests/bench/peers');
  install(place.peers, readFileSync(path.join(source, 'package.json'), 'utf8'));
  await bundle(source, place.peers);
}

/** "PyTorch 1.13, OpenBLAS" where there is one, else null. */
function pyTorch() {
  try {
    const version = execFileSync(kPython, ['-c', 'import torch; print(torch.__version__)'], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']}).trim();
    return `native PyTorch ${version}${kOpenBlas ? ', OpenBLAS' : ''}`;
  } catch {
    return null;
  }
}

function runPyTorch(place, item, {threads, seconds}) {
  const environment = {...process.env, OPENBLAS_NUM_THREADS: String(threads)};
  delete environment.OPENBLAS_CORETYPE;
  if (kOpenBlas) environment.LD_LIBRARY_PATH = path.dirname(kOpenBlas);
  const given = [path.join(place.root, 'tests/bench/reference_losses.py'), '--time', item, '--threads', String(threads), '--seconds', String(seconds), '--repeats', String(kRepeats)];
  return new Promise((resolve, reject) => {
    execFile(kPython, given, {env: environment}, (error, output) => (error ? reject(error) : resolve(output.trim().split('\n').map((line) => JSON.parse(line)))));
  });
}

/** What is wrong with the first losses of a peer; empty when nothing is. */
function disagreement(losses, reference) {
  const step = losses.findIndex((loss, i) => !(Math.abs(loss - reference[i]) <= kWithin));
  return step < 0 ? '' : `the loss of step ${step} is ${losses[step]}, not ${reference[step]}`;
}

/** One job; its rows, or one row that says why there are none. */
async function oneJob({place, jobs, reference}, who, item, {threads, seconds, simd, rounds}, round) {
  const share = Math.max(seconds / rounds, 0.5);
  try {
    if (who === 'torch') return item in reference ? await runPyTorch(place, item, {threads, seconds: share}) : [];
    if (who === 'heed') return await jobs.heed(simd, threads, ['--items', item, '--seconds', String(share), '--repeats', String(kRepeats)]);
    const job = {item, threads, variant: kVariant[who](item), seconds: share, repeats: kRepeats, losses: round === 0 ? kCompared : 2};
    const rows = await jobs.peer(who, job, {isolated: who !== 'jax' || threads > 1});
    for (const row of rows) if (row.losses) row.failure = disagreement(row.losses, reference[item]) || undefined;
    return rows;
  } catch (error) {
    return [{item, case: '', failure: error.message.split('\n')[0]}];
  }
}

/** Rows of all rounds of one competitor and case as one. */
function merge(rows, load) {
  const failed = rows.find((row) => row.failure);
  if (failed) return {failure: failed.failure};
  const settled = settle(rows.flatMap((row) => row.repeats), load);
  return rows[0].gflops ? {...settled, gflops: (rows[0].gflops * rows[0].ms) / settled.ms} : settled;
}

const caseName = (item, row) => (item === 'W1' || item === 'W2' ? `${item} ${row.case}` : item);

async function compareItem(bench, item, names, options, load) {
  const found = {};
  for (let round = 0; round < options.rounds; ++round) {
    for (const who of names) {
      await load.quiet(options.wait);
      for (const row of await oneJob(bench, who, item, options, round)) ((found[caseName(item, row)] ??= {})[who] ??= []).push(row);
    }
    console.error(`${item}, ${options.threads} thread${options.threads > 1 ? 's' : ''}, round ${round + 1} of ${options.rounds}`);
  }
  return Object.fromEntries(Object.entries(found).map(([name, byWho]) => [name, Object.fromEntries(Object.entries(byWho).map(([who, rows]) => [who, merge(rows, load)]))]));
}

/** How many times as fast as the fastest peer of the browser, by medians ("ms") or by the best repeats ("best_ms"). */
function ratio(row, by) {
  const peers = Object.keys(kPeers).map((who) => row[who]?.[by]).filter(Boolean);
  return row.heed?.[by] && peers.length > 0 ? Math.min(...peers) / row.heed[by] : null;
}

const cell = (one) => (!one ? '–' : one.failure ? 'fails' : `${number(one.ms)}${one.quiet < 3 ? ' ?' : ''}`);
const times = (value) => (value ? `${value.toFixed(2)}x` : '–');

export async function comparePeers(place, jobs, load, options) {
  const reference = JSON.parse(readFileSync(path.join(place.root, 'tests/bench/reference_losses.json'), 'utf8')), result = {}, torch = pyTorch();
  const shown = {heed: `Heed, ${options.simd}`, ...kPeers, ...(torch ? {torch} : {})}, names = Object.keys(shown);
  const rows = [['ms', ...Object.values(shown), 'Heed against the best peer', 'by best repeats']];
  for (const item of options.items) {
    for (const [name, row] of Object.entries(await compareItem({place, jobs, reference}, item, names, options, load))) {
      result[name] = {...row, ratio: ratio(row, 'ms'), ratio_of_best: ratio(row, 'best_ms')};
      rows.push([name, ...names.map((who) => cell(row[who])), times(result[name].ratio), times(result[name].ratio_of_best)]);
      for (const [who, one] of Object.entries(row)) if (one.failure) console.error(`${name}, ${who}: ${one.failure}`);
    }
  }
  const text = table(rows);
  console.log(`In headless Chromium, ${options.threads} thread${options.threads > 1 ? 's' : ''}, ${options.rounds} rounds in alternation\n\n${text}\n`);
  return {rows: result, text};
}
