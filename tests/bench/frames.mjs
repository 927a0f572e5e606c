// tests/bench: what training on WebGPU does to the drawing of the page, and whose time it is. `node tests/bench/frames.mjs --dist DIST`:
// in headless Chromium with a program for a GPU a Transformer trains, once with the lab drawing and once without WebGL (the text view
// alone); and once a page that has nothing of Heed in it draws some triangles every second while a worker of its own keeps the GPU as busy. Of each: the frames, the
// longest gaps between them, and how much of every gap the page's own thread was at work. A gap in which it was not is one in which the
// browser's GPU process had not come to the page's drawing yet.
import assert from 'node:assert/strict';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {listen, makeServer} from '../../web/build/serve.mjs';
import {launch, ready, until} from '../web/browser.mjs';
import {table} from './tool.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const kGpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-dawn-features=disable_workgroup_init'];
const kGapMs = 60;  // longer than this, a gap is seen
const {values: options} = parseArgs({options: {
  dist: {type: 'string', default: path.join(root, 'dist')}, steps: {type: 'string', default: '4'}, window: {type: 'string', default: '64'},
  width: {type: 'string', default: '64'}, layers: {type: 'string', default: '2'}, batch: {type: 'string', default: '16'}, only: {type: 'string', default: 'lab,text,alone'},
  patience: {type: 'string', default: '300'},  // seconds for the first step, and for all others together
  flags: {type: 'string', default: ''},  // more arguments for Chromium, with spaces between
  watch: {type: 'string', default: '0'},  // instead of whole steps so many seconds of the first one, for models whose steps take longer than anyone waits
  rest: {type: 'boolean', default: false},  // while it is watched nothing trains: what drawing alone costs
  parts: {type: 'boolean', default: false},  // the adapter is measured first, and long steps are cut for one as weak as it is
}});

/** Put into a page before its scripts: all frames, what kept its thread busy, and how long each event of a run took it. */
const kWatch = () => {
  const seen = globalThis.heedFrames = {frames: [], busy: [], events: []};
  const frame = (now) => {
    seen.frames.push([now, performance.now()]);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  // What of WebGL the page's thread had to wait for.
  seen.calls = new Map();
  seen.drawn = new Set();
  const made = globalThis.WebGL2RenderingContext?.prototype;
  for (const [name, {value}] of Object.entries(made ? Object.getOwnPropertyDescriptors(made) : {})) {
    if (typeof value !== 'function' || name === 'constructor') continue;
    made[name] = function timed(...args) {
      const begun = performance.now(), result = value.apply(this, args), ms = performance.now() - begun;
      if (name === 'drawElements') seen.drawn.add(seen.frames.length);
      if (ms > 20) seen.calls.set(name, [(seen.calls.get(name)?.[0] ?? 0) + 1, (seen.calls.get(name)?.[1] ?? 0) + ms]);
      return result;
    };
  }
  new PerformanceObserver((list) => {
    for (const {startTime, duration} of list.getEntries()) seen.busy.push([startTime, startTime + duration]);
  }).observe({type: 'longtask', buffered: true});
  // What the page itself did in its frames; the rest of a busy frame is the browser's, which hands the canvas to its GPU process.
  seen.own = [];
  const original = globalThis.requestAnimationFrame;
  globalThis.requestAnimationFrame = (work) => original((now) => {
    const begun = performance.now();
    work(now);
    if (performance.now() - begun > 1) seen.own.push([begun, performance.now()]);
  });
};

/** How much of the spans lies between two times. */
const within = (spans, from, to) => spans.reduce((sum, [begin, end]) => sum + Math.max(0, Math.min(end, to) - Math.max(begin, from)), 0);

/** Gaps of the frames after `from`, with the time in them that the page's thread was taken, and that the page's own code took. */
const gapsOf = ({frames, busy, own}, from) => frames.slice(1).map(([, now], i) => ({at: now, ms: now - frames[i][1]})).filter(({at, ms}) => at - ms > from && ms > kGapMs)
  .map(({at, ms}) => ({at: at - from, ms, busy: within(busy, at - ms, at), own: within(own, at - ms, at)}));

async function visit(name, address, script, work) {
  const browser = await launch(process.env.CHROMIUM, [...kGpu, ...options.flags.split(' ').filter(Boolean)]);
  try {
    const page = await (await browser.newContext({viewport: {width: 1280, height: 800}})).newPage();
    await page.addInitScript(kWatch);
    if (options.parts) await page.addInitScript(() => localStorage.setItem('heed.1', '{"gpu_kernels":"{\\"measure\\":\\"always\\"}"}'));
    if (script) await page.addInitScript(script);
    await page.goto(address);
    const {from, said} = await work(page);
    await page.waitForTimeout(500);
    const seen = await page.evaluate(() => globalThis.heedFrames), gaps = gapsOf(seen, from), frames = seen.frames.filter(([, now]) => now > from);
    const middle = frames.slice(1).map(([, now], i) => now - frames[i][1]).sort((a, b) => a - b)[frames.length >> 1];
    const middleGap = gaps.map(({ms}) => ms).sort((a, b) => a - b)[gaps.length >> 1];
    console.log(`${name}: ${said}; ${frames.length} frames, the middle ${middle?.toFixed(1)} ms; gaps of more than ${kGapMs} ms: ${gaps.length}${gaps.length ? `, the middle one ${middleGap.toFixed(0)} ms` : ''}`);
    for (const {at, ms, busy, own} of gaps) console.log(`  at ${(at / 1000).toFixed(2)} s: ${ms.toFixed(0)} ms, the page's thread taken for ${busy.toFixed(0)} ms of it, by the page's code for ${own.toFixed(0)} ms`);
    for (const [call, [count, ms]] of await page.evaluate(() => [...globalThis.heedFrames.calls])) console.log(`  WebGL: ${call} waited ${count} times, ${ms.toFixed(0)} ms together`);
    for (const {at, is, ms} of seen.events.filter(({at}) => at > from)) console.log(`  event ${is} at ${((at - from) / 1000).toFixed(2)} s took ${ms.toFixed(1)} ms`);
    return [name, String(gaps.length), gaps.length ? `${Math.max(...gaps.map(({ms}) => ms)).toFixed(0)} ms` : '–', `${gaps.reduce((sum, {ms}) => sum + ms, 0).toFixed(0)} ms`, `${gaps.reduce((sum, {busy}) => sum + busy, 0).toFixed(0)} ms`, `${gaps.reduce((sum, {own}) => sum + own, 0).toFixed(0)} ms`];
  } finally {
    await browser.close();
  }
}

/** A run in Heed's page, on WebGPU, for some steps. */
async function train(page) {
  await ready(page);
  await page.evaluate(() => {
    const {on} = globalThis.heed.runs, original = on.event;
    on.event = (number, event, blob) => {
      const begun = performance.now();
      original(number, event, blob);
      globalThis.heedFrames.events.push({at: begun, is: event.is + (event.is === 'backend_chosen' ? ` ${event.code}` : ''), ms: performance.now() - begun, bytes: blob?.byteLength ?? 0});
    };
    globalThis.heed.post({kind: 'lab', command: {do: 'compute_on', backend: 'webgpu'}});
  });
  await until(page, 'the GPU', () => globalThis.heedFrames.events.some(({is}) => /^backend_chosen (asked|refused|too_large)/.test(is)), null, 200_000);
  const train = (step) => page.evaluate((until_step) => globalThis.heed.post({kind: 'lab', command: {do: 'train_run', until_step}}), step);
  if (!options.rest) await train(1);
  if (Number(options.watch) > 0) {
    const from = await page.evaluate(() => performance.now()), begun = performance.now();
    // A pointer that wanders over the lab, so that it draws.
    const drawn = () => page.evaluate(() => globalThis.heedFrames.drawn.size), before = await drawn();
    for (let i = 0; performance.now() - begun < 1000 * Number(options.watch); ++i) {
      await page.mouse.move(300 + 200 * Math.sin(i / 10), 300 + 150 * Math.cos(i / 7));
      await page.waitForTimeout(50);
    }
    assert.equal(await page.evaluate(() => globalThis.heed.runs.run(0).step), 0, 'the first step is over: watch whole steps (--steps)');
    return {from, said: `${options.watch} s ${options.rest ? 'at rest' : 'of its first step'}, the lab drawn in ${await drawn() - before} frames`};
  }
  await until(page, 'the first step', () => globalThis.heed.runs.run(0).phase === 'paused' && globalThis.heed.runs.run(0).step >= 1, null, 1000 * Number(options.patience));
  await page.waitForTimeout(3000);
  const from = await page.evaluate(() => performance.now());
  await train(1 + Number(options.steps));
  await until(page, 'the last step', (step) => globalThis.heed.runs.run(0).phase === 'paused' && globalThis.heed.runs.run(0).step >= step, 1 + Number(options.steps), 1000 * Number(options.patience));
  const took = await page.evaluate((since) => performance.now() - since, from);
  return {from, said: `${options.steps} steps in ${(took / 1000).toFixed(1)} s`};
}

/** A page of a line of text that changes, and a worker that multiplies matrices on the GPU, in submissions of some hundred milliseconds. */
const kAlone = `<!doctype html><meta charset="utf-8"><p id="line">0</p><canvas id="c" width="600" height="400"></canvas><script>
const code = \`onmessage = async () => {
  const device = await (await navigator.gpu.requestAdapter()).requestDevice();
  const module = device.createShaderModule({code: \\\`@group(0) @binding(0) var<storage, read_write> m: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  var x = m[id.x]; for (var i = 0u; i < 800u; i++) { x = fma(x, 0.999, m[(id.x + i) % 65536u] * 0.001); } m[id.x] = x; }\\\`});
  const pipeline = device.createComputePipeline({layout: 'auto', compute: {module, entryPoint: 'main'}});
  const buffer = device.createBuffer({size: 262144, usage: 128 | 4}), back = device.createBuffer({size: 4, usage: 1 | 8});
  const group = device.createBindGroup({layout: pipeline.getBindGroupLayout(0), entries: [{binding: 0, resource: {buffer}}]});
  for (let step = 0; ; ++step) {
    const begun = performance.now();
    for (let i = 0; i < 12; ++i) {
      const encoder = device.createCommandEncoder(), pass = encoder.beginComputePass();
      pass.setPipeline(pipeline); pass.setBindGroup(0, group); pass.dispatchWorkgroups(1024); pass.end();
      if (i === 11) encoder.copyBufferToBuffer(buffer, 0, back, 0, 4);
      device.queue.submit([encoder.finish()]);
    }
    await back.mapAsync(1); back.unmap();
    postMessage(performance.now() - begun);
  }
};\`;
globalThis.steps = [];
const gl = document.getElementById('c').getContext('webgl2');
const part = (kind, text) => { const shader = gl.createShader(kind); gl.shaderSource(shader, text); gl.compileShader(shader); return shader; };
const program = gl.createProgram();
gl.attachShader(program, part(gl.VERTEX_SHADER, '#version 300 es\\nin vec2 p; out vec2 q; void main() { q = p; gl_Position = vec4(p, 0, 1); }'));
gl.attachShader(program, part(gl.FRAGMENT_SHADER, '#version 300 es\\nprecision highp float; in vec2 q; out vec4 c; void main() { c = vec4(q * 0.5 + 0.5, 0.5, 1); }'));
gl.linkProgram(program); gl.useProgram(program);
gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer()); gl.enableVertexAttribArray(0); gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
const cells = () => { const at = []; for (let i = 0; i < 2000; ++i) { const x = Math.random() * 2 - 1, y = Math.random() * 2 - 1, d = 0.03; at.push(x, y, x + d, y, x, y + d); } return new Float32Array(at); };
const worker = new Worker(URL.createObjectURL(new Blob([code], {type: 'text/javascript'})));
worker.onmessage = ({data}) => {
  globalThis.steps.push(data);
  document.getElementById('line').textContent = 'step ' + globalThis.steps.length;
};
setInterval(() => requestAnimationFrame(() => { gl.clear(gl.COLOR_BUFFER_BIT); gl.bufferData(gl.ARRAY_BUFFER, cells(), gl.STREAM_DRAW); gl.drawArrays(gl.TRIANGLES, 0, 6000); }), 1000);
globalThis.begin = () => worker.postMessage(0);
</script>`;

async function alone(page) {
  await page.evaluate(() => globalThis.begin());
  await until(page, 'its first step', () => globalThis.steps.length > 0, null, 120_000);
  await page.waitForTimeout(1000);
  const from = await page.evaluate(() => performance.now()), first = await page.evaluate(() => globalThis.steps.length);
  await until(page, 'its steps', (count) => globalThis.steps.length >= count, first + Number(options.steps), 300_000);
  const each = await page.evaluate(() => globalThis.steps.at(-1));
  return {from, said: `steps of ${(each / 1000).toFixed(1)} s`};
}

assert.ok(!options.rest || Number(options.watch) > 0, '--rest wants --watch SECONDS: nothing trains, so that no step ends');
const server = makeServer(path.resolve(options.dist)), address = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}/`;
const link = `${address}#task=text&task.window=${options.window}&model=transformer_decoder&model.width=${options.width}&model.heads=4&model.layers=${options.layers}&model.feed_forward=${4 * Number(options.width)}` +
  `&model.norm=pre&batch=${options.batch}&steps=50000&evaluate_every=5000&snapshot_every=5000`;
const noWebGl = () => {
  const original = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function getContext(kind, ...rest) { return /webgl/.test(kind) ? null : original.call(this, kind, ...rest); };
};
const rows = [];
try {
  const wanted = options.only.split(',');
  if (wanted.includes('lab')) rows.push(await visit('Heed, the lab drawing', link, null, train));
  if (wanted.includes('text')) rows.push(await visit('Heed, the text view alone', link, noWebGl, train));
  if (wanted.includes('alone')) {
    rows.push(await visit('a page without Heed', `${address}index.html`, null, async (page) => {
      await page.route('**/alone', (route) => route.fulfill({contentType: 'text/html', body: kAlone}));
      await page.goto(`${address}alone`);
      return alone(page);
    }));
  }
} finally {
  server.close();
}
console.log(table([['', 'gaps', 'longest', 'all together', 'thread taken', 'by the page’s code'], ...rows]));
