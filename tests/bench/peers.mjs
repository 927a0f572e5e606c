// tests/bench: TensorFlow.js and jax-js on the same work items, in alternation with Heed: a round of ours, a round of theirs, several times,
// each job in a fresh browser. They are installed from npm into .heed/peers, never into the repository.
import {execFileSync} from 'node:child_process';
import {copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {settle} from './load.mjs';
import {number, table} from './tool.mjs';

const kPeers = {tfjs: 'TensorFlow.js', jax: 'jax-js'};
/** The fastest way to write each item that works, found by trying all. */
const kVariant = {tfjs: () => 'tuned', jax: (item) => (item === 'W6' ? 'split' : 'onehot')};
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

/** What is wrong with the first losses of a peer; empty when nothing is. */
function disagreement(losses, reference) {
  const step = losses.findIndex((loss, i) => !(Math.abs(loss - reference[i]) <= kWithin));
  return step < 0 ? '' : `the loss of step ${step} is ${losses[step]}, not ${reference[step]}`;
}

/** One job; its rows, or one row that says why there are none. */
async function oneJob(jobs, who, item, {threads, seconds, simd, rounds}, round, reference) {
  const share = Math.max(seconds / rounds, 0.5);
  try {
    if (who === 'heed') return await jobs.heed(simd, ['--items', item, '--threads', String(threads), '--seconds', String(share), '--repeats', String(kRepeats)]);
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

async function compareItem(jobs, item, options, load, reference) {
  const names = ['heed', ...Object.keys(kPeers)], found = {};
  for (let round = 0; round < options.rounds; ++round) {
    for (const who of names) {
      await load.quiet(options.wait);
      for (const row of await oneJob(jobs, who, item, options, round, reference)) ((found[caseName(item, row)] ??= {})[who] ??= []).push(row);
    }
    console.error(`${item}, ${options.threads} thread${options.threads > 1 ? 's' : ''}, round ${round + 1} of ${options.rounds}`);
  }
  return Object.fromEntries(Object.entries(found).map(([name, byWho]) => [name, Object.fromEntries(Object.entries(byWho).map(([who, rows]) => [who, merge(rows, load)]))]));
}

/** How many times as fast as the fastest peer. */
function ratio(row) {
  const peers = Object.keys(kPeers).map((who) => row[who]?.ms).filter(Boolean);
  return row.heed?.ms && peers.length > 0 ? Math.min(...peers) / row.heed.ms : null;
}

const cell = (one) => (!one ? '–' : one.failure ? 'fails' : `${number(one.ms)}${one.quiet < 3 ? ' ?' : ''}`);

export async function comparePeers(place, jobs, load, options) {
  const reference = JSON.parse(readFileSync(path.join(place.root, 'tests/bench/reference_losses.json'), 'utf8')), result = {};
  const rows = [['ms', `Heed, ${options.simd}`, ...Object.values(kPeers), 'as fast as the best peer']];
  for (const item of options.items) {
    for (const [name, row] of Object.entries(await compareItem(jobs, item, options, load, reference))) {
      const times = ratio(row);
      result[name] = {...row, ratio: times};
      rows.push([name, cell(row.heed), ...Object.keys(kPeers).map((who) => cell(row[who])), times ? `${times.toFixed(2)}x` : '–']);
      for (const [who, one] of Object.entries(row)) if (one.failure) console.error(`${name}, ${who}: ${one.failure}`);
    }
  }
  const text = table(rows);
  console.log(`In headless Chromium, ${options.threads} thread${options.threads > 1 ? 's' : ''}, ${options.rounds} rounds in alternation\n\n${text}\n`);
  return {rows: result, text};
}
