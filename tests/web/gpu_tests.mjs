// tests: runs on WebGPU in the built page. The GPU is SwiftShader, a program: slow, but a real device with every rule of the API.
import assert from 'node:assert/strict';
import {kDesktop, lab, launch, ready, run, screenshot, stepReached, until, watch} from './browser.mjs';

// Without clearing workgroup memory, on which no kernel counts, SwiftShader makes its pipelines ten times as fast.
const kWebGpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-dawn-features=disable_workgroup_init'];
// A step of this takes a program of a GPU a fraction of a second.
const kHash = '#task=reverse&task.symbols=5&task.min_length=2&task.max_length=3&model.embedding=8&model.encoder.hidden=8&model.encoder.bidirectional=false&model.decoder.hidden=8&model.attention=dot&model.readout=8&batch=8&optimiser.rate=0.03&steps=50000&evaluate_every=5000&snapshot_every=5000&seed=7';
const kLong = '#task=text&task.window=256&model=transformer_decoder&model.width=8&model.heads=1&model.layers=1&model.feed_forward=16&model.norm=pre&model.positions=rotary&batch=1&steps=50000&evaluate_every=5000&snapshot_every=5000&seed=7';
const kHeavy = '#task=text&task.window=32&model=transformer_decoder&model.width=32&model.heads=2&model.layers=2&model.feed_forward=128&model.norm=pre&batch=8&steps=50000&evaluate_every=5000&snapshot_every=5000&seed=7';

/** Keeps what runs say: heed_said, and the losses by step and run. */
const listen = (page) => page.evaluate(() => {
  const {on} = globalThis.heed.runs;
  const original = on.event;
  globalThis.heedSaid = [];
  globalThis.heedLosses = [new Map(), new Map()];
  on.event = (number, event, blob) => {
    if (event.is === 'metrics_ready') {
      const values = new Float32Array(blob.slice(event.numbers.at, event.numbers.at + event.numbers.bytes));
      event.steps.forEach((step, index) => globalThis.heedLosses[number].set(step, values[4 * index]));
    } else if (/^(backend_chosen|mark_added|notice|went_back|step_profiled|run_started)$/.test(event.is)) {
      globalThis.heedSaid.push({number, ...event});
    }
    original(number, event, blob);
  };
});
const said = (page, kind) => page.evaluate((wanted) => globalThis.heedSaid.filter(({is}) => is === wanted), kind);
const losses = (page) => page.evaluate(() => [...globalThis.heedLosses[0].values()]);
const decided = (page, backend) => until(page, `the run on ${backend}`,
  (wanted) => globalThis.heedSaid.findLast(({is, code}) => is === 'backend_chosen' && code !== 'opening' && code !== 'timing')?.backend === wanted, backend);
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The page without workers: the engine runs on it, where a test can reach the device. */
const kOnPage = () => {
  delete globalThis.Worker;
  if (!globalThis.GPUAdapter) return;
  const original = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function requestDevice(...args) {
    globalThis.heedDevice = await original.apply(this, args);
    return globalThis.heedDevice;
  };
};
/** The same, and what the queue is given: how many submissions, and how many of those that were waited for are under way at most. */
const kCounted = () => {
  delete globalThis.Worker;
  const seen = globalThis.heedQueue = {submitted: 0, paced: 0, underWay: 0, most: 0};
  if (!globalThis.GPUQueue) return;
  const {submit, onSubmittedWorkDone} = GPUQueue.prototype;
  GPUQueue.prototype.submit = function counted(...args) {
    ++seen.submitted;
    return submit.apply(this, args);
  };
  GPUQueue.prototype.onSubmittedWorkDone = function counted() {
    ++seen.paced;
    seen.most = Math.max(seen.most, ++seen.underWay);
    return onSubmittedWorkDone.call(this).then(() => { --seen.underWay; });
  };
};
const kNoWebGpu = () => {
  delete globalThis.Worker;
  Object.defineProperty(Navigator.prototype, 'gpu', {get: () => undefined, configurable: true});
};

export function gpuTests({chromium, address, screens}) {
  /** The page in a browser with WebGPU; `settings`: what the last visit left. */
  async function visit(work, {settings = null, script = null, hash = kHash, extra = kWebGpu, allow = []} = {}) {
    const browser = await launch(chromium, extra);
    try {
      const context = await browser.newContext({viewport: kDesktop, locale: 'en-GB'});
      const {page, problems} = await watch(context, allow);
      if (script) await page.addInitScript(script);
      if (settings) await page.addInitScript((values) => localStorage.getItem('heed.1') ?? localStorage.setItem('heed.1', JSON.stringify(values)), settings);
      await page.goto(`${address}/${hash}`);
      await ready(page);
      await listen(page);
      assert.equal(await page.evaluate(() => globalThis.heed.runs.run(0).preset?.seed ?? 7), 7, 'the link was understood');
      await work(page);
      assert.deepEqual(problems, []);
    } finally {
      await browser.close();
    }
  }
  const choose = (page, backend) => lab(page, {do: 'compute_on', backend});

  return {
    'gpu: a run on webgpu learns as on the cpu, and says where it computes': async () => visit(async (page) => {
      await choose(page, 'webgpu');
      await decided(page, 'webgpu');
      await lab(page, {do: 'train_run', until_step: 25});
      await stepReached(page, 0, 25, 200_000);
      const onGpu = await losses(page);
      assert.ok(onGpu.every(Number.isFinite));
      await until(page, 'the text view', () => /Computes on the GPU/.test(document.getElementById('mirror_text').innerText));
      await page.click('#about');
      assert.match(await page.innerText('#about_gpu'), /compute on this GPU: .*swiftshader/i);
      await page.keyboard.press('Escape');
      await screenshot(page, screens, 'gpu');
      await lab(page, {do: 'profile_run'});
      await until(page, 'the profile', () => globalThis.heedSaid.some(({is}) => is === 'step_profiled'));
      const [profile] = await said(page, 'step_profiled');
      assert.equal(profile.error, '');
      assert.ok(profile.kernels.length > 10 && profile.step_ms > 0 && profile.memory_bytes > 0);
      if (profile.has_clock) assert.ok(profile.kernels[0].ms > 0);
      await until(page, 'the profile in words', () => /training step takes/.test(document.getElementById('mirror_text').innerText));
      await screenshot(page, screens, 'gpu-profile');
      await choose(page, 'cpu');
      await decided(page, 'cpu');
      await page.evaluate(() => globalThis.heedLosses[0].clear());
      await lab(page, {do: 'reset_run'});
      await lab(page, {do: 'train_run', until_step: 25});
      await until(page, 'step 25 on the cpu', () => globalThis.heedLosses[0].has(25), null, 200_000);
      const onCpu = await losses(page);
      assert.equal(onGpu.length, onCpu.length);
      for (let step = 0; step < 10; ++step) assert.ok(Math.abs(onGpu[step] - onCpu[step]) < 2e-3 * onCpu[step], `step ${step + 1}: ${onGpu[step]} on the GPU, ${onCpu[step]} on the CPU`);
      assert.ok(mean(onGpu.slice(-5)) < 0.9 * mean(onGpu.slice(0, 5)), `the loss went from ${mean(onGpu.slice(0, 5))} to ${mean(onGpu.slice(-5))}`);
      assert.ok(Math.abs(mean(onGpu.slice(-5)) - mean(onCpu.slice(-5))) < 0.1 * mean(onCpu.slice(-5)));
    }),

    'gpu: how kernels are cut is measured once, kept by the page and used on the next visit; also where nothing can be kept': async () => {
      // A program is measured only where the kept text asks for it.
      const reached = async (page) => {
        await choose(page, 'webgpu');
        await decided(page, 'webgpu');
        return (await said(page, 'backend_chosen')).at(-1).kernels;
      };
      const stored = (page) => page.evaluate(() => JSON.parse(localStorage.getItem('heed.1')).gpu_kernels);
      let kept = '{"measure":"always"}';
      await visit(async (page) => {
        const kernels = await reached(page);
        assert.match(kernels.since, /^\d{4}-\d\d-\d\d$/);
        kept = await stored(page);
        assert.equal(JSON.parse(kept).records[0].tiles, kernels.tiles);
        await page.click('#about');
        assert.match(await page.innerText('#about_gpu'), new RegExp(`measuring on ${kernels.since}: products in tiles of \\d+ × \\d+`));
      }, {settings: {gpu_kernels: kept}});
      const records = JSON.parse(kept);
      records.records[0].since = '2001-02-03';
      await visit(async (page) => {
        assert.deepEqual(await reached(page), {tiles: records.records[0].tiles, subgroups: records.records[0].rows === 'subgroups', since: '2001-02-03'});
        assert.equal(await stored(page), JSON.stringify(records));
      }, {settings: {gpu_kernels: JSON.stringify(records)}});
      // A browser that keeps nothing.
      await visit(async (page) => assert.equal((await reached(page)).since, ''), {script: () => {
        Object.defineProperty(window, 'localStorage', {get: () => { throw new Error('private'); }});
        Object.defineProperty(window, 'indexedDB', {get: () => undefined});
      }});
    },

    'gpu: auto takes the cpu where the GPU is a program, and says why': async () => visit(async (page) => {
      await lab(page, {do: 'reset_run'});
      await decided(page, 'cpu');
      const chosen = (await said(page, 'backend_chosen')).at(-1);
      assert.deepEqual([chosen.wish, chosen.code, chosen.webgpu_ms], ['auto', 'fallback', 0]);
      assert.match(chosen.reason, /is a program/);
      await until(page, 'the reason in the text view', () => /GPU is a program/.test(document.getElementById('mirror_text').innerText));
      await lab(page, {do: 'train_run', until_step: 20});
      await stepReached(page, 0, 20);
      assert.deepEqual(await said(page, 'notice'), []);
    }),

    'gpu: changed in mid-run from one to the other and back, marked, and kept for the next visit': async () => visit(async (page) => {
      await choose(page, 'cpu');
      await decided(page, 'cpu');
      await lab(page, {do: 'train_run'});
      await stepReached(page, 0, 10);
      await page.click('#text_view');
      await page.selectOption('#mirror_backend', 'webgpu');
      await decided(page, 'webgpu');
      const there = (await run(page)).step;
      await stepReached(page, 0, there + 5, 200_000);
      await choose(page, 'cpu');
      await decided(page, 'cpu');
      await stepReached(page, 0, (await run(page)).step + 10);
      await lab(page, {do: 'pause_run'});
      assert.deepEqual((await said(page, 'mark_added')).map(({text}) => text), ['CPU -> WebGPU', 'WebGPU -> CPU']);
      assert.deepEqual(await said(page, 'went_back'), []);
      assert.ok((await losses(page)).every(Number.isFinite));
      assert.equal(await page.inputValue('#mirror_backend'), 'cpu');
      assert.equal(await page.evaluate(() => JSON.parse(localStorage.getItem('heed.1')).backend), 'cpu');
      assert.ok(!(await page.evaluate(() => location.hash)).includes('cpu'), 'what computes is no part of a link');
    }),

    'gpu: a window of 256 pieces trains on webgpu, and its pictures stay small': async () => visit(async (page) => {
      await choose(page, 'webgpu');
      await decided(page, 'webgpu');
      await page.evaluate(() => {
        const {on} = globalThis.heed.runs, original = on.event;
        globalThis.heedPictures = [];
        on.event = (number, event, blob) => {
          if (event.is === 'snapshot_ready') globalThis.heedPictures.push({bytes: blob.byteLength, sources: event.snapshot.probes.map(({source}) => source.length)});
          original(number, event, blob);
        };
      });
      await lab(page, {do: 'train_run', until_step: 2});
      await stepReached(page, 0, 2, 200_000);
      await until(page, 'a picture', () => globalThis.heedPictures.length > 0, null, 100_000);
      assert.ok((await losses(page)).every(Number.isFinite));
      for (const {bytes, sources} of await page.evaluate(() => globalThis.heedPictures)) {
        assert.ok(bytes < 1.5e6, `a picture of ${bytes} bytes`);
        assert.deepEqual([...new Set(sources)], [64]);
      }
      await screenshot(page, screens, 'gpu-long-window');
    }, {hash: kLong}),

    'gpu: a long step goes to the device in parts, two at a time, and computes the same': async () => visit(async (page) => {
      await choose(page, 'webgpu');
      await decided(page, 'webgpu');
      await lab(page, {do: 'train_run', until_step: 2});
      await stepReached(page, 0, 2, 250_000);
      const onGpu = await losses(page), queue = await page.evaluate(() => globalThis.heedQueue);
      assert.ok(queue.paced > 2, `in parts: ${JSON.stringify(queue)}`);
      assert.ok(queue.most <= 2, JSON.stringify(queue));
      await choose(page, 'cpu');
      await decided(page, 'cpu');
      await page.evaluate(() => globalThis.heedLosses[0].clear());
      await lab(page, {do: 'reset_run'});
      await lab(page, {do: 'train_run', until_step: 2});
      await until(page, 'step 2 on the cpu', () => globalThis.heedLosses[0].has(2), null, 100_000);
      (await losses(page)).forEach((loss, step) => assert.ok(Math.abs(loss - onGpu[step]) < 1e-3 * loss, `step ${step + 1}: ${onGpu[step]} on the GPU, ${loss} on the CPU`));
    }, {hash: kHeavy, script: kCounted, settings: {gpu_kernels: '{"measure":"always"}'}}),

    'gpu: lost in mid-run, the run goes on from the last good step on the cpu': async () => visit(async (page) => {
      await until(page, 'the run', () => globalThis.heed.runs.run(0).phase === 'paused');
      await choose(page, 'webgpu');
      await decided(page, 'webgpu');
      await lab(page, {do: 'train_run'});
      await stepReached(page, 0, 3, 200_000);
      await page.evaluate(() => globalThis.heedDevice.destroy());
      await decided(page, 'cpu');
      const notices = await said(page, 'notice');
      assert.equal(notices.at(-1).code, 'gpu_lost_run');
      assert.equal((await said(page, 'went_back')).length, 1);
      assert.match((await said(page, 'mark_added')).at(-1).text, /the GPU failed/);
      await stepReached(page, 0, 20);
      await until(page, 'the notice in words', () => /GPU failed/.test(document.getElementById('mirror_text').innerText));
    }, {script: kOnPage}),

    'gpu: without WebGPU a run that asks for it says so and computes on the cpu': async () => {
      await visit(async (page) => {
        await choose(page, 'webgpu');
        await decided(page, 'cpu');
        assert.equal((await said(page, 'backend_chosen')).at(-1).code, 'refused');
        assert.equal((await said(page, 'notice')).at(-1).code, 'gpu_refused');
        await lab(page, {do: 'train_run', until_step: 20});
        await stepReached(page, 0, 20);
        await page.click('#about');
        assert.match(await page.innerText('#about_gpu'), /no GPU: This browser has no WebGPU/);
      }, {script: kNoWebGpu});
      // A browser that has the API and no adapter to give.
      await visit(async (page) => {
        await choose(page, 'webgpu');
        await decided(page, 'cpu');
        assert.equal((await said(page, 'notice')).at(-1).code, 'gpu_refused');
        await lab(page, {do: 'train_run', until_step: 20});
        await stepReached(page, 0, 20);
      }, {extra: []});
    },
  };
}
