// tests: the built page on other hosts: a deep folder without special headers, an iframe, and no network at all.
import assert from 'node:assert/strict';
import {kDesktop, ready, run, screenshot, stepReached, until, watch} from './browser.mjs';

export function hostingTests({browser, address, plain, screens}) {
  return {
    'hosting: a sub-folder of a plain host': async () => {
      const context = await browser.newContext({viewport: kDesktop, locale: 'en-GB'});
      const {page, problems} = await watch(context);
      await page.goto(`${plain.address}/courses/nets/heed/#task=reverse`);
      await ready(page);
      assert.equal(await page.evaluate(() => globalThis.crossOriginIsolated), false);
      await page.click('#text_view');
      await page.click('#mirror_controls button:has-text("Train")');
      await stepReached(page, 0, 10);
      assert.deepEqual(problems, []);
    },

    'hosting: in an iframe of a course': async () => {
      const context = await browser.newContext({viewport: kDesktop, locale: 'en-GB'});
      const {page, problems} = await watch(context);
      await page.goto(`${plain.address}/course.html`);
      const frame = await (await page.waitForSelector('iframe')).contentFrame();
      await frame.waitForSelector('html[data-ready="true"]', {state: 'attached', timeout: 60_000});
      await frame.waitForSelector('.step-title');
      await frame.click('#text_view');
      await frame.click('#mirror_controls button:has-text("One step")');
      await frame.waitForFunction(() => globalThis.heed.runs.run(0).step >= 1, null, {timeout: 60_000});
      await screenshot(page, screens, 'iframe');
      assert.deepEqual(problems, []);
    },

    'hosting: offline after the first visit': async () => {
      const context = await browser.newContext({viewport: kDesktop, locale: 'en-GB', serviceWorkers: 'allow'});
      const {page, problems} = await watch(context);
      await page.addInitScript(() => Object.defineProperty(navigator, 'hardwareConcurrency', {get: () => 2}));
      await page.goto(`${address}/?sw=1#task=reverse`);
      await ready(page);
      await until(page, 'the service worker', () => navigator.serviceWorker.controller !== null);
      const kept = await page.evaluate(async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({url}) => url)))).flat());
      assert.deepEqual(kept.filter((url) => /engine-/.test(url)).map((url) => url.split('/').at(-1)).sort(), ['engine-relaxed.mjs', 'engine-relaxed.wasm']);
      await context.setOffline(true);
      await page.reload();
      await ready(page);
      await page.click('#text_view');
      await page.click('#mirror_controls button:has-text("Train")');
      await stepReached(page, 0, 10);
      await page.selectOption('#lesson_select', {index: 0});
      await page.waitForSelector('.step-title');
      await page.selectOption('#language_select', 'fr');
      await until(page, 'the lesson in French', () => document.querySelector('#lesson_next')?.textContent.includes('Suite'));
      assert.ok((await run(page)).preset);
      assert.deepEqual(problems, []);
    },

    'hosting: not registered on localhost unless asked': async () => {
      const context = await browser.newContext({viewport: kDesktop, locale: 'en-GB'});
      const {page} = await watch(context);
      await page.goto(`${address}/`);
      await ready(page);
      assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
    },
  };
}
