// tests: a headless Chromium with the built page in it. Every page is watched for console errors, failed requests and violations of
// the content-security policy; helpers find what is on screen.
import {readFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import path from 'node:path';
import {chromium} from 'playwright-core';

const require = createRequire(import.meta.url);
const kArguments = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--enable-unsafe-swiftshader'];
export const kDesktop = {width: 1280, height: 800};
export const kPhone = {viewport: {width: 390, height: 844}, deviceScaleFactor: 2, hasTouch: true, isMobile: true};

export function launch(executable, extra = []) {
  return chromium.launch({executablePath: executable, args: [...kArguments, ...extra]});
}

/** A page that is watched. `allow`: patterns of console errors that the test provokes on purpose. */
export async function watch(context, allow = []) {
  const page = await context.newPage();
  const problems = [];
  const note = (text) => {
    if (!allow.some((pattern) => pattern.test(text))) problems.push(text);
  };
  page.on('console', (message) => {
    if (message.type() === 'error') note(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => note(`exception: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 400) note(`${response.status()}: ${response.url()}`);
  });
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => console.error(`policy violated: ${event.violatedDirective} by ${event.blockedURI} ${event.sample}`));
  });
  return {page, problems};
}

export async function ready(page) {
  await page.waitForSelector('html[data-ready="true"]', {state: 'attached', timeout: 60_000});
}

/** Waits until `probe(argument)` in the page is truthy and gives its value; the message says what was waited for. */
export async function until(page, what, probe, argument = null, timeout = 60_000) {
  try {
    const handle = await page.waitForFunction(probe, argument, {timeout, polling: 50});
    return await handle.jsonValue();
  } catch (error) {
    const mirror = await page.locator('#mirror_text').innerText().catch(() => '');
    throw new Error(`waited ${timeout / 1000} s for ${what}; the text view says: ${mirror.slice(0, 300) || '(nothing)'} [${error.message.split('\n')[0]}]`);
  }
}

export const lab = (page, command) => page.evaluate((value) => globalThis.heed.post({kind: 'lab', command: value}), command);
export const run = (page, number = 0) => page.evaluate((index) => {
  const {phase, step, preset, save} = globalThis.heed.runs.run(index);
  return {phase, step, preset, saved: save?.step ?? null};
}, number);
export const stepReached = (page, number, step, timeout = 60_000) =>
  until(page, `step ${step} of run ${number + 1}`, ([index, wanted]) => globalThis.heed.runs.run(index).step >= wanted, [number, step], timeout);
export const mirrorText = (page) => page.evaluate(() => document.getElementById('mirror_text').innerText);

/** What is wrong with the layout as it is on screen: text cut, controls over one another, things beyond the window. */
export function layoutFaults(page) {
  return page.evaluate(() => {
    const faults = [];
    const name = (element) => `<${element.tagName.toLowerCase()}${element.id ? ` #${element.id}` : ''}${element.classList.length ? ` .${[...element.classList].join('.')}` : ''}> "${(element.textContent ?? '').trim().slice(0, 40)}"`;
    const hidden = (element) => element.closest('.visually-hidden, .skip, .text-field, [hidden], .file input') || !element.checkVisibility({visibilityProperty: true, opacityProperty: true});
    /** The part of an element that its scrolling ancestors leave on screen. */
    const seen = (element) => {
      let {left, top, right, bottom} = element.getBoundingClientRect();
      for (let up = element.parentElement; up; up = up.parentElement) {
        if (getComputedStyle(up).overflow === 'visible') continue;
        const box = up.getBoundingClientRect();
        left = Math.max(left, box.left);
        top = Math.max(top, box.top);
        right = Math.min(right, box.right);
        bottom = Math.min(bottom, box.bottom);
      }
      return {left, top, right, bottom, empty: right - left < 1 || bottom - top < 1};
    };
    const modal = document.querySelector('dialog[open]');
    const scope = modal ?? document.body;
    if (document.documentElement.scrollWidth > innerWidth + 1) faults.push(`the page is ${document.documentElement.scrollWidth} px wide in a window of ${innerWidth}`);
    for (const element of scope.querySelectorAll('p, h1, h2, h3, li, button, label, legend, th, td, summary, span, a')) {
      if (hidden(element) || element.closest('.table-scroll, .math-block, math')) continue;
      const style = getComputedStyle(element);
      const cut = (element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0) || (element.scrollHeight > element.clientHeight + 2 && element.clientHeight > 0 && style.overflowY === 'hidden');
      if (cut && style.display !== 'inline' && (style.overflowX !== 'visible' || element.matches('button, p, h1, h2, h3'))) faults.push(`cut: ${name(element)}`);
      const box = seen(element);
      if (!box.empty && (box.right > innerWidth + 1 || box.left < -1)) faults.push(`beyond the window: ${name(element)}`);
    }
    const controls = [...scope.querySelectorAll('button, select, input, textarea, a[href], summary')].filter((element) => !hidden(element));
    const boxes = controls.map(seen);
    controls.forEach((one, i) => controls.forEach((two, j) => {
      if (j <= i || one.contains(two) || two.contains(one) || boxes[i].empty || boxes[j].empty) return;
      const wide = Math.min(boxes[i].right, boxes[j].right) - Math.max(boxes[i].left, boxes[j].left);
      const high = Math.min(boxes[i].bottom, boxes[j].bottom) - Math.max(boxes[i].top, boxes[j].top);
      if (wide > 1 && high > 1) faults.push(`overlap: ${name(one)} and ${name(two)}`);
    }));
    return faults;
  });
}

/** How many different colours the lab's canvas shows on screen, and the share of the most common one. */
export async function canvasColours(page, context) {
  const picture = await page.locator('#heed-canvas').screenshot();
  const blank = await context.newPage();
  try {
    return await blank.evaluate(async (data) => {
      const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], {type: 'image/png'}));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context2d = canvas.getContext('2d');
      context2d.drawImage(bitmap, 0, 0);
      const pixels = new Uint32Array(context2d.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer);
      const counts = new Map();
      for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
      return {colours: counts.size, largest: Math.max(...counts.values()) / pixels.length};
    }, picture.toString('base64'));
  } finally {
    await blank.close();
  }
}

/** Violations of WCAG A and AA that axe-core finds, as one line each. */
export async function accessibilityFaults(page) {
  await page.evaluate(await readFile(require.resolve('axe-core/axe.min.js'), 'utf8'));
  // A colour on its way from one state to the next has no contrast of its own.
  await page.waitForFunction(() => !document.getAnimations().some((animation) => animation instanceof CSSTransition && animation.playState === 'running'), null, {polling: 50});
  const found = await page.evaluate(() => globalThis.axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations']}));
  return found.violations.flatMap(({id, nodes}) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ''}`));
}

/** Where a widget of the lab is on screen, in page coordinates. */
export async function locate(page, id) {
  return until(page, `the widget "${id}" on the canvas`, async (wanted) => {
    const place = await new Promise((resolve) => {
      const before = globalThis.heed.onLocated;
      globalThis.heed.onLocated = (message) => {
        globalThis.heed.onLocated = before;
        resolve(message);
      };
      globalThis.heed.post({kind: 'locate', id: wanted});
      setTimeout(() => resolve(null), 500);
    });
    if (!place?.w) return null;
    const canvas = document.getElementById('heed-canvas').getBoundingClientRect();
    return {x: canvas.left + place.x + place.w / 2, y: canvas.top + place.y + place.h / 2, w: place.w, h: place.h};
  }, id, 10_000);
}

export async function screenshot(page, folder, name) {
  if (folder) await page.screenshot({path: path.join(folder, `${name}.png`)});
}
