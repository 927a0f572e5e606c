// tests/bench: runs Heed's bench program, natively or as wasm in a page of a fresh headless Chromium, and jobs of peers there as well.
import {execFile} from 'node:child_process';
import {existsSync, mkdirSync, rmSync, symlinkSync} from 'node:fs';
import path from 'node:path';
import {listen, makeServer} from '../../web/build/serve.mjs';
import {adapterOf, nodeArguments, vulkanEnvironment} from '../webgpu/vulkan.mjs';

const kLimitSeconds = 600;

/** Rows of a program; an error that it tells is thrown. */
function runProgram(program, given, options = {}) {
  return new Promise((resolve, reject) => {
    execFile(program, given, {maxBuffer: 1 << 26, ...options}, (error, output, complaints) => {
      const lines = output.split('\n').filter(Boolean).map((line) => JSON.parse(line)), told = lines.find((line) => line.error);
      if (error || told) reject(new Error(told?.error ?? (complaints.trim() || error.message)));
      else resolve(lines);
    });
  });
}

export const runNative = (place, given) => runProgram(place.program, given);

/** Dawn under Node, on the machine's graphics driver where it has one, else on Chromium's SwiftShader; what computes there, in words. */
export function openGpu(place) {
  if (!existsSync(place.gpuProgram)) throw new Error(`There is no ${place.gpuProgram}: ./heed bench --where webgpu builds it; HEED_BENCH_WEBGPU may name another.`);
  const env = vulkanEnvironment({any: true}), adapter = env && adapterOf(env);
  if (!adapter) throw new Error('There is no Vulkan driver for WebGPU, and no Chromium with SwiftShader; CHROMIUM may name one.');
  const run = (given) => runProgram(process.execPath, [...nodeArguments(), place.gpuProgram, '--backend', 'webgpu', ...given], {env});
  return {name: [adapter.vendor, adapter.architecture, adapter.device].filter(Boolean).join(' ') + (adapter.fallback ? ' (a program, no GPU)' : ''), run};
}

export const wasmProgram = (simd, threads) => `heed_bench_${simd}${threads > 1 ? '_threads' : ''}`;

/** Serves what jobs in the browser load: at /page this folder's pages, at /wasm the programs, at /peers the bundles of the peers. */
export async function openBrowserJobs(place) {
  const folder = path.join(place.root, '.heed/bench');
  rmSync(folder, {recursive: true, force: true});
  mkdirSync(folder, {recursive: true});
  for (const [name, target] of Object.entries({page: path.join(place.root, 'tests/bench/web'), wasm: place.wasmPrograms, peers: place.peers}))
    if (existsSync(target)) symlinkSync(target, path.join(folder, name));
  const {launch} = await import('../web/browser.mjs');
  const servers = {isolated: makeServer(folder), plain: makeServer(folder, {isolate: false})}, ports = {};
  for (const [name, server] of Object.entries(servers)) ports[name] = await listen(server, 0, '127.0.0.1');

  /** The lines of one job. `query`: which module does the work; see web/job.html. */
  async function run(query, job, {isolated = true, limitSeconds = kLimitSeconds} = {}) {
    const browser = await launch(place.chromium), said = [];
    try {
      const page = await browser.newPage();
      page.on('console', (message) => said.push(message.text()));
      page.on('pageerror', (error) => said.push(error.message));
      const parameters = new URLSearchParams({...query, job: JSON.stringify(job)});
      await page.goto(`http://127.0.0.1:${ports[isolated ? 'isolated' : 'plain']}/page/job.html?${parameters}`, {waitUntil: 'commit'});
      await page.waitForFunction(() => globalThis.bench?.done, null, {timeout: limitSeconds * 1000, polling: 250})
        .catch(() => { throw new Error(`no end within ${limitSeconds} s. ${said.slice(0, 3).join(' | ')}`); });
      const lines = await page.evaluate(() => globalThis.bench.lines), told = lines.find((line) => line.error);
      if (told) throw new Error(told.error);
      return lines;
    } finally {
      await Promise.race([browser.close(), new Promise((resolve) => setTimeout(resolve, 5000))]);
    }
  }
  return {
    heed: (simd, threads, given) => run({worker: '/page/heed.mjs'},
      {program: `/wasm/${wasmProgram(simd, threads)}.mjs`, threads, arguments: [...given, '--threads', String(threads)]}),
    peer: (name, job, options) => run({module: `/peers/${name}.js`}, job, options),
    close() {
      for (const server of Object.values(servers)) server.close();
    },
  };
}
