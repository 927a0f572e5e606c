// page: start-up. Finds out what the browser gives, loads the lab, and connects lab, runs, lesson, text view and storage.
import {byId, make, setText} from './dom.mjs';
import {copyText, PairsDialog, setUpDialogs, showLink} from './dialogs.mjs';
import {chooseEngine, singleThreaded} from './engine_variant.mjs';
import {experimentList, experimentOf, markExperiment, writtenOut} from './experiments.mjs';
import {detectFeatures} from './features.mjs';
import {setUpLayout, showColumn} from './layout.mjs';
import {loadLab} from './lab_host.mjs';
import {attentionOf, Mirror} from './mirror.mjs';
import {dismiss, notice} from './notices.mjs';
import {setUpOffline} from './offline.mjs';
import {Reader} from './reader.mjs';
import {RunHost} from './run_host.mjs';
import {SaveKeeper} from './save_keeper.mjs';
import {Saves, Settings} from './store.mjs';
import {language, preferredLanguage, setLanguage, setStrings, tr} from './strings.mjs';

const base = new URL(document.querySelector('meta[name="heed-base"]').content, document.baseURI).href;

async function fetchJson(path) {
  const answer = await fetch(new URL(path, base));
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/** Asks once; again only where that failed. */
function once(ask) {
  let answer = null;
  return () => (answer ??= ask().catch((error) => {
    answer = null;
    throw error;
  }));
}

class Page {
  lab = null;
  lesson = null;            // slug of the open lesson, or null
  view = null;              // the last lesson_view
  linked = null;            // the ready experiment that the link named
  onLocated = null;         // called with the answer to {"kind": "locate"}
  #announced = '';
  #alignmentTaps = [];
  #steps = [null, null];
  #offered = new Map();  // run -> who waits to hear whether its data was taken
  #gpu = null;              // what a run said last of the GPU

  constructor({settings, saves, features, lessons, strings, tokens, experiments}) {
    Object.assign(this, {settings, saves, features, lessons, strings, tokens, experiments});
    this.reader = new Reader({body: byId('lesson_body'), nav: byId('lesson_nav'), base, on: {
      act: (act) => this.post({kind: 'lesson', act}),
      announce: (text) => this.announce(text),
      showLab: () => showColumn('lab'),
      openLesson: (slug) => this.openLesson(slug),
    }});
    this.mirror = new Mirror({region: byId('mirror'), text: byId('mirror_text'), tables: byId('mirror_tables'), controls: byId('mirror_controls'),
      form: byId('mirror_form'), toggle: byId('text_view'), runLine: byId('run_line'), on: {
        lab: (command) => this.post({kind: 'lab', command}),
        editPairs: () => this.editPairs(0, ''),
        backend: () => this.settings.get('backend', 'auto'),
        wantForm: (on) => this.post({kind: 'form', on}),
        presetOf: (run) => this.runs.run(run).preset,
      }});
    this.runs = new RunHost({base, engine: features.engine, workers: features.workers, on: {
      event: (run, event, blob) => this.runEvent(run, event, blob),
      saved: (run) => this.keeper.saved(run),
      died: (run, text, again) => this.runDied(run, text, again),
      engineIs: (engine) => {
        this.features.engine = engine;
        this.sayEngine();
      },
      keptOfGpu: () => this.settings.get('gpu_kernels', ''),
      keepOfGpu: (text) => this.settings.set('gpu_kernels', text),
      withoutWorkers: () => notice('workers', tr('refused.workers'), {severity: 'warning'}),
    }});
    this.keeper = new SaveKeeper({saves, runs: this.runs, place: () => (this.lesson ? `lesson:${this.lesson}` : 'lab'),
      resume: (save) => this.post({kind: 'lab', command: {do: 'resume_saved', run: save.run, data: save.data || ''}}, save.bytes),
      titleOf: (preset) => this.titleOf(preset)});
    this.pairs = new PairsDialog();
  }

  post(message, blob) {
    this.lab?.post(message, blob);
  }

  announce(text) {
    const line = byId('announcer');
    // The same sentence twice in a row is said twice only if the text changes in between.
    line.textContent = text === this.#announced ? `${text}\u00a0` : text;
    this.#announced = line.textContent;
  }

  // ---- from the lab

  labSays(message, blob) {
    const handlers = {
      run_command: () => this.runs.command(message.run, message.command, blob),
      mirror: () => this.mirror.paragraphs(message.paragraphs ?? []),
      form: () => this.mirror.form.show(message),
      lesson_view: () => this.lessonView(message),
      announce: () => this.announce(message.text),
      download: () => this.download(message, blob),
      clipboard: () => copyText(message.text),
      link: () => this.link(message.fragment, message.copy !== false),
      open_lesson: () => (message.slug === (this.lesson ?? 'none') ? null : this.changeLesson(message.slug)),
      theme: () => (Boolean(message.dark) === isDark() ? null : this.setTheme(Boolean(message.dark))),
      data_refused: () => this.#answerData(message.run, message.text),
      data_taken: () => this.#answerData(message.run, null),
      edit_data: () => this.editPairs(message.run ?? 0, message.value ?? '', ['text', 'stories'].includes(message.task) ? message.task : 'pairs'),
      notice: () => this.labNotice(message),
      located: () => this.onLocated?.(message),
      language: () => this.chooseLanguage(message.code),
      backend: () => this.keepBackend(message.backend),
      failed: () => notice('lab', tr('failed.lab_stopped', message.text), {severity: 'error', actions: [{label: tr('page.reload'), primary: true, run: () => location.reload()}]}),
    };
    handlers[message.kind]?.();
  }

  lessonView(view) {
    if (view.slug !== this.lesson) return;
    this.view = view;
    if (view.progress) this.settings.set('lessons', {...this.settings.get('lessons', {}), [view.slug]: view.progress});
    this.reader.show(view);
  }

  /** While the lab starts, the only thing it can complain about is the link. */
  labNotice({code, text, severity}) {
    const badLink = !this.lab && location.hash.length > 1 && severity !== 'error';
    notice(`lab:${code ?? (badLink ? 'link' : 'notice')}`, badLink ? tr('link.bad', text.replace(/\.$/, '')) : text, {severity});
  }

  download({name, type}, blob) {
    const url = URL.createObjectURL(new Blob([blob], {type}));
    make('a', {href: url, download: name}).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  /** The address bar follows the lab without a history entry, so that a bookmark is a link too; its language stays the reader's own. */
  link(fragment, show) {
    const parts = String(fragment).replace(/^#/, '').split('&').filter((part) => part && !/^lesson=/.test(part));
    if (this.lesson) parts.push(`lesson=${this.lesson}`);
    history.replaceState(null, '', `#${parts.filter((part) => !/^lang=/.test(part)).join('&')}`);
    if (show) showLink(parts.join('&'));
  }

  editPairs(run, value, kind = 'pairs') {
    this.pairs.open(value || this.runs.run(run).data, async (text) => {
      const refused = await this.giveData(run, text);
      if (refused === null) this.post({kind: 'lab', command: {do: 'build_run', run}});
      return refused;
    }, kind);
  }

  /** Hands the user's pairs to the lab; what is wrong with them, or null, once an engine has read them. */
  giveData(run, text) {
    return new Promise((resolve) => {
      this.#answerData(run, '');
      this.#offered.set(run, resolve);
      this.post({kind: 'lab', command: {do: 'set_data', run, text}});
    });
  }

  #answerData(run, refused) {
    this.#offered.get(run)?.(refused);
    this.#offered.delete(run);
  }

  // ---- from the runs

  runEvent(run, event, blob) {
    this.post({kind: 'run_event', run, event}, blob);
    if (event.is === 'run_started') {
      this.#alignmentTaps[run] = event.alignment_tap;
      this.#steps[run] = event.step;
      if (run === 0 && !this.lesson) this.experiments().then((all) => markExperiment(byId('lesson_body'), experimentOf(all, event.preset)), () => null);
    } else if (event.is === 'snapshot_ready') {
      const tap = this.#alignmentTaps[run];
      this.mirror.snapshot(run, event.snapshot.step, attentionOf(event.snapshot, blob, tap), Boolean(tap));
    } else if (event.is === 'phase_changed') {
      this.#steps[run] = event.step;
    } else if (event.is === 'metrics_ready' && event.steps.length) {
      this.#steps[run] = event.steps.at(-1);
    } else if (event.is === 'went_back') {
      this.#steps[run] = event.step;
    } else if (event.is === 'backend_chosen') {
      this.#gpu = event;
      this.sayEngine();
      return;
    } else {
      return;
    }
    this.mirror.runs(this.#steps);
  }

  runDied(run, text, again) {
    const name = String(run.number + 1);
    if (!again) notice(`run${run.number}`, tr('failed.run_end', name, text), {severity: 'error'});
    else if (run.save) notice(`run${run.number}`, tr('failed.run', name, text, String(run.save.step)), {severity: 'warning'});
    else notice(`run${run.number}`, tr('failed.run_start', name, text), {severity: 'warning'});
  }

  // ---- lessons and language

  async openLesson(slug) {
    const entry = this.lessons.find((lesson) => lesson.slug === slug);
    this.lesson = entry ? slug : null;
    this.view = null;
    this.settings.set('lesson', this.lesson ?? 'none');
    this.link(location.hash, false);
    byId('lesson_select').value = this.lesson ?? '';
    if (!entry) {
      this.post({kind: 'lesson', close: true});
      this.showFree();
      return;
    }
    if (!this.lab) {
      await this.reader.showReading(slug);
      return;
    }
    try {
      const {lesson, strings} = await fetchJson(`lessons/${slug}/lesson.json`);
      if (this.lesson !== slug) return;
      this.post({kind: 'lesson', load: {lesson, strings, progress: this.settings.get('lessons', {})[slug] ?? null}});
    } catch {
      this.reader.showMessage(tr('lesson.failed'));
    }
  }

  fillLessonPicker() {
    const options = this.lessons.map((lesson, index) => make('option', {value: lesson.slug, text: tr('page.lesson_n', String(index + 1), lesson.titles[language()] ?? lesson.titles.en)}));
    byId('lesson_select').replaceChildren(...options, make('option', {value: '', text: tr('page.free_lab')}));
    byId('lesson_select').value = this.lesson ?? '';
  }

  chooseLanguage(code) {
    if (code === language()) return;
    setLanguage(code);
    this.settings.set('language', language());
    byId('language_select').value = language();
    this.fillLessonPicker();
    this.mirror.language();
    this.sayEngine();
    this.post({kind: 'lab', command: {do: 'set_language', code: language()}});
    if (!this.lab) this.openLesson(this.lesson);
    else if (!this.lesson) this.showFree();
  }

  /** Beside the lab without a lesson: what it is, and what there is to choose from. */
  async showFree() {
    this.reader.showFree(this.lessons[0]?.slug);
    if (!this.lab) return;
    try {
      const experiments = await this.experiments();
      if (this.lesson) return;
      const running = experimentOf(experiments, this.runs.run(0).preset), list = experimentList(experiments, running ?? this.linked, (experiment) => this.openExperiment(experiment));
      markExperiment(list, running);
      this.reader.addFree(list);
    } catch {
      if (!this.lesson) this.reader.addFree(make('p', {class: 'callout', text: tr('experiments.failed')}));
    }
  }

  /** What the ready experiment is called that a preset is; null for one of the learner's own. */
  async titleOf(preset) {
    try {
      const experiments = await this.experiments(), name = experimentOf(experiments, preset), found = experiments.find((one) => one.name === name);
      return found ? found.titles[language()] ?? found.titles.en : null;
    } catch {
      return null;
    }
  }

  /** What runs is kept first, and offered again; data that was typed for it does not go on. */
  async openExperiment({titles, preset}) {
    await this.saveSoon();
    this.post({kind: 'lab', command: {do: 'set_compare', on: false}});
    this.post({kind: 'lab', command: {do: 'load_preset', run: 0, preset, drop_data: true}});
    this.announce(tr('experiments.opened', titles[language()] ?? titles.en));
    showColumn('lab');
    if (document.activeElement?.offsetParent === null) byId('lab').focus({preventScroll: true});  // the link that had it is out of sight
    this.keeper.offer();
  }

  setUpControls() {
    this.sayEngine();
    byId('lesson_select').addEventListener('change', (event) => this.changeLesson(event.target.value));
    const names = {en: 'English', fr: 'Français'};
    byId('language_select').replaceChildren(...Object.keys(this.strings.page).map((code) => make('option', {value: code, lang: code, text: names[code] ?? code})));
    byId('language_select').value = language();
    byId('language_select').addEventListener('change', (event) => this.chooseLanguage(event.target.value));
    byId('share').addEventListener('click', () => {
      if (this.lab) this.post({kind: 'lab', command: {do: 'copy_link'}});
      else showLink(location.hash.replace(/^#/, ''));
    });
    byId('theme').addEventListener('click', () => this.setTheme(!isDark()));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.post({kind: 'lab', command: {do: 'set_theme', dark: isDark()}}));
    window.addEventListener('hashchange', () => this.runs.saveAll().finally(() => location.reload()));
  }

  sayEngine() {
    if (!this.features.engine) return;
    const {variant, threads} = this.features.engine;
    setText(byId('about_gpu'), this.gpuLine());
    setText(byId('about_engine'), tr(threads > 1 ? 'about.engine_threads' : 'about.engine', tr(`about.engine.${singleThreaded(variant)}`), String(threads)));
  }

  /** Which GPU there is, as far as a run has asked for one. */
  gpuLine() {
    const {device, code, detail, backend, kernels} = this.#gpu ?? {};
    const chosen = kernels?.since ? ` ${tr('about.gpu_kernels', kernels.tiles.replace('/', ', ').replaceAll('x', ' × '), kernels.since)}` : '';
    // Firefox has GPUs to compute on and names none.
    if (!device && backend !== 'webgpu') return code === 'refused' ? tr('about.gpu_refused', detail) : tr('about.gpu_unknown');
    return tr(backend === 'webgpu' ? 'about.gpu_used' : 'about.gpu', device || tr('about.gpu_unnamed')) + chosen;
  }

  keepBackend(backend) {
    this.settings.set('backend', backend);
    this.mirror.backend(backend);
  }

  /** Keeps all runs, unless that takes too long. */
  saveSoon() {
    return Promise.race([this.runs.saveAll(), new Promise((resolve) => setTimeout(resolve, 1500))]);
  }

  /** Another lesson is another place: its runs are kept first, then those of the other place are offered. */
  async changeLesson(slug) {
    await this.saveSoon();
    await this.openLesson(slug);
    this.keeper.offer();
  }

  setTheme(dark) {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    this.settings.set('theme', dark ? 'dark' : 'light');
    this.post({kind: 'lab', command: {do: 'set_theme', dark}});
  }
}

function isDark() {
  const {theme} = document.documentElement.dataset;
  return theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

/** The lesson of a visit: what the link says, else where the learner was, else the first. A link with an experiment alone opens none. */
function firstLesson(fragment, settings, lessons) {
  const wanted = new URLSearchParams(fragment);
  const known = (slug) => lessons.some((lesson) => lesson.slug === slug);
  if (wanted.has('lesson')) {
    const slug = wanted.get('lesson');
    if (!known(slug) && slug !== 'none' && slug !== '') notice('lesson', tr('link.unknown_lesson', slug), {severity: 'warning'});
    return known(slug) ? slug : null;
  }
  if ([...wanted.keys()].some((key) => key !== 'lang')) return null;
  const kept = settings.get('lesson', null);
  if (kept === 'none') return null;
  return known(kept) ? kept : (lessons[0]?.slug ?? null);
}

function sayWhatIsRefused(features, settings, saves) {
  if (!features.wasm) notice('wasm', tr('refused.wasm'), {severity: 'error', sticky: true});
  else if (!features.simd) notice('wasm', tr('refused.simd'), {severity: 'error', sticky: true});
  else if (!features.webgl2) notice('webgl2', tr('refused.webgl2'), {severity: 'warning'});
  if (features.wasm && !features.workers) notice('workers', tr('refused.workers'), {severity: 'warning'});
  if (!settings.kept || !saves.kept) notice('storage', tr('refused.storage'), {severity: 'warning'});
}

async function startLab(page, fragment) {
  const {features} = page;
  if (!features.wasm || !features.simd) return false;
  try {
    page.lab = await loadLab({base, draw: features.webgl2, onMessage: (message, blob) => page.labSays(message, blob),
      init: {kind: 'init', language: language(), dark: isDark(), reduced_motion: matchMedia('(prefers-reduced-motion: reduce)').matches,
        tokens: page.tokens, strings: page.strings.lab, backend: page.settings.get('backend', 'auto'), fragment}});
    return true;
  } catch (error) {
    notice('lab', tr('failed.lab', String(error?.message ?? error)), {severity: 'error', sticky: true, actions: [{label: tr('page.reload'), primary: true, run: () => location.reload()}]});
    return false;
  }
}

async function start() {
  const settings = new Settings();
  const features = detectFeatures();
  setUpLayout(settings);
  setUpDialogs();
  const [saves, strings, lessons, tokens] = await Promise.all([Saves.open(), fetchJson('strings.json'), fetchJson('lessons/index.json'), fetchJson('tokens.json')]);
  setStrings(strings.page);
  setLanguage(preferredLanguage(settings.get('language'), location.hash));
  sayWhatIsRefused(features, settings, saves);
  const experiments = once(() => fetchJson('experiments.json'));
  const said = location.hash.replace(/^#/, ''), linked = new URLSearchParams(said).get('preset');  // before the lab rewrites the address
  const {fragment, unknown} = await writtenOut(said, experiments).catch(() => {
    notice('preset', tr('experiments.failed'), {severity: 'warning'});
    return {fragment: 'lesson=none', unknown: null};
  });
  if (unknown !== null) notice('preset', tr('link.unknown_preset', unknown), {severity: 'warning'});

  const page = new Page({settings, saves, features, lessons, strings, tokens, experiments});
  page.setUpControls();
  page.linked = linked;
  page.lesson = firstLesson(fragment, settings, lessons);
  page.fillLessonPicker();
  const running = await startLab(page, fragment);
  document.documentElement.dataset.lab = running ? page.lab.graphics ?? 'webgl2' : 'none';
  byId('curtain').hidden = running && page.lab.graphics !== 'none';
  byId('heed-canvas').hidden = !running || page.lab.graphics === 'none';
  if (running && page.lab.graphics === 'none') {
    if (features.webgl2) notice('webgl2', tr('refused.webgl2'), {severity: 'warning'});
    page.mirror.open(true);
  }
  if (page.lesson || !running) await page.openLesson(page.lesson ?? lessons[0]?.slug);
  else page.openLesson(null);
  if (running && !page.lesson && /(^|&)(preset|task|model)[=.]/.test(said)) showColumn('lab');  // on a phone: who follows a link to an experiment came for it
  await page.keeper.offer();
  setUpOffline({engine: chooseEngine().variant, beforeReload: () => page.runs.saveAll()});
  // For whoever wants to look inside from the browser's console; the tests do.
  globalThis.heed = page;
  document.documentElement.dataset.ready = 'true';
}

start().catch((error) => {
  dismiss('start');
  notice('start', `Heed could not start: ${error?.message ?? error}. Check the connection and load the page again.`, {severity: 'error', sticky: true,
    actions: [{label: 'Load the page again', primary: true, run: () => location.reload()}]});
  document.documentElement.dataset.ready = 'failed';
});
