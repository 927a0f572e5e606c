// page and worker: drives one engine: commands between ticks, ticks for as long as there is work, events out. It yields through a
// MessageChannel, which costs microseconds where setTimeout(0) costs 4 ms.
import {Port} from './port.mjs';

/** Loads one of the engine's programs (engine_variant.mjs). `base`: URL of the folder that it lies in. */
export async function loadEngine(base, variant, onText) {
  const url = new URL(`engine-${variant}.mjs`, base);
  const {default: createEngine} = await import(url.href);
  return createEngine({
    locateFile: (name) => new URL(name, base).href,
    print: onText,
    printErr: onText,
  });
}

export class EngineLoop {
  #port;
  #channel = new MessageChannel();
  #scheduled = false;
  #closed = false;

  /** `emit(messages)`: a list of [json, blob]; `fail(error)`: the engine is beyond repair and must be replaced. */
  constructor(module, {budgetMs, emit, fail}) {
    this.#port = new Port(module);
    this.module = module;
    this.budgetMs = budgetMs;
    this.emit = emit;
    this.fail = fail;
    this.#channel.port1.onmessage = () => this.#turn();
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
    this.#channel.port1.close();
  }

  #schedule() {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    this.#channel.port2.postMessage(0);
  }

  #turn() {
    this.#scheduled = false;
    this.#guard(() => {
      const more = this.module._heed_tick(this.budgetMs);
      this.#flush();
      if (more) this.#schedule();
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
