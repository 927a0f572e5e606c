// page: the runs. One worker per run, or the same engine on the page where workers are refused. It carries commands and events,
// acknowledges snapshots once the lab has taken them, keeps an autosave, and replaces a worker that died from the last autosave.
import {EngineLoop, loadEngine} from './engine_loop.mjs';
import {singleThreaded} from './engine_variant.mjs';

const kPageBudgetMs = 8;       // on the page itself: leaves the better half of a frame to the page
const kAutosaveMs = 10_000;    // of training, and kAutosaveMsPerByte more: large runs are saved less often
const kAutosaveMsPerByte = 1e-3;
const kPingMs = 5_000;
const kUnansweredPings = 8;    // in a row: the worker is gone
const kDeathsAllowed = 3;      // within a minute
const kOwnRequests = 1_000_000_000;  // request numbers from here on are ours, the lab's stay below
const kDeathsOnGpu = 1;      // within a minute; then the cpu, in case that the GPU is what kills it
const kPhases = ['empty', 'paused', 'training', 'stopped'];

/** The engine in a worker. `hear` gets {kind: 'ready' | 'events' | 'failed' | 'refused' | 'keep'}; `kept`: what was to be kept last. */
class WorkerEngine {
  #ready = false;
  #unanswered = 0;
  #timer = 0;

  constructor(base, {variant, threads}, hear, kept) {
    this.hear = hear;
    this.worker = new Worker(new URL('app/worker.mjs', base), {type: 'module', name: `heed run ${variant} ${threads}`});
    this.worker.onmessage = ({data}) => this.#take(data);
    this.worker.onerror = (event) => {
      event.preventDefault?.();
      this.#end(this.#ready ? 'failed' : 'refused', event.message ?? '');
    };
    this.worker.postMessage({kind: 'kept', text: kept});
    this.#timer = setInterval(() => this.#ping(), kPingMs);
  }

  post(json, blob) {
    // The caller's bytes stay its own: a save may be needed again.
    this.worker.postMessage({kind: 'command', json, blob});
  }

  close() {
    clearInterval(this.#timer);
    this.worker.onmessage = this.worker.onerror = null;
    this.worker.terminate();
  }

  #take(data) {
    this.#unanswered = 0;
    if (data.kind === 'ready') this.#ready = true;
    if (data.kind === 'failed') this.#end(this.#ready ? 'failed' : 'refused', data.text);
    else if (data.kind !== 'pong') this.hear(data);
  }

  #ping() {
    if (!this.#ready) return;
    if (++this.#unanswered > kUnansweredPings) this.#end('failed', 'no answer');
    else this.worker.postMessage({kind: 'ping'});
  }

  #end(kind, text) {
    this.close();
    this.hear({kind, text});
  }
}

/** The same on the page, in slices. */
class PageEngine {
  #loop = null;
  #early = [];
  #closed = false;

  constructor(base, {variant}, hear, kept) {
    loadEngine(base, {variant: singleThreaded(variant)}, () => {}).then(({module, engine}) => {
      if (this.#closed) return;
      this.#loop = new EngineLoop(module, {
        budgetMs: kPageBudgetMs,
        emit: (messages) => hear({kind: 'events', messages}),
        fail: (error) => hear({kind: 'failed', text: String(error?.message ?? error)}),
        kept,
        keep: (text) => hear({kind: 'keep', text}),
      });
      hear({kind: 'ready', engine});
      for (const [json, blob] of this.#early.splice(0)) this.#loop.post(json, blob);
    }, (error) => hear({kind: 'failed', text: String(error?.message ?? error)}));
  }

  post(json, blob) {
    if (this.#loop) this.#loop.post(json, blob);
    else this.#early.push([json, blob]);
  }

  close() {
    this.#closed = true;
    this.#loop?.close();
  }
}

/** One run as the page sees it. */
class HostedRun {
  phase = 'empty';
  step = 0;
  preset = null;
  data = '';
  backend = 'auto';        // what it is to compute on
  save = null;             // {step, bytes}: the last autosave
  #engine = null;
  #first = null;           // the command that made the run, to make it again
  #play = null;            // the last play command
  #requests = kOwnRequests;
  #trainingSince = 0;
  #waiting = [];           // resolvers of checkpoints asked for by the page
  #deaths = [];

  constructor(number, host) {
    this.number = number;
    this.host = host;
  }

  command(command, blob) {
    if (command.is === 'start_run' || command.is === 'resume_run') {
      this.#first = [command, blob];
      this.#play = null;
      this.save = null;
      this.data = command.data ?? '';
      this.backend = command.backend ?? 'auto';
    } else if (command.is === 'choose_backend') {
      this.backend = command.backend;
    } else if (command.is === 'play') {
      this.#play = command;
    } else if (command.is === 'pause') {
      this.#play = null;
    }
    this.#send(command, blob);
  }

  takeSave() {
    if (!this.#engine || !this.preset || this.phase === 'empty') return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#send({is: 'take_checkpoint', request: ++this.#requests}, null);
    });
  }

  maybeAutosave(now) {
    if (this.phase === 'training' && now - this.#trainingSince >= kAutosaveMs + kAutosaveMsPerByte * (this.save?.bytes.byteLength ?? 0)) {
      this.#trainingSince = now;
      this.takeSave();
    }
  }

  close() {
    this.#engine?.close();
    this.#engine = null;
  }

  #send(command, blob) {
    if (!this.#engine) this.#engine = this.host.makeEngine((data) => this.#hear(data));
    this.#engine.post(JSON.stringify(command), blob);
  }

  #hear(data) {
    if (data.kind === 'events') for (const [json, blob] of data.messages) this.#event(JSON.parse(json), blob);
    else if (data.kind === 'ready') this.host.engineIs(data.engine);
    else if (data.kind === 'keep') this.host.on.keepOfGpu(data.text);
    else if (data.kind === 'refused') this.#refused();
    else if (data.kind === 'failed') this.#died(data.text);
  }

  /** The worker never came up: go on without workers. */
  #refused() {
    this.#engine = null;
    this.host.workersRefused();
    this.#again(false);
  }

  #event(event, blob) {
    if (event.is === 'checkpoint_ready' && event.request >= kOwnRequests) {
      this.save = {step: event.step, bytes: blob.slice(event.bytes.at, event.bytes.at + event.bytes.bytes)};
      this.host.saved(this);
      for (const resolve of this.#waiting.splice(0)) resolve(this.save);
      return;
    }
    if (event.is === 'run_started') {
      this.preset = event.preset;
      this.step = event.step;
    } else if (event.is === 'phase_changed') {
      this.#phase(event);
    } else if (event.is === 'metrics_ready' && event.steps.length) {
      this.step = event.steps[event.steps.length - 1];
    }
    this.host.event(this.number, event, blob);
    if (event.is === 'snapshot_ready') this.#send({is: 'snapshot_taken'}, null);
  }

  #phase(event) {
    const before = this.phase;
    this.phase = kPhases[event.phase] ?? String(event.phase);
    this.step = event.step;
    if (this.phase === 'training' && before !== 'training') this.#trainingSince = performance.now();
    if (this.phase !== 'training') this.#play = null;
    if (this.phase === 'paused' && before === 'training') this.takeSave();
  }

  #died(text) {
    this.#engine?.close();
    this.#engine = null;
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((when) => now - when < 60_000), now];
    for (const resolve of this.#waiting.splice(0)) resolve(null);
    const wasTraining = this.phase === 'training';
    const again = this.#first !== null && this.#deaths.length <= kDeathsAllowed;
    this.host.died(this, text, again);
    if (again) this.#again(wasTraining);
    else this.host.event(this.number, {is: 'phase_changed', phase: 3, step: this.step}, null);
  }

  /** Sends again what brings a new engine to where the old one was. */
  #again(train) {
    const backend = this.#deaths.length > kDeathsOnGpu ? 'cpu' : this.backend;
    if (this.save) {
      const {bytes} = this.save;
      this.#send({is: 'resume_run', checkpoint: {at: 0, bytes: bytes.byteLength}, data: this.data, backend}, bytes);
    } else if (this.#first) {
      const [command, blob] = this.#first;
      this.#send({...command, backend}, blob);
    }
    if (train || this.#play) this.#send(this.#play ?? {is: 'play', until_step: 0}, null);
  }
}

export class RunHost {
  #runs = new Map();

  /** `on`: {event(run, event, blob), saved(hostedRun), died(hostedRun, text, again), withoutWorkers(), engineIs({variant, threads}),
   *  keptOfGpu(), keepOfGpu(text)}: the last two keep a text of the engine for the next one. */
  constructor({base, engine, workers, on}) {
    this.base = base;
    this.engine = engine;
    this.workers = workers;
    this.on = on;
    setInterval(() => this.#autosave(), 1000);
  }

  command(number, command, blob) {
    this.run(number).command(command, blob);
  }

  run(number) {
    if (!this.#runs.has(number)) this.#runs.set(number, new HostedRun(number, this));
    return this.#runs.get(number);
  }

  /** A last save of every run that is worth one; resolves when all have answered. */
  saveAll() {
    return Promise.all([...this.#runs.values()].map((run) => run.takeSave()));
  }

  closeAll() {
    for (const run of this.#runs.values()) run.close();
    this.#runs.clear();
  }

  makeEngine(hear) {
    if (this.workers) {
      try {
        return new WorkerEngine(this.base, this.engine, hear, this.on.keptOfGpu());
      } catch {
        this.workersRefused();
      }
    }
    return new PageEngine(this.base, this.engine, hear, this.on.keptOfGpu());
  }

  /** What came up, which may be less than what was chosen: later runs do not try again. */
  engineIs(engine) {
    this.engine = engine;
    this.on.engineIs(engine);
  }

  workersRefused() {
    if (!this.workers) return;
    this.workers = false;
    this.on.withoutWorkers();
  }

  event(number, event, blob) {
    this.on.event(number, event, blob);
  }

  saved(run) {
    this.on.saved(run);
  }

  died(run, text, again) {
    this.on.died(run, text, again);
  }

  #autosave() {
    const now = performance.now();
    for (const run of this.#runs.values()) run.maybeAutosave(now);
  }
}
