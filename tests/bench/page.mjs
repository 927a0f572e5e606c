// tests/bench: the page in headless Chromium: time until it can be used, what a first visit transfers, how fast it trains, and what
// training does to the drawing of the page.
import {existsSync} from 'node:fs';
import path from 'node:path';
import {gzipSync} from 'node:zlib';
import {listen, makeServer} from '../../web/build/serve.mjs';
import {median, readPreset, table} from './tool.mjs';

const kVisits = 3, kTrainSeconds = 15, kFrameSeconds = 3;

/** A first visit in a fresh profile: milliseconds until the page is ready, bytes of all that it loaded, compressed. */
async function visit(browser, address) {
  const context = await browser.newContext({viewport: {width: 1280, height: 800}});
  const page = await context.newPage();
  const bodies = new Map();  // by address: what a page asks for twice comes from the browser's cache
  page.on('response', (response) => bodies.set(response.url(), response.body().then((body) => gzipSync(body).length, () => 0)));
  const begun = performance.now();
  await page.goto(address);
  await page.waitForSelector('html[data-ready="true"]', {timeout: 30_000});
  const ready = performance.now() - begun;
  const bytes = (await Promise.all(bodies.values())).reduce((sum, size) => sum + size, 0);
  return {context, page, ready, bytes};
}

/** Milliseconds between frames over a few seconds: the middle and the longest. */
const frames = (page) => page.evaluate((seconds) => new Promise((resolve) => {
  const gaps = [];
  let last = performance.now();
  const end = last + seconds * 1000;
  const frame = (now) => {
    gaps.push(now - last);
    last = now;
    if (now < end) requestAnimationFrame(frame);
    else resolve({middle: gaps.sort((a, b) => a - b)[gaps.length >> 1], longest: gaps.at(-1)});
  };
  requestAnimationFrame(frame);
}), kFrameSeconds);

const stepOf = (page) => page.evaluate(() => globalThis.heed.runs.run(0).step);

async function training(page) {
  const idle = await frames(page);
  await page.evaluate(() => globalThis.heed.post({kind: 'lab', command: {do: 'train_run', run: 0, until_step: 1000000}}));
  await page.waitForFunction(() => globalThis.heed.runs.run(0).step > 0, null, {timeout: 30_000});
  const first = await stepOf(page), begun = performance.now();
  const busy = await frames(page);
  await new Promise((resolve) => setTimeout(resolve, (kTrainSeconds - kFrameSeconds) * 1000));
  const stepsPerSecond = ((await stepOf(page)) - first) / ((performance.now() - begun) / 1000);
  return {idle, busy, stepsPerSecond};
}

export async function measurePage({root, dist, chromium}) {
  if (!existsSync(path.join(dist, 'index.html')) || !existsSync(chromium)) {
    console.error(`heed: the page is left out: ${existsSync(chromium) ? `there is no built page in ${dist}; ./heed build makes it` : 'no Chromium; CHROMIUM may name one'}.`);
    return null;
  }
  const {launch} = await import('../web/browser.mjs');
  const server = makeServer(dist), address = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}/`;
  const browser = await launch(chromium);
  try {
    const {task, model, optimiser, batch} = readPreset({root}, 'reverse-attention');
    const link = `${address}#task=${task.type}&model.attention=${model.attention.type}&optimiser.rate=${optimiser.rate}&batch=${batch}`;
    const visits = [];
    for (let n = 0; n < kVisits; ++n) {
      const one = await visit(browser, link);
      visits.push(one);
      if (n + 1 < kVisits) await one.context.close();
    }
    const {idle, busy, stepsPerSecond} = await training(visits.at(-1).page);
    const result = {ready_ms: median(visits.map((one) => one.ready)), first_visit_gzip_bytes: visits[0].bytes, steps_per_second: stepsPerSecond,
      frame_ms: {idle, training: busy}};
    result.text = table([['the page in headless Chromium', ''], ['ready after', `${result.ready_ms.toFixed(0)} ms`],
      ['first visit, gzip', `${(result.first_visit_gzip_bytes / 1e6).toFixed(2)} MB`], ['reversal with attention', `${stepsPerSecond.toFixed(0)} steps/s`],
      ['frame, idle: middle, longest', `${idle.middle.toFixed(1)}, ${idle.longest.toFixed(0)} ms`],
      ['frame, training: middle, longest', `${busy.middle.toFixed(1)}, ${busy.longest.toFixed(0)} ms`]]);
    console.log(result.text);
    return result;
  } finally {
    await browser.close();
    server.close();
  }
}
