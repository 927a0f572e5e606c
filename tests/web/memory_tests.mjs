// tests: memory models in the page: a story hop by hop and typed anew, a memory over time, the figure of addressing.
import assert from 'node:assert/strict';
import {kDesktop, kPhone, lab, layoutFaults, locate, mirrorText, ready, screenshot, until, watch} from './browser.mjs';

const kStories = '#task=stories&task.kinds=%222%22&model=end_to_end_memory&model.hops=3';
const kWomen = '#task=stories&task.kinds=%2221%22&model=end_to_end_memory&model.hops=3&model.embedding=32&batch=32&optimiser.rate=0.005';
const kFast = '#task=retrieval&model=fast_weights&model.hidden=20&model.embedding=32&model.decay=0.95&model.rate=0.5&batch=64&optimiser.rate=0.002';
const kMachine = '#task=bit_copy&task.max_length=6&task.test_length=10&model=neural_turing_machine&model.rows=20&model.row_width=8';
const kSizes = [['desktop', {viewport: kDesktop}], ['wide', {viewport: {width: 1920, height: 1080}}], ['phone', kPhone]];

export function memoryTests({browser, address, screens}) {
  async function open(hash, options = {viewport: kDesktop}) {
    const context = await browser.newContext({locale: 'en-GB', ...options});
    const {page, problems} = await watch(context);
    await page.goto(`${address}/${hash}`);
    await ready(page);
    if (options.isMobile && (await page.locator('#show_lab').isVisible())) await page.tap('#show_lab');
    return {context, page, problems};
  }

  async function trained(page, step) {
    await lab(page, {do: 'train_run', until_step: step});
    await until(page, `step ${step}`, (wanted) => globalThis.heed.runs.run(0).step >= wanted && globalThis.heed.runs.run(0).phase === 'paused', step, 150_000);
  }

  /** After a moment, in which the canvas is drawn. */
  async function picture(page, name) {
    await page.waitForTimeout(500);
    await screenshot(page, screens, name);
  }

  const said = (page, what, pattern) => until(page, what, (source) => new RegExp(source).test(document.getElementById('mirror_text').innerText), pattern);

  /** Presses a place of a widget, given in CSS pixels from its left upper corner, once it lies still. */
  async function press(page, id, x, y) {
    let place = null;
    for (let before = null; place === null || place.x !== before.x || place.y !== before.y;) {
      before = place ?? await locate(page, id);
      await page.waitForTimeout(150);
      place = await locate(page, id);
    }
    await page.mouse.move(place.x - place.w / 2 + x, place.y - place.h / 2 + y);
    await page.waitForTimeout(60);
    await page.mouse.down();
    await page.waitForTimeout(60);
    await page.mouse.up();
    return place;
  }

  return {
    'memory: a story, hop by hop, at every size': async () => {
      for (const [name, options] of kSizes) {
        const {context, page, problems} = await open(kStories, options);
        await trained(page, name === 'desktop' ? 500 : 30);
        await said(page, 'the hops in words', 'hop 1 reads mostly sentence \\d+ .*hop 3 reads mostly');
        await locate(page, 'attention');
        assert.deepEqual(await layoutFaults(page), [], name);
        await picture(page, `story-${name}`);
        const now = await mirrorText(page);
        await lab(page, {do: 'jump_cursor', to: -2});
        await until(page, 'the first moment in words', (before) => document.getElementById('mirror_text').innerText !== before, now);
        assert.deepEqual(problems, []);
        await context.close();
      }
    },

    'memory: the learner types a story, is told what is wrong where, and mends it': async () => {
      const {page, problems} = await open(kStories);
      await trained(page, 400);
      await press(page, 'try.text', 90, 16);
      await until(page, 'the text field', () => document.activeElement?.id === 'heed-text-field');
      await page.keyboard.type('Mary got the milk', {delay: 15});
      await page.keyboard.press('Enter');
      await page.waitForTimeout(250);
      await page.keyboard.type('Mary went to the kichen', {delay: 15});
      await page.keyboard.press('ArrowDown');
      await page.waitForTimeout(250);
      await page.keyboard.type('Where is the milk?', {delay: 15});
      await said(page, 'the fault', 'does not have the word .kichen.\\. Did you mean .kitchen.');
      await locate(page, 'try');
      await picture(page, 'story-typed-fault');
      await page.keyboard.press('ArrowUp');
      await page.waitForTimeout(250);
      for (let letter = 0; letter < 6; ++letter) await page.keyboard.press('Backspace');
      await page.keyboard.type('kitchen', {delay: 15});
      await said(page, 'the answer to the story', 'mary got the milk\\. mary went to the kitchen[\\s\\S]*The answer is');
      await picture(page, 'story-typed');
      assert.deepEqual(problems, []);
    },

    'memory: the woman in the blue dress: as one types, every hop looks anew and the answer follows': async () => {
      const {page, problems} = await open(kWomen);
      await trained(page, 60);
      const hops = /hop 1 reads mostly sentence (\d+) .*hop 2 reads mostly sentence (\d+) .*hop 3 reads mostly sentence (\d+) /;
      const tried = () => page.evaluate(() => globalThis.heedTried.at(-1));
      await page.evaluate(() => {
        const {on} = globalThis.heed.runs, original = on.event;
        globalThis.heedTried = [];
        on.event = (number, event, blob) => {
          if (event.is === 'input_tried') {
            const tap = event.shot.taps?.find(({name}) => name === 'memory.attention' || /alignment|attention/.test(name));
            globalThis.heedTried.push({error: event.error, decoded: event.shot.decoded, source: event.shot.source, query: event.shot.query, shape: tap?.shape ?? null,
              weights: tap ? [...new Float32Array(blob.slice(tap.values.at, tap.values.at + tap.values.bytes))] : []});
          }
          original(number, event, blob);
        };
      });
      await press(page, 'try.text', 90, 16);
      await until(page, 'the text field', () => document.activeElement?.id === 'heed-text-field');
      const lines = ['The woman in the blue dress got the apple', 'The woman in the red dress got the milk', 'The woman in the blue dress gave the apple to Mary',
        'The woman in the red dress gave the milk to Mary'];
      for (const [index, line] of lines.entries()) {
        if (index > 0) await page.keyboard.press('Enter');
        await page.waitForTimeout(200);
        await page.keyboard.type(line, {delay: 10});
      }
      await page.keyboard.press('ArrowDown');
      await page.waitForTimeout(250);
      await page.keyboard.type('Who gave the apple to Mary?', {delay: 10});
      await until(page, 'the answer to the story', () => globalThis.heedTried.at(-1)?.error === '' && /apple to mary/i.test(globalThis.heedTried.at(-1).query.join(' ')));
      const first = await tried();
      assert.deepEqual(first.source.map((line) => line.toLowerCase().replace(/\.$/, '')), lines.map((line) => line.toLowerCase()));
      assert.equal(first.decoded.length, 1);
      assert.equal(first.weights.length, 3 * lines.length, 'three hops over four sentences');
      await said(page, 'the hops over the typed story', 'the woman in the blue dress gave the apple to mary[\\s\\S]*The answer is');
      await locate(page, 'try');
      await picture(page, 'story-women');
      // One word of the question is another one: all hops look anew.
      for (let letter = 0; letter < 'apple to Mary?'.length; ++letter) await page.keyboard.press('Backspace');
      await page.keyboard.type('milk to Mary?', {delay: 10});
      await until(page, 'the answer to the other question', () => globalThis.heedTried.at(-1)?.error === '' && /milk to mary/i.test(globalThis.heedTried.at(-1).query.join(' ')));
      const second = await tried();
      for (let hop = 0; hop < 3; ++hop) {
        const row = ({weights}) => weights.slice(hop * lines.length, (hop + 1) * lines.length);
        for (const one of [first, second]) assert.ok(Math.abs(row(one).reduce((sum, weight) => sum + weight, 0) - 1) < 1e-3, `hop ${hop + 1}: ${row(one)}`);
        assert.ok(row(first).some((weight, n) => Math.abs(weight - row(second)[n]) > 1e-4), `hop ${hop + 1} looks as before: ${row(first)}`);
      }
      await picture(page, 'story-women-other');
      assert.match(await mirrorText(page), hops);
      assert.deepEqual(problems, []);
    },

    'memory: fast weights read as a matrix and as attention, at every size': async () => {
      for (const [name, options] of kSizes) {
        const {context, page, problems} = await open(kFast, options);
        await trained(page, name === 'desktop' ? 400 : 20);
        await said(page, 'both ways in words', 'two ways, as a matrix and as attention .* differ by \\d\\.\\de-0\\d at most');
        const place = await locate(page, 'ways.lanes');
        await page.mouse.move(place.x, place.y);
        assert.deepEqual(await layoutFaults(page), [], name);
        await picture(page, `fast-weights-${name}`);
        await locate(page, 'ways.moment');
        await picture(page, `fast-weights-moment-${name}`);
        if (name === 'desktop') {
          await press(page, 'ways.lanes', 200, 60);
          await said(page, 'an earlier step', 'attention over the stored states: at time step [1-6] the numbers');
        }
        assert.deepEqual(problems, []);
        await context.close();
      }
    },

    'memory: a pasted story on a phone is cut into its sentences': async () => {
      const {page, problems} = await open(kStories, kPhone);
      await lab(page, {do: 'try_text', text: 'John went to the garden. John got the apple. Daniel went to the office. John went to the hallway. Where is the apple?'});
      await said(page, 'the answer', 'daniel went to the office.*The answer is');
      await locate(page, 'try.text');
      await picture(page, 'story-typed-phone');
      assert.deepEqual(problems, []);
    },

    'memory: keys and values': async () => {
      const {page, problems} = await open('#task=facts&task.known=10&task.hops=2&model=key_value_memory&model.hops=2&model.keys=beginning&model.values=last');
      await trained(page, 60);
      await said(page, 'the hops in words', 'hop 2 reads mostly sentence');
      await picture(page, 'facts-desktop');
      assert.deepEqual(problems, []);
    },

    'memory: over time, with a cursor that is dragged, moved by keys and plays': async () => {
      for (const [name, options] of kSizes) {
        const {context, page, problems} = await open(kMachine, options);
        await trained(page, name === 'desktop' ? 300 : 20);
        await said(page, 'the memory in words', 'A memory of 20 slots over \\d+ time steps');
        const place = await locate(page, 'memory.lanes');
        await page.mouse.move(place.x, place.y);
        await picture(page, `memory-${name}`);
        if (name === 'desktop') {
          await press(page, 'memory.lanes', 100, 40);
          await said(page, 'the first step', 'At time step 1: write head 1 mostly at slot');
          await page.keyboard.press('ArrowRight');
          await said(page, 'the second step', 'At time step 2: write head 1 mostly at slot');
          await lab(page, {do: 'play_moments', on: true});
          await said(page, 'a step later on', 'At time step ([5-9]|1[0-9]): write head 1');
        }
        await locate(page, 'memory.moment');
        await picture(page, `memory-moment-${name}`);
        assert.deepEqual(await layoutFaults(page), [], name);
        assert.deepEqual(problems, []);
        await context.close();
      }
    },

    'memory: a differentiable computer shows what is in use, what is free and the order of writing': async () => {
      const {page, problems} = await open('#task=bit_copy&task.max_length=5&task.test_length=8&model=differentiable_neural_computer&model.rows=12');
      await trained(page, 30);
      await said(page, 'the memory in words', 'A memory of 12 slots over \\d+ time steps');
      await locate(page, 'memory.lanes');
      await picture(page, 'dnc-desktop');
      await locate(page, 'memory.moment');
      await picture(page, 'dnc-moment-desktop');
      assert.deepEqual(problems, []);
    },

    'memory: the figure of addressing answers the learner, whatever the model': async () => {
      for (const [name, options] of [kSizes[0], kSizes[2]]) {
        const {context, page, problems} = await open('#task=reverse&model.attention=additive', options);
        await said(page, 'the first scores, which take room above the figure', 'At step 0: exact match [\\s\\S]*looks mostly at input');
        await press(page, 'addressing.open', 30, 14);
        await said(page, 'the chain in words', 'By content the head looks mostly at row');
        await lab(page, {do: 'set_addressing', gate: 0, shift: 1, previous: 2});
        await said(page, 'the next place', 'in the end at row 3 \\(1\\.00\\)');
        await lab(page, {do: 'set_addressing', gate: 0.6, shift: 0.8, previous: 2, key_x: 0.8, key_y: 0.3, sharpening: 1.4, rounds: 6});
        await said(page, 'the rounds in words', 'After 6 more rounds it looks mostly at row');
        await picture(page, `addressing-${name}`);
        assert.deepEqual(problems, []);
        await context.close();
      }
    },
  };
}
