// page and worker: drives one engine: commands between ticks, ticks for as long as there is work, events out. It yields through a
// MessageChannel, which costs microseconds where setTimeout(0) costs 4 ms. While only the GPU has something to do, it sleeps until the
// GPU has answered.
import {singleThreaded} from './engine_variant.mjs';
import {Port} from './port.mjs';

const kThreadsComeUpMs = 10_000;
const kWorking = 1;      // what heed_tick answers
const kWaiting = 2;
const kLookAgainMs = 20;  // at the latest, in case that an answer of the GPU does not say so

/** An engine whose threads wait for work; throws where they do not come up. */
async function startEngine(createEngine, settings, threads) {
  if (threads === 1) return createEngine(settings);
  const scope = new AbortController();
  let timer = 0;
  const trouble = new Promise((_, reject) => {
    globalThis.addEventListener?.('error', (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    }, {signal: scope.signal});
    timer = setTimeout(() => reject(new Error('the threads did not come up')), kThreadsComeUpMs);
  });
  trouble.catch(() => {});  // also when nobody waits for it any more
  try {
    const module = await Promise.race([createEngine({...settings, threads}), trouble]);
    module._heed_threads(threads);
    return module;
  } finally {
    clearTimeout(timer);
    scope.abort();
  }
}

/** {module, engine}: the engine that was chosen (engine_variant.mjs) or, where its threads do not come up, the same without them; and
 *  which it is. `base`: URL of its folder. */
export async function loadEngine(base, {variant, threads = 1}, onText) {
  try {
    const {default: createEngine} = await import(new URL(`engine-${variant}.mjs`, base).href);
    const module = await startEngine(createEngine, {locateFile: (name) => new URL(name, base).href, print: onText, printErr: onText}, threads);
    return {module, engine: {variant, threads}};
  } catch (error) {
    if (threads === 1) throw error;
    onText(`${variant}: ${error?.message ?? error}`);
    return loadEngine(base, {variant: singleThreaded(variant)}, onText);
  }
}

export class EngineLoop {
  #port;
  #channel = new MessageChannel();
  #scheduled = false;
  #closed = false;
  #timer = 0;

  /** `emit(messages)`: a list of [json, blob]; `fail(error)`: the engine is beyond repair and must be replaced; `kept`: what earlier engines
   *  found out about GPUs, a text that `keep` was called with. */
  constructor(module, {budgetMs, emit, fail, kept = '', keep = () => {}}) {
    this.#port = new Port(module);
    this.module = module;
    this.budgetMs = budgetMs;
    this.emit = emit;
    this.fail = fail;
    this.#channel.port1.onmessage = () => this.#turn();
    this.remember(kept);
    module.heedGpuKeep = keep;
    module.heedGpuAnswered = () => {
      if (this.#timer) this.#schedule();
    };
  }

  /** What earlier engines found out; before the first command. */
  remember(kept) {
    this.module.heedGpuKept = kept;
  }

  post(json, blob) {
    this.#guard(() => {
      this.#port.post(json, blob);
      this.#flush();
      this.#schedule();
    });
  }

  close() {
    this.#closed = true;
    this.#wake();
    this.#channel.port1.close();
  }

  #wake() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  #schedule() {
    this.#wake();
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    this.#channel.port2.postMessage(0);
  }

  #turn() {
    this.#scheduled = false;
    this.#guard(() => {
      const pace = this.module._heed_tick(this.budgetMs);
      this.#flush();
      if (pace === kWorking) this.#schedule();
      if (pace === kWaiting && !this.#scheduled) this.#timer ||= setTimeout(() => this.#schedule(), kLookAgainMs);
    });
  }

  #flush() {
    const messages = this.#port.drain();
    if (messages.length) this.emit(messages);
  }

  #guard(work) {
    if (this.#closed) return;
    try {
      work();
    } catch (error) {
      this.close();
      this.fail(error);
    }
  }
}
