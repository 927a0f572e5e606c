// tests/bench: the work items of items.md and training steps of Heed's presets, natively and as wasm in headless Chromium.
import {existsSync} from 'node:fs';
import path from 'node:path';
import {settle} from './load.mjs';
import {openBrowserJobs, openGpu, runNative, wasmProgram} from './programs.mjs';
import {number, presetNames, readPreset, table} from './tool.mjs';

const kSimdName = {relaxed: 'relaxed SIMD', simd: 'SIMD', none: 'no SIMD'};

const threadsText = (threads) => `${threads} thread${threads > 1 ? 's' : ''}`;

/** The columns of the tables: where the same program runs, and with how many threads. */
export function columnsOf(place, {where, simd, threads}, jobs) {
  const places = [];
  if (where.includes('native')) places.push({name: 'native', run: (threads, given) => runNative(place, [...given, '--threads', String(threads)])});
  if (where.includes('wasm')) for (const variant of simd) places.push({name: `wasm, ${kSimdName[variant]}`, run: (threads, given) => jobs.heed(variant, threads, given)});
  const gpu = where.includes('webgpu') ? openGpu(place) : null;
  const onGpu = gpu ? [{name: `webgpu, ${gpu.name}`, place: 'webgpu', threads: 1, run: gpu.run}] : [];
  return places.flatMap(({name, run}) => threads.map((count) => ({
    name: threads.length > 1 ? `${name}, ${threadsText(count)}` : name, place: name, threads: count, run: (given) => run(count, given)}))).concat(onGpu);
}

/** Browser jobs where the chosen columns need them; what is missing ends the program with a word on how to get it. */
export async function openJobsFor(place, {where, simd, threads}) {
  if (where.includes('native') && !existsSync(place.program)) throw new Error(`The bench program is not at ${place.program}: ./heed bench builds it; HEED_BENCH may name another.`);
  if (!where.includes('wasm')) return null;
  for (const program of simd.flatMap((variant) => threads.map((count) => wasmProgram(variant, count))))
    if (!existsSync(path.join(place.wasmPrograms, `${program}.mjs`))) throw new Error(`There is no ${program}.mjs in ${place.wasmPrograms}: ./heed bench builds it; HEED_BENCH_WASM may name another folder.`);
  if (!existsSync(place.chromium)) throw new Error('There is no Chromium; CHROMIUM may name one. --where native does without.');
  return openBrowserJobs(place);
}

const kTitles = {peak: 'multiply-add peak of one core', long: 'long: a plan of 10 000 nodes'};
const keyOf = ({item, case: name}) => (name && name !== 'preset' ? `${item} ${name}` : item);

/** The rows of one call by their names. */
async function measureCall(column, call, load, wait) {
  await load.quiet(wait);
  let rows;
  try {
    rows = await column.run(call.given);
  } catch (error) {
    rows = [{item: call.name, case: '', failure: error.message.split('\n')[0]}];
  }
  const found = {};
  for (const {repeats, ...row} of rows) {
    const settled = repeats ? {...row, ...settle(repeats, load)} : row;
    if (row.gflops && repeats) settled.gflops = (row.gflops * row.ms) / settled.ms;
    found[keyOf(row)] = settled;
    if (row.failure) console.error(`${column.name}, ${keyOf(row)}: FAILURE: ${row.failure}`);
  }
  return found;
}

function cell(row) {
  if (!row) return '–';
  if (row.failure) return 'FAILURE';
  const doubt = row.quiet < 3 ? ' ?' : '';
  if (row.ns_per_kernel) return `${number(row.compile_ms)} ms to compile, ${number((row.ms * 1e6) / row.kernels)} ns per kernel${doubt}`;
  if (row.gflops) return `${number(row.gflops)} GFLOP/s${row.share_of_peak ? `, ${(row.share_of_peak * 100).toFixed(0)} %` : ''}${doubt}`;
  return `${number(row.ms)} ms, ${number(1000 / row.ms)}/s${doubt}`;
}

/** One call per item, so that each begins in a fresh program. */
export function callsOf(place, {items, presets, seconds, where}, more = []) {
  const shared = ['--seconds', String(seconds), ...more];
  const withPeak = items.includes('W1') && more.length === 0 && where.some((name) => name !== 'webgpu') ? ['peak', ...items] : items;
  return [...withPeak.map((item) => ({name: item, given: ['--items', item, ...shared]})),
    ...presets.map((preset) => ({name: preset, given: ['--presets', JSON.stringify({[preset]: readPreset(place, preset)}), ...shared]}))];
}

/** How many times as fast the last number of threads is as the first, where the same place was measured with several. */
function scalingOf(columns, result, names) {
  const places = [...new Set(columns.map((column) => column.place))].map((name) => columns.filter((column) => column.place === name)).filter((some) => some.length > 1);
  if (places.length === 0) return '';
  const speedUp = (some, name) => {
    const [first, last] = [some[0], some.at(-1)].map((column) => result[column.name][name]);
    return first?.ms && last?.ms ? `${(first.ms / last.ms).toFixed(2)}x, ${(first.best_ms / last.best_ms).toFixed(2)}x` : '–';
  };
  const head = ['as fast as with one thread: median, best repeats', ...places.map((some) => `${some[0].place}, ${threadsText(some.at(-1).threads)}`)];
  return `\n\n${table([head, ...names.filter((name) => name !== 'peak').map((name) => [kTitles[name] ?? name, ...places.map((some) => speedUp(some, name))])])}`;
}

/** What was chosen of a GPU's kernels by measuring, in a line for each column that has some. */
function choiceOf(columns, result) {
  const list = (times) => times.map((ms) => number(ms)).join(', ');
  return columns.flatMap(({name}) => {
    const chosen = Object.values(result[name]).find((row) => row.chosen)?.chosen;
    if (!chosen) return [];
    if (!chosen.since) return [`${name}: kernels as is good in general; nothing was measured.`];
    const rows = chosen.row_ms.length ? `; rows ${chosen.subgroups ? 'by' : 'without'} subgroups (ms without, with: ${list(chosen.row_ms)})` : '';
    return [`${name}: products in tiles of ${chosen.tiles} (ms of each kind: ${list(chosen.tile_ms)})${rows}.`];
  }).map((line) => `\n\n${line}`).join('');
}

export async function measureSpeed(place, options, load) {
  const jobs = await openJobsFor(place, options);
  try {
    const columns = columnsOf(place, options, jobs), result = Object.fromEntries(columns.map((column) => [column.name, {}]));
    for (const call of callsOf(place, options)) {
      for (const column of columns) Object.assign(result[column.name], await measureCall(column, call, load, options.wait));
      console.error(call.name);
    }
    const names = [...new Set(columns.flatMap((column) => Object.keys(result[column.name])))];
    const rows = names.map((name) => [kTitles[name] ?? name, ...columns.map((column) => cell(result[column.name][name]))]);
    const text = table([[options.threads.map(threadsText).join(' and '), ...columns.map((column) => column.name)], ...rows]) + scalingOf(columns, result, names) + choiceOf(columns, result);
    console.log(`${text}\n`);
    return {rows: result, text};
  } finally {
    jobs?.close();
  }
}

/** Where the time goes, op by op and shape by shape. */
export async function measureProfiles(place, options, load) {
  const kLargest = 24, kLongest = 110, jobs = await openJobsFor(place, options), result = {};
  const rows = (list, all) => [['op', 'us', 'share', 'count'], ...list.slice(0, kLargest).map(({op, count, us}) =>
    [op.length > kLongest ? `${op.slice(0, kLongest)} …` : op, us.toFixed(1), `${((us / all) * 100).toFixed(1)} %`, count])];
  try {
    for (const column of columnsOf(place, options, jobs)) {
      result[column.name] = {};
      for (const call of callsOf(place, options, ['--profile'])) {
        await load.quiet(options.wait);
        for (const row of await column.run(call.given)) {
          const title = `${keyOf(row)}, ${column.name}`;
          result[column.name][keyOf(row)] = row;
          if (row.failure) console.log(`${title}: FAILURE: ${row.failure}\n`);
          else console.log(`${title}: ${row.kernels} kernels, ${(row.us / 1000).toFixed(3)} ms, one by one${column.place === 'webgpu' ? '' : ' on one thread'}; scratch ${(row.scratch_bytes / 1e6).toFixed(2)} MB\n\n${table(rows(row.ops, row.us))}\n\n${table(rows(row.shapes, row.us))}\n`);
        }
      }
    }
    return result;
  } finally {
    jobs?.close();
  }
}

export const presetsOf = (place, text) => presetNames(place, text);
