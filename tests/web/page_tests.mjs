// tests: the page around the lab: layout, accessibility, language, theme, dialogs, and what it does when the browser refuses something.
import assert from 'node:assert/strict';
import {accessibilityFaults, kDesktop, kPhone, lab, layoutFaults, mirrorText, ready, run, screenshot, stepReached, until, watch} from './browser.mjs';

const kNoWebGl = () => {
  const original = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function getContext(kind, ...rest) {
    return /webgl/.test(kind) ? null : original.call(this, kind, ...rest);
  };
};
const kNoWorkers = () => {
  delete globalThis.Worker;
};
const kNoRelaxedSimd = () => {
  const original = WebAssembly.validate;
  WebAssembly.validate = (bytes) => !new Uint8Array(bytes).join().includes('253,133,2') && original.call(WebAssembly, bytes);
};
const kCores = (count) => Object.defineProperty(navigator, 'hardwareConcurrency', {get: () => count});
const kNoStorage = () => {
  const refuse = {get() {
    throw new DOMException('refused', 'SecurityError');
  }};
  Object.defineProperty(globalThis, 'localStorage', refuse);
  Object.defineProperty(globalThis, 'indexedDB', refuse);
};
const kNoWasm = () => {
  delete globalThis.WebAssembly;
};

export function pageTests({browser, address, screens}) {
  /** Opens the page in a fresh context; `work` gets {page, context}; nothing may have gone wrong at the end. */
  async function visit(work, {context: options = {viewport: kDesktop}, hash = '', script = null, allow = []} = {}) {
    const context = await browser.newContext({locale: 'en-GB', ...options});
    const {page, problems} = await watch(context, allow);
    if (script) await page.addInitScript(script);
    await page.goto(`${address}/${hash}`);
    await ready(page);
    await work(page, context);
    assert.deepEqual(problems, []);
    await context.close();
  }

  async function sound(page, what) {
    assert.deepEqual(await layoutFaults(page), [], `layout, ${what}`);
    assert.deepEqual(await accessibilityFaults(page), [], `accessibility, ${what}`);
  }

  return {
    'page: desktop, light and dark': async () => {
      for (const [name, options] of [['desktop', {viewport: kDesktop}], ['desktop-dark', {viewport: kDesktop, colorScheme: 'dark'}], ['wide', {viewport: {width: 1920, height: 1080}}]]) {
        await visit(async (page) => {
          await until(page, 'the lesson', () => document.querySelector('.step-title')?.textContent.length > 3);
          await until(page, 'the text view to say something', () => document.getElementById('mirror_text').innerText.length > 40);
          await screenshot(page, screens, name);
          await sound(page, name);
        }, {context: options});
      }
    },

    'page: phone, lesson and lab': async () => visit(async (page) => {
      await until(page, 'the lesson', () => document.querySelector('.step-title')?.textContent.length > 3);
      await screenshot(page, screens, 'phone-lesson');
      await sound(page, 'lesson');
      await page.tap('#show_lab');
      assert.ok(await page.locator('#heed-canvas').isVisible());
      assert.ok(!(await page.locator('#lesson_body').isVisible()));
      await page.waitForTimeout(300);
      await screenshot(page, screens, 'phone-lab');
      await sound(page, 'lab');
    }, {context: kPhone}),

    'page: ready experiments: a list beside the free lab, and links that name one': async () => {
      const built = (page, what, type) => until(page, what, (wanted) => globalThis.heed.runs.run(0).preset?.model.type === wanted, type);
      const presetOf = (page) => page.evaluate(() => globalThis.heed.runs.run(0).preset);
      for (const [name, options] of [['experiments', {viewport: kDesktop}], ['experiments-phone', kPhone]]) {
        await visit(async (page) => {
          await page.locator('.experiment-group').first().waitFor();
          assert.equal(await page.locator('.experiment-group').count(), 8);
          await page.getByText('Machines with a memory: NTM and DNC').click();
          await screenshot(page, screens, name);
          await sound(page, name);
          await page.locator('[data-experiment="bits-copy"]').click();
          await built(page, 'the machine', 'neural_turing_machine');
          assert.equal((await presetOf(page)).model.rows, 40);
          assert.ok(await page.locator('#heed-canvas').isVisible(), 'the lab is in sight');
          await until(page, 'the mark of the one that runs', () => document.querySelector('.experiment[aria-current]')?.dataset.experiment === 'bits-copy');
        }, {context: options, hash: '#lesson=none'});
      }
      await visit(async (page) => {
        await built(page, 'the machine of the link', 'neural_turing_machine');
        const {seed, steps, task, model, optimiser} = await presetOf(page);
        assert.deepEqual([seed, steps, task.type, model.controller, model.rows, optimiser.type], [3, 2000, 'bit_copy', 'feed_forward', 32, 'rmsprop']);
        await page.locator('.experiment-group').first().waitFor({state: 'attached'});
        assert.ok(await page.locator('#heed-canvas').isVisible(), 'a link to an experiment opens the lab');
        assert.equal(await page.locator('.experiment[aria-current]').count(), 0, 'with other rows it is not the one of the list');
        assert.equal(await page.locator('.notice').count(), 0);
      }, {context: kPhone, hash: '#preset=bits-copy&seed=3&model.rows=32'});
      await visit(async (page) => {
        await page.locator('[data-experiment="stories-two-facts"]', {hasText: 'Histoires : où est une chose'}).waitFor({state: 'attached'});
        await built(page, 'the memory network', 'end_to_end_memory');
        await until(page, 'its mark', () => document.querySelector('.experiment[aria-current]')?.dataset.experiment === 'stories-two-facts');
        assert.deepEqual(await page.locator('.experiment-group[open] summary span').allInnerTexts(), ['Réseaux à mémoire qui lisent des histoires']);
        await lab(page, {do: 'train_run', until_step: 3});
        await stepReached(page, 0, 3);
        await page.evaluate(() => globalThis.heed.saveSoon());
        await page.reload();
        await page.locator('.notice', {hasText: '« Histoires : où est une chose »'}).waitFor();
      }, {context: {viewport: kDesktop, locale: 'fr-FR'}, hash: '#preset=stories-two-facts'});
      await visit(async (page) => {
        await page.locator('.notice', {hasText: 'ready experiment that is not here (bits-copied)'}).waitFor();
        await page.locator('.experiment-group').first().waitFor();
      }, {hash: '#preset=bits-copied'});
    },

    'page: without the list of ready experiments it says so and starts': async () => visit(async (page) => {
      await page.locator('.notice', {hasText: 'list of ready experiments could not be loaded'}).waitFor();
      await page.locator('.callout', {hasText: 'list of ready experiments could not be loaded'}).waitFor();
      await until(page, 'the usual model', () => globalThis.heed.runs.run(0).preset?.model.type === 'encoder_decoder');
    }, {hash: '#preset=bits-copy', script: () => {
      const original = globalThis.fetch;
      globalThis.fetch = (what, ...rest) => (/experiments[.]json/.test(String(what)) ? Promise.reject(new TypeError('cut')) : original(what, ...rest));
    }}),

    'page: small windows keep everything in reach': async () => {
      for (const [width, height] of [[320, 568], [700, 500], [900, 600], [1100, 620]]) {
        await visit(async (page) => {
          assert.deepEqual(await layoutFaults(page), [], `${width} x ${height}`);
        }, {context: {viewport: {width, height}}});
      }
    },

    'page: French, kept over a reload': async () => visit(async (page) => {
      await page.selectOption('#language_select', 'fr');
      await until(page, 'the lesson in French', () => document.querySelector('#lesson_next')?.textContent.includes('Suite'));
      await until(page, 'the text view in French', () => /\b(le|la|les|des|pas|avec)\b/.test(document.getElementById('mirror_text').innerText));
      await screenshot(page, screens, 'desktop-french');
      await page.reload();
      await ready(page);
      assert.equal(await page.evaluate(() => document.documentElement.lang), 'fr');
      await until(page, 'the lesson in French again', () => document.querySelector('#lesson_next')?.textContent.includes('Suite'));
      await sound(page, 'French');
    }),

    'page: theme switch, lesson column folded, kept over a reload': async () => visit(async (page) => {
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await ground();
      await page.click('#theme');
      assert.notEqual(await ground(), light);
      await page.click('#fold');
      assert.ok(!(await page.locator('#lesson').isVisible()));
      const dark = await ground();
      await page.reload();
      await ready(page);
      assert.equal(await ground(), dark);
      assert.ok(!(await page.locator('#lesson').isVisible()));
      await page.click('#fold');
      assert.ok(await page.locator('#lesson').isVisible());
    }),

    'page: dialogs: link, about, own pairs': async () => visit(async (page) => {
      await page.click('#share');
      await page.waitForSelector('#share_dialog[open]');
      assert.match(await page.inputValue('#share_link'), /^http.*#.*task=/);
      await sound(page, 'link');
      await page.keyboard.press('Escape');
      await page.click('#about');
      for (const name of ['Inter', 'Dear ImGui', 'Eigen']) assert.ok((await page.innerText('#about_list')).includes(name), name);
      await screenshot(page, screens, 'about');
      await sound(page, 'about');
      await page.keyboard.press('Escape');
      await page.click('#text_view');
      await page.click('#mirror_controls button:has-text("My own pairs")');
      await page.fill('#pairs_text', 'a b\tb a\nno tab here\n');
      assert.match(await page.innerText('#pairs_state'), /1 pairs?, 1 without/);
      await sound(page, 'pairs');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      assert.equal(await page.locator('#pairs_dialog[open]').count(), 0);
    }),

    'page: own pairs are used for training': async () => visit(async (page) => {
      await page.click('#text_view');
      await page.click('#mirror_controls button:has-text("My own pairs")');
      const words = ['un', 'deux', 'trois', 'quatre', 'cinq', 'six', 'sept', 'huit'];
      const lines = words.flatMap((one) => words.map((two) => `${one} ${two}\t${two} ${one}`));
      await page.fill('#pairs_text', lines.join('\n'));
      await page.click('#pairs_use');
      await until(page, 'a run on the pairs', () => JSON.stringify(globalThis.heed.runs.run(0).preset ?? {}).includes('pairs'));
      await page.click('#mirror_controls button:has-text("Train")');
      await stepReached(page, 0, 5);
    }),

    'page: without WebGL 2 the text view takes over': async () => visit(async (page) => {
      assert.ok((await page.innerText('#notices')).includes('WebGL'));
      assert.ok(await page.locator('#mirror_controls').isVisible());
      await page.click('#mirror_controls button:has-text("Train")');
      await stepReached(page, 0, 30);
      await until(page, 'the attention as a table', () => document.querySelectorAll('#mirror_tables td').length > 8);
      const sums = await page.evaluate(() => [...document.querySelectorAll('#mirror_tables tbody tr')].map((row) => [...row.querySelectorAll('td')].reduce((sum, cell) => sum + Number(cell.textContent), 0)));
      for (const sum of sums) assert.ok(Math.abs(sum - 1) < 0.08, `a row of weights sums to ${sum}`);
      await page.click('#mirror_controls button:has-text("Pause")');
      await screenshot(page, screens, 'no-webgl');
      await sound(page, 'no WebGL');
    }, {hash: '#task=reverse&model.attention=additive', script: kNoWebGl}),

    'page: without WebGL 2 task and model are chosen in a form': async () => visit(async (page) => {
      const preset = () => page.evaluate(() => globalThis.heed.runs.run(0).preset);
      const form = page.locator('.build-form');
      await form.waitFor();
      assert.equal(await form.getByLabel('Task', {exact: true}).inputValue(), 'reverse');
      await form.getByLabel('Task', {exact: true}).selectOption('copy');
      await form.getByLabel('Attention', {exact: true}).selectOption('dot');
      await form.getByLabel('Seed', {exact: true}).fill('12');
      await page.keyboard.press('Tab');
      await until(page, 'the first run', () => globalThis.heed.runs.run(0).preset !== null);
      assert.equal((await preset()).task.type, 'reverse');  // nothing is built before it is asked for
      await until(page, 'the word that something changed', () => /not built yet/.test(document.querySelector('.build-state p').textContent));
      await sound(page, 'the form');
      await screenshot(page, screens, 'form');
      await form.getByRole('button', {name: 'Build'}).click();
      await until(page, 'the new run', () => globalThis.heed.runs.run(0).preset.task.type === 'copy');
      const built = await preset();
      assert.deepEqual([built.model.attention.type, built.seed], ['dot', 12]);
      await until(page, 'no change left', () => document.querySelector('.build-state').hidden);
      await page.click('.build-more summary');
      await form.getByLabel(/^Batch/).fill('9999999');
      await page.keyboard.press('Tab');
      await form.getByLabel('Task', {exact: true}).selectOption('dates');
      await page.click('.build-state button:has-text("Undo")');
      await until(page, 'the draft as it was', () => document.getElementById('build-task').value === 'copy');
      assert.deepEqual(await preset(), built);
      await page.click('#mirror_controls button:has-text("Train")');
      await stepReached(page, 0, 5);
    }, {hash: '#task=reverse', script: kNoWebGl}),

    'page: without workers it trains on the page': async () => visit(async (page) => {
      assert.ok((await page.innerText('#notices')).includes('workers'));
      await page.click('#text_view');
      await page.click('#mirror_controls button:has-text("Train")');
      await stepReached(page, 0, 20);
      await page.click('#about');  // the page still answers while it trains
      await page.waitForSelector('#about_dialog[open]', {timeout: 5000});
      await page.keyboard.press('Escape');
      await page.click('#mirror_controls button:has-text("Pause")');
      await until(page, 'the pause', () => globalThis.heed.runs.run(0).phase === 'paused');
    }, {script: kNoWorkers, hash: '#task=reverse'}),

    'page: one engine is fetched, the best that the browser takes': async () => {
      for (const [kind, search, cores, script] of [['relaxed', '', 2], ['relaxed-threads', '', 4], ['simd', '?engine=simd', 4], ['simd', '', 2, kNoRelaxedSimd], ['simd-threads', '', 8, kNoRelaxedSimd]]) {
        const context = await browser.newContext({viewport: kDesktop, locale: 'en-GB'});
        const {page, problems} = await watch(context);
        const fetched = [];
        context.on('request', (request) => fetched.push(request.url()));
        await page.addInitScript(kCores, cores);
        if (script) await page.addInitScript(script);
        await page.goto(`${address}/${search}#task=reverse`);
        await ready(page);
        await page.click('#text_view');
        await page.click('#mirror_controls button:has-text("Train")');
        await stepReached(page, 0, 10);
        assert.deepEqual(await page.evaluate(() => globalThis.heed.features.engine), {variant: kind, threads: kind.endsWith('-threads') ? cores / 2 : 1});
        const engines = fetched.filter((url) => /engine-[\w-]+\.wasm/.test(url)).map((url) => url.split('/').at(-1));
        assert.deepEqual([...new Set(engines)], [`engine-${kind}.wasm`]);
        await page.click('#about');
        assert.match(await page.innerText('#about_engine'), kind.startsWith('relaxed') ? /relaxed SIMD/ : /plain SIMD/);
        assert.match(await page.innerText('#about_engine'), kind.endsWith('-threads') ? new RegExp(`${cores / 2} threads`) : /one thread/);
        assert.deepEqual(problems, []);
        await context.close();
      }
    },

    'page: where threads do not come up it trains with one and says so': async () => {
      const context = await browser.newContext({viewport: kDesktop, locale: 'en-GB'});
      const {page, problems} = await watch(context, [/engine-relaxed-threads/, /ERR_FAILED/]);
      await context.route(/engine-relaxed-threads\.wasm/, (route) => route.abort());
      await page.addInitScript(kCores, 4);
      await page.goto(`${address}/#task=reverse`);
      await ready(page);
      await page.click('#text_view');
      await page.click('#mirror_controls button:has-text("Train")');
      await stepReached(page, 0, 10);
      assert.deepEqual(await page.evaluate(() => globalThis.heed.features.engine), {variant: 'relaxed', threads: 1});
      await page.click('#about');
      assert.match(await page.innerText('#about_engine'), /relaxed SIMD, on one thread/);
      assert.deepEqual(problems, []);
      await context.close();
    },

    'page: without storage it says so and works': async () => visit(async (page) => {
      assert.ok((await page.innerText('#notices')).includes('keeps nothing'));
      await until(page, 'the lesson', () => document.querySelector('.step-title')?.textContent.length > 3);
      await sound(page, 'no storage');
    }, {script: kNoStorage}),

    'page: without WebAssembly the lesson can be read': async () => visit(async (page) => {
      assert.ok((await page.innerText('#notices')).includes('WebAssembly'));
      await until(page, 'the text of the lesson', () => document.querySelectorAll('#lesson_body .prose').length > 3);
      await sound(page, 'no WebAssembly');
      await screenshot(page, screens, 'no-wasm');
    }, {script: kNoWasm}),

    'page: without JavaScript it names the way out': async () => {
      const context = await browser.newContext({javaScriptEnabled: false, viewport: kDesktop});
      const page = await context.newPage();
      await page.goto(`${address}/`);
      assert.match(await page.innerText('.noscript'), /needs JavaScript/);
      await page.click('.noscript a');
      assert.ok((await page.innerText('main')).length > 1000);
      await context.close();
    },

    'page: links: a preset, a lesson, and one that cannot be read': async () => {
      await visit(async (page) => {
        await until(page, 'the run of the link', () => globalThis.heed.runs.run(0).preset?.seed === 7);
        assert.equal(await page.evaluate(() => globalThis.heed.lesson), null);
        assert.ok((await page.innerText('#lesson_body')).length > 20);
        await sound(page, 'link');
      }, {hash: '#task=copy&seed=7'});
      await visit(async (page) => {
        assert.ok((await page.innerText('#notices')).includes('could not be read'), await page.innerText('#notices'));
        assert.match(await mirrorText(page), /GRU/);  // in words from the first moment: the lab with its defaults
        await until(page, 'the model of the defaults', () => globalThis.heed.runs.run(0).preset?.task?.type === 'reverse');
      }, {hash: '#task=revrse&seed=x'});
      await visit(async (page) => {
        assert.match(await page.innerText('#notices'), /no-such-lesson/);
      }, {hash: '#lesson=no-such-lesson'});
    },

    'page: the keyboard reaches everything and leaves the canvas': async () => visit(async (page) => {
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement.dataset.skip), 'lesson');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'lab');
      await page.keyboard.press('Tab');
      const reached = () => page.evaluate(() => document.activeElement.id);
      assert.match(await reached(), /^heed-(canvas|text-field)$/);
      await page.keyboard.press('Escape');
      await until(page, 'the focus outside the canvas', () => !/^heed-/.test(document.activeElement.id));
      await page.focus('#heed-canvas');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Shift+Tab');
      assert.equal((await run(page)).phase !== undefined, true);
    }),
  };
}
