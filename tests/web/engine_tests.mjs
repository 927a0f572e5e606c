// tests: the engine by itself under Node, through the same port and loop as in the worker.
import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

const kPreset = {task: {type: 'reverse', min_length: 2, max_length: 4}, batch: 8, steps: 40, evaluate_every: 20, snapshot_every: 10};

async function gather(events, done, onWake, acknowledge) {
  const deadline = Date.now() + 60_000;
  while (!done(events)) {
    const waited = await new Promise((resolve) => {
      onWake(() => resolve(true));
      setTimeout(() => resolve(false), 1000);
    });
    assert.ok(waited || Date.now() < deadline, `no answer; so far: ${events.map(({is}) => is).join(' ')}`);
    assert.ok(!events.some(({is}) => is === 'failed'), JSON.stringify(events.at(-1)));
    acknowledge();
  }
}

/** Posts commands and gathers events until `enough(events)`; then, if there is more to say, `more` = [commands, enough] in the same way. */
async function converse(base, commands, enough, more = null, variant = 'simd') {
  const {EngineLoop, loadEngine} = await import(new URL('app/engine_loop.mjs', base).href);
  const wanted = {variant, threads: variant.endsWith('-threads') ? 2 : 1}, {module, engine} = await loadEngine(base, wanted, () => {});
  assert.deepEqual(engine, wanted);
  const events = [];
  let wake = () => {};
  const loop = new EngineLoop(module, {budgetMs: 12, emit: (messages) => {
    for (const [json, blob] of messages) events.push({...JSON.parse(json), blob});
    wake();
  }, fail: (error) => {
    events.push({is: 'failed', text: String(error)});
    wake();
  }});
  try {
    for (const [said, done] of [[commands, enough], ...(more ? [more] : [])]) {
      for (const [command, blob] of said) loop.post(typeof command === 'string' ? command : JSON.stringify({...(/^(start|resume)_run$/.test(command.is) ? {backend: 'auto'} : {}), ...command}), blob ?? null);
      await gather(events, done, (resolve) => { wake = resolve; }, () => loop.post('{"is":"snapshot_taken"}', null));
    }
  } finally {
    loop.close();
  }
  return events;
}

const paused = (step) => (events) => events.some((event) => event.is === 'phase_changed' && event.phase === 1 && event.step === step);

export function engineTests(dist, baseName) {
  const base = pathToFileURL(path.join(path.resolve(dist), baseName) + path.sep).href;
  return {
    'engine: trains, evaluates, sends snapshots': async () => {
      const events = await converse(base, [[{is: 'start_run', preset: kPreset, data: ''}], [{is: 'play', until_step: 40}]], paused(40));
      for (const wanted of ['run_started', 'metrics_ready', 'evaluation_ready', 'snapshot_ready']) assert.ok(events.some(({is}) => is === wanted), `no ${wanted}`);
      const started = events.find(({is}) => is === 'run_started');
      assert.equal(started.backend, 'cpu');
      assert.ok(started.taps.includes(started.alignment_tap));
    },
    'engine: a resumed run goes on with the same numbers': async () => {
      const whole = await converse(base, [[{is: 'start_run', preset: kPreset, data: ''}], [{is: 'play', until_step: 30}]], paused(30));
      const half = await converse(base, [[{is: 'start_run', preset: kPreset, data: ''}], [{is: 'step_once', count: 15}]], paused(15),
        [[[{is: 'take_checkpoint', request: 5}]], (events) => events.some(({is, step}) => is === 'checkpoint_ready' && step === 15)]);
      const saved = half.find(({is}) => is === 'checkpoint_ready');
      const bytes = saved.blob.slice(saved.bytes.at, saved.bytes.at + saved.bytes.bytes);
      const rest = await converse(base, [[{is: 'resume_run', checkpoint: {at: 0, bytes: bytes.byteLength}, data: ''}, bytes], [{is: 'play', until_step: 30}]], paused(30));
      const losses = (events) => new Map(events.filter(({is}) => is === 'metrics_ready').flatMap(({steps, numbers, blob}) => {
        const values = new Float32Array(blob.slice(numbers.at, numbers.at + numbers.bytes));
        return steps.map((step, index) => [step, values[index * 4]]);
      }));
      const [uninterrupted, resumed] = [losses(whole), losses(rest)];
      for (const step of [16, 20, 30]) assert.equal(resumed.get(step), uninterrupted.get(step), `loss at step ${step}`);
    },
    'engine: every variant learns the same, but for the last digits': async () => {
      const lossAt = async (variant) => {
        const events = await converse(base, [[{is: 'start_run', preset: kPreset, data: ''}], [{is: 'step_once', count: 10}]], paused(10), null, variant);
        const {steps, numbers, blob} = events.findLast(({is}) => is === 'metrics_ready');
        return {step: steps.at(-1), loss: new Float32Array(blob.slice(numbers.at, numbers.at + numbers.bytes))[(steps.length - 1) * 4]};
      };
      const {chooseEngine, kVariants, threadsOf} = await import(new URL('app/engine_variant.mjs', base).href);
      assert.deepEqual(chooseEngine('simd', 2), {variant: 'simd', threads: 1});
      assert.deepEqual(chooseEngine('no-such-thing', 2), {variant: 'relaxed', threads: 1});  // of which Node is able
      assert.deepEqual([1, 2, 3, 4, 7, 8, 64].map(threadsOf), [1, 1, 1, 2, 3, 4, 4]);
      const programs = await Promise.all(kVariants.map((variant) => readFile(new URL(`engine-${variant}.wasm`, base))));
      for (const [index, program] of programs.entries()) assert.ok(!programs.slice(index + 1).some((other) => other.equals(program)), `${kVariants[index]} is the same program as another`);
      const plain = await lossAt('simd');
      assert.equal(plain.step, 10);
      for (const variant of kVariants) {
        const other = await lossAt(variant);
        assert.equal(other.step, 10);
        assert.ok(Math.abs(other.loss - plain.loss) < 1e-3, `${variant}: ${other.loss}, simd: ${plain.loss}`);
      }
    },
    'engine: threads change no bit': async () => {
      const large = {...kPreset, batch: 32, model: {encoder: {hidden: 64}, decoder: {hidden: 64}}};
      const parametersAfter = async (variant) => {
        const events = await converse(base, [[{is: 'start_run', preset: large, data: ''}], [{is: 'step_once', count: 5}]], paused(5),
          [[[{is: 'take_checkpoint', request: 5}]], (all) => all.some(({is, step}) => is === 'checkpoint_ready' && step === 5)], variant);
        const saved = events.find(({is}) => is === 'checkpoint_ready');
        const bytes = Buffer.from(saved.blob.slice(saved.bytes.at, saved.bytes.at + saved.bytes.bytes));
        return bytes.subarray(8 + Number(bytes.readBigUInt64LE(0)));  // a safetensors file: its header tells times as well
      };
      for (const variant of ['simd', 'relaxed']) assert.ok((await parametersAfter(variant)).equals(await parametersAfter(`${variant}-threads`)), variant);
    },
    'engine: nonsense is answered with a notice': async () => {
      for (const nonsense of ['', '{', '[]', '{"is":"fly"}', '{"is":"start_run","preset":{"task":{"type":"nothing"}},"data":"","backend":"auto"}', '{"is":"resume_run","checkpoint":{"at":0,"bytes":9999},"data":"","backend":"auto"}']) {
        const events = await converse(base, [[nonsense]], (all) => all.some(({is}) => is === 'notice'));
        assert.ok(events.find(({is}) => is === 'notice').text.length > 10, nonsense);
      }
    },
  };
}
