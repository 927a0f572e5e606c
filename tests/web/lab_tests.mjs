// tests: learning in the page: the lesson to its end with real training, the canvas, the timeline, two runs, leaving and returning.
import assert from 'node:assert/strict';
import {accessibilityFaults, canvasColours, kDesktop, lab, layoutFaults, locate, mirrorText, ready, run, screenshot, stepReached, until, watch} from './browser.mjs';

/** What a learner would do for one check that asks for more than training: [command, ...]. */
function deedsFor(check, started) {
  if (check.is === 'cursor') return [{do: 'move_cursor', step: check.from ?? 0}];
  if (check.is !== 'tried') return [];
  const symbols = String(started.example_source ?? '').trim();
  const spaced = symbols.includes(' ');
  const pieces = spaced ? symbols.split(/\s+/) : [...symbols];
  const wanted = Math.max(check.longer_than_training ? started.max_source_length + 1 : 0, (check.longer_than ?? 0) + 1, 1);
  const longer = Array.from({length: Math.max(wanted, check.longer_than || check.longer_than_training ? wanted : pieces.length)}, (_, index) => pieces[index % pieces.length]);
  return [{do: 'try_text', run: check.run ?? 0, text: longer.join(spaced ? ' ' : '')}];
}

async function answerQuestion(page) {
  const choices = page.locator('.question .choice input:not(:disabled)');
  if ((await choices.count()) === 0 || (await page.locator('.question .choice input:checked').count()) > 0) return;
  await choices.first().check();
}

/** Presses what the step offers, does what its checks ask for, and goes on. */
async function playStep(page, lesson, view, started) {
  const step = lesson.steps.find(({id}) => id === view.step_id);
  await answerQuestion(page);
  const finished = () => globalThis.heed.view.can_next || globalThis.heed.view.done;
  if (!(await page.evaluate(finished))) {
    for (const button of await page.locator('.part-buttons .actions button:not(.only-narrow)').all()) await button.click();
  }
  for (const check of step.wait_for ?? []) {
    for (const command of deedsFor(check, started(check.run ?? 0))) await lab(page, command);
  }
  await until(page, `step "${view.step_id}" to be done: ${JSON.stringify(view.checks)}`, finished, null, 150_000);
}

export function labTests({browser, address, screens, base}) {
  async function open(hash = '', options = {}) {
    const context = await browser.newContext({viewport: kDesktop, locale: 'en-GB', ...options});
    const {page, problems} = await watch(context);
    await page.addInitScript(() => {
      globalThis.startedRuns = [];
      const wait = setInterval(() => {
        if (!globalThis.heed) return;
        clearInterval(wait);
        const original = globalThis.heed.runEvent;
        globalThis.heed.runEvent = function heard(number, event, blob) {
          if (event.is === 'run_started') globalThis.startedRuns[number] = event;
          return original.call(this, number, event, blob);
        };
      }, 5);
    });
    await page.goto(`${address}/${hash}`);
    await ready(page);
    return {context, page, problems};
  }

  /** `down`: how far below its middle, in parts of its height. */
  async function clickWidget(page, id, down = 0) {
    const place = await locate(page, id);
    await page.mouse.move(place.x, place.y + down * place.h);
    await page.waitForTimeout(60);
    await page.mouse.down();
    await page.waitForTimeout(60);
    await page.mouse.up();
    return place;
  }

  return {
    'lab: the lesson from its beginning to its end, with real training': async () => {
      const {page, problems} = await open();
      const slug = await page.evaluate(() => globalThis.heed.lesson);
      const {lesson} = await (await page.request.get(`${address}/${base}/lessons/${slug}/lesson.json`)).json();
      const seen = [];
      for (let guard = 0; guard <= lesson.steps.length; ++guard) {
        const view = await until(page, 'a lesson view', () => globalThis.heed.view);
        seen.push(view.step_id);
        const started = await page.evaluate(() => globalThis.startedRuns);
        await playStep(page, lesson, view, (index) => started[index] ?? started[0] ?? {});
        assert.deepEqual(await layoutFaults(page), [], view.step_id);
        if (seen.length % 3 === 0) await screenshot(page, screens, `lesson-${String(seen.length).padStart(2, '0')}`);
        if (await page.evaluate(() => globalThis.heed.view.done && globalThis.heed.view.step === globalThis.heed.view.count - 1)) break;
        await page.click('#lesson_next');
        await until(page, 'the next step', (before) => globalThis.heed.view.step_id !== before || globalThis.heed.view.done, view.step_id);
      }
      assert.deepEqual(seen, lesson.steps.map(({id}) => id));
      assert.ok(await page.locator('.callout.done').isVisible());
      assert.deepEqual(await accessibilityFaults(page), []);
      await screenshot(page, screens, 'lesson-end');
      assert.deepEqual(problems, []);
    },

    'lab: train, pause, one step, start over, by the canvas': async () => {
      const {page, context, problems} = await open('#task=reverse&model.attention=additive');
      const {colours, largest} = await canvasColours(page, context);
      assert.ok(colours > 40 && largest < 0.98, `the canvas shows ${colours} colours, one of them on ${largest} of it`);
      await clickWidget(page, 'train');
      await stepReached(page, 0, 20);
      await clickWidget(page, 'train');
      await until(page, 'the pause', () => globalThis.heed.runs.run(0).phase === 'paused');
      const {step} = await run(page);
      await clickWidget(page, 'step');
      await until(page, 'one step', (before) => globalThis.heed.runs.run(0).step === before + 1, step);
      // The text view follows a moment later.
      const words = String(step + 1).replace(/\B(?=(\d{3})+$)/g, '.?');
      await until(page, 'the step in words', (wanted) => new RegExp(`\\b${wanted}\\b`).test(document.getElementById('mirror_text').innerText), words);
      await screenshot(page, screens, 'lab-trained');
      await clickWidget(page, 'reset');
      await until(page, 'step 0', () => globalThis.heed.runs.run(0).step === 0);
      assert.deepEqual(problems, []);
    },

    'lab: typing into the canvas: try your own input': async () => {
      const {page, problems} = await open('#task=reverse&model.attention=additive');
      await clickWidget(page, 'train');
      await stepReached(page, 0, 30);
      await clickWidget(page, 'try.text');
      await until(page, 'the text field', () => document.activeElement?.id === 'heed-text-field');
      await page.keyboard.press('Control+A');
      await page.keyboard.type('d a c b a e', {delay: 30});
      await page.keyboard.press('Enter');
      await until(page, 'the answer in the text view', () => document.getElementById('mirror_text').innerText.includes('d a c b a e'));
      await screenshot(page, screens, 'try');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await until(page, 'the focus outside the canvas', () => !/^heed-/.test(document.activeElement.id));
      assert.deepEqual(problems, []);
    },

    'lab: the timeline: scrub, first, last': async () => {
      const {page, problems} = await open('#task=reverse&model.attention=additive');
      await lab(page, {do: 'train_run', until_step: 60});
      await until(page, 'step 60', () => globalThis.heed.runs.run(0).step >= 60 && globalThis.heed.runs.run(0).phase === 'paused');
      const now = await mirrorText(page);
      await lab(page, {do: 'jump_cursor', to: -2});
      await until(page, 'another moment in the text view', (before) => document.getElementById('mirror_text').innerText !== before, now);
      const first = await mirrorText(page);
      await clickWidget(page, 'timeline', -0.25);  // the track; the buttons are under it
      await until(page, 'the middle of the timeline', (before) => document.getElementById('mirror_text').innerText !== before, first);
      await lab(page, {do: 'cursor_live'});
      assert.deepEqual(problems, []);
    },

    'lab: two runs side by side': async () => {
      const {page, problems} = await open('#task=reverse&model.attention=additive');
      await lab(page, {do: 'set_compare', on: true});
      await lab(page, {do: 'train_run', until_step: 40});
      await stepReached(page, 0, 40);
      await stepReached(page, 1, 40);
      const presets = await page.evaluate(() => [0, 1].map((index) => JSON.stringify(globalThis.heed.runs.run(index).preset)));
      assert.notEqual(presets[0], presets[1]);
      const seeds = await page.evaluate(() => [0, 1].map((index) => globalThis.heed.runs.run(index).preset.seed));
      assert.equal(seeds[0], seeds[1]);
      await screenshot(page, screens, 'compare');
      assert.deepEqual(problems, []);
    },

    'lab: leaving and returning: same step of the lesson, the run goes on': async () => {
      const {page, problems} = await open();
      await until(page, 'the lesson', () => globalThis.heed.view);
      for (let guard = 0; guard < 3; ++guard) {
        await answerQuestion(page);
        if (!(await page.evaluate(() => globalThis.heed.view.can_next))) break;
        const before = await page.evaluate(() => globalThis.heed.view.step_id);
        await page.click('#lesson_next');
        await until(page, 'the next step', (id) => globalThis.heed.view.step_id !== id, before);
      }
      const place = await page.evaluate(() => globalThis.heed.view.step_id);
      await lab(page, {do: 'train_run', until_step: 50});
      await until(page, 'a saved run', () => globalThis.heed.runs.run(0).save?.step >= 50, null, 120_000);
      await page.waitForTimeout(200);
      await page.reload();
      await ready(page);
      await until(page, 'the same step', (id) => globalThis.heed.view?.step_id === id, place);
      await until(page, 'the offer to go on', () => document.querySelector('[data-notice="resume"] .primary'));
      await page.click('[data-notice="resume"] .primary');
      await stepReached(page, 0, 50);
      assert.deepEqual(problems, []);
    },

    'lab: a worker that dies is replaced': async () => {
      const {page} = await open('#task=reverse');
      await lab(page, {do: 'train_run', until_step: 25});
      await until(page, 'a saved run', () => globalThis.heed.runs.run(0).save?.step >= 25, null, 60_000);
      // A block of an impossible size throws inside the worker's engine loop, as running out of memory would.
      await page.evaluate(() => globalThis.heed.runs.run(0).command({is: 'pause'}, {length: 4e9}));
      await until(page, 'a word about it', () => document.querySelector('[data-notice="run0"]'));
      await lab(page, {do: 'step_run', count: 1});
      await stepReached(page, 0, 26);
    },
  };
}
