// tests/bench: training steps per second of every preset, native and as WebAssembly under Node.
import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {presetNames, readPreset, table, train} from './tool.mjs';

export async function measureNative(place, {presets, seconds}) {
  const rows = [['native, cpu backend', 'steps/s', 'parameters']], result = {};
  for (const preset of presetNames(place, presets)) {
    const summary = await train(place, preset, ['--seconds', String(seconds), '--set', 'evaluate_every=100000', '--set', 'snapshot_every=100000']);
    result[preset] = summary.steps_per_second;
    rows.push([preset, summary.steps_per_second.toFixed(0), summary.parameters]);
  }
  console.log(`${table(rows)}\n`);
  return result;
}

/** engine.wasm with the message port of src/README.md. */
async function loadEngine(folder) {
  const {default: make} = await import(pathToFileURL(path.join(folder, 'engine.mjs')).href);
  const module = await make({wasmBinary: readFileSync(path.join(folder, 'engine.wasm'))});
  const text = new TextEncoder(), decoder = new TextDecoder();
  return {
    post(command) {
      const json = text.encode(JSON.stringify(command)), at = module._heed_alloc(json.length);
      module.HEAPU8.set(json, at);
      module._heed_post(at, json.length, 0, 0);
      module._heed_free(at);
    },
    tick: (budgetMs) => module._heed_tick(budgetMs) === 1,
    take() {
      const events = [];
      while (module._heed_take() === 1) {
        const at = module._heed_json();
        events.push(JSON.parse(decoder.decode(module.HEAPU8.subarray(at, at + module._heed_json_size()))));
      }
      return events;
    },
  };
}

/** Trains for so many seconds; steps per second of training as the run itself says. */
async function speedOf(folder, preset, seconds) {
  const engine = await loadEngine(folder);
  engine.post({is: 'start_run', preset: {...preset, evaluate_every: 100000, snapshot_every: 100000}, data: ''});
  while (engine.tick(50)) engine.take();
  engine.post({is: 'play', until_step: 1000000});
  const end = performance.now() + seconds * 1000;
  let steps = 0, trained = 0;
  while (performance.now() < end) {
    engine.tick(50);
    for (const event of engine.take()) {
      if (event.is === 'notice') throw new Error(event.text);
      if (event.is !== 'metrics_ready') continue;
      steps += event.steps.length;
      trained = event.train_seconds;
    }
  }
  return trained > 0 ? steps / trained : 0;
}

export async function measureWasm(place, {presets, seconds}) {
  if (!existsSync(path.join(place.wasm, 'engine.mjs'))) {
    console.error(`heed: no engine.mjs in ${place.wasm}; WebAssembly is left out. ./heed build makes it; HEED_WASM may name another folder.`);
    return null;
  }
  const rows = [['WebAssembly under Node', 'steps/s']], result = {};
  for (const preset of presetNames(place, presets)) {
    result[preset] = await speedOf(place.wasm, readPreset(place, preset), seconds);
    rows.push([preset, result[preset].toFixed(0)]);
  }
  console.log(`${table(rows)}\n`);
  return result;
}
