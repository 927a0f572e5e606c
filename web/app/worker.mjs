// worker: one training run with its own engine, which the worker's name ends with: variant and threads. In:
// {kind: 'kept', text}, first · {kind: 'command', json, blob} · {kind: 'ping'}. Out: {kind: 'ready', engine} · {kind: 'events', messages} ·
// {kind: 'keep', text} · {kind: 'pong'} · {kind: 'failed', text}.
import {EngineLoop, loadEngine} from './engine_loop.mjs';

const kBudgetMs = 12;
let loop = null;
let kept = '';
const early = [];

function emit(messages) {
  postMessage({kind: 'events', messages}, messages.map(([, blob]) => blob).filter(Boolean));
}

function fail(error) {
  postMessage({kind: 'failed', text: String(error?.message ?? error)});
}

onmessage = ({data}) => {
  if (data.kind === 'ping') postMessage({kind: 'pong'});
  else if (data.kind === 'kept') {
    kept = data.text;
    loop?.remember(kept);  // the engine may be there before the first message is
  } else if (loop) loop.post(data.json, data.blob);
  else early.push(data);
};

try {
  const [variant, threads] = self.name.split(' ').slice(-2);
  const {module, engine} = await loadEngine(new URL('../', import.meta.url), {variant, threads: Number(threads)}, () => {});
  loop = new EngineLoop(module, {budgetMs: kBudgetMs, emit, fail, kept, keep: (text) => postMessage({kind: 'keep', text})});
  postMessage({kind: 'ready', engine});
  for (const {json, blob} of early.splice(0)) loop.post(json, blob);
} catch (error) {
  fail(error);
}
