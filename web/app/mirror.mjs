// page: the lab as text: what it shows in words for those who do not see the canvas, and for everyone who opens the text view. With
// it come HTML controls for the same lab commands, the form of what is built, and the attention of the latest snapshot as a table.
import {BuildForm} from './build_form.mjs';
import {make, setText} from './dom.mjs';
import {number, tr} from './strings.mjs';

/** The attention of a snapshot's first probe: {rows, columns, values} or null where the model has none. */
export function attentionOf(snapshot, blob, tapName) {
  const shot = snapshot?.probes?.[0];
  const tap = tapName ? shot?.taps?.find(({name}) => name === tapName) : null;
  if (!shot || !tap || !blob) return null;
  const all = new Float32Array(blob.slice(tap.values.at, tap.values.at + tap.values.bytes));
  const columns = shot.source.length;
  const heads = tap.shape?.length === 3 ? tap.shape[0] : 1;
  const rows = Math.floor(all.length / heads / columns);
  if (rows < 1) return null;
  const values = new Float32Array(rows * columns);
  for (let i = 0; i < heads * values.length; ++i) values[i % values.length] += all[i] / heads;
  const labels = (shot.forced?.length ? shot.forced : shot.target) ?? [];
  return {source: shot.source, labels, rows, columns, values, heads};
}

/** Marks of the vocabulary in words. */
const inWords = (token) => (/^<(end|pad|start|unknown)>$/.test(token) ? tr(`token.${token.slice(1, -1)}`) : token);

export class Mirror {
  #tables = [];     // per run: {step, attention, has_attention}
  #frame = 0;
  #open = false;
  #input = null;
  #backend = null;  // the choice of what runs compute on

  /** `on`: {lab(command), editPairs(), backend(), wantForm(bool), presetOf(run)}. */
  constructor({region, text, tables, controls, form, toggle, runLine, on}) {
    Object.assign(this, {region, text, tables, controls, toggle, runLine, on});
    this.form = new BuildForm({root: form, on});
    toggle.addEventListener('click', () => this.open(!this.#open));
  }

  open(open) {
    this.#open = open;
    this.region.classList.toggle('visually-hidden', !open);
    this.toggle.setAttribute('aria-expanded', String(open));
    document.getElementById('lab').classList.toggle('with-text', open);
    this.controls.hidden = !open;
    this.form.root.hidden = !open;
    this.on.wantForm(open);
    if (open && !this.controls.childElementCount) this.#buildControls();
    this.#drawTables();
  }

  language() {
    this.#input = null;
    this.form.language();
    if (this.controls.childElementCount) this.#buildControls();
    this.#drawTables();
  }

  /** What runs compute on was chosen, here or on the canvas. */
  backend(backend) {
    if (this.#backend) this.#backend.value = backend;
  }

  paragraphs(paragraphs) {
    while (this.text.childElementCount > paragraphs.length) this.text.lastElementChild.remove();
    paragraphs.forEach((paragraph, index) => {
      if (!this.text.children[index]) this.text.append(make('p'));
      const node = this.text.children[index];
      delete node.dataset.text;
      setText(node, paragraph);
    });
  }

  runs(steps) {
    const shown = steps.filter((step) => step !== null);
    setText(this.runLine, shown.length === 2 ? tr('page.run_line_compare', number(shown[0]), number(shown[1])) : shown.length ? tr('page.run_line', number(shown[0])) : '');
  }

  /** The newest snapshot of a run; the table is drawn at most once a frame and only while it can be read. */
  snapshot(run, step, attention, hasAttention) {
    this.#tables[run] = {step, attention, hasAttention};
    if (!this.#frame) this.#frame = setTimeout(() => this.#drawTables(), 250);
  }

  #drawTables() {
    clearTimeout(this.#frame);
    this.#frame = 0;
    if (!this.#open) {
      if (this.tables.childElementCount) this.tables.replaceChildren();
      return;
    }
    const two = this.#tables.filter(Boolean).length > 1;
    this.tables.replaceChildren(...this.#tables.flatMap((entry, run) => {
      if (!entry) return [];
      if (!entry.attention) return entry.hasAttention ? [] : [make('p', {text: tr('mirror.no_attention', two ? number(run + 1) : '1')})];
      return [this.#table(entry.attention, run, entry.step)];
    }));
  }

  #table({source, labels, rows, columns, values, heads}, run, step) {
    const head = make('tr', {}, make('th', {scope: 'col', text: tr('mirror.output')}), ...source.map((token) => make('th', {scope: 'col', text: inWords(token)})));
    const body = [];
    for (let row = 0; row < rows; ++row) {
      const weights = [...values.subarray(row * columns, (row + 1) * columns)];
      const largest = Math.max(...weights);
      body.push(make('tr', {}, make('th', {scope: 'row', text: inWords(labels[row] ?? String(row + 1))}),
        ...weights.map((weight) => make('td', {class: weight === largest ? 'most' : null, 'data-weight': String(Math.min(8, Math.floor(weight * 9))), text: number(weight, 2)}))));
    }
    return make('div', {class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': tr('mirror.run', number(run + 1))},
      make('table', {class: 'weights'}, make('caption', {text: tr(heads > 1 ? 'mirror.table_heads' : 'mirror.table', number(run + 1), number(step), source.join(' '), number(heads))}), make('thead', {}, head), make('tbody', {}, ...body)));
  }

  #buildControls() {
    const button = (key, command, kind = 'plain') => make('button', {class: kind, text: tr(key), on: {click: () => this.on.lab(command)}});
    this.#input = make('input', {id: 'mirror_try', type: 'text', autocomplete: 'off', spellcheck: 'false'});
    const decode = make('form', {class: 'try-form', on: {submit: (event) => {
      event.preventDefault();
      this.on.lab({do: 'try_text', text: this.#input.value});
    }}}, make('label', {for: 'mirror_try', text: tr('mirror.try')}), make('div', {class: 'try-row'}, this.#input, make('button', {class: 'plain', type: 'submit', text: tr('mirror.decode')})));
    this.#backend = make('select', {id: 'mirror_backend', on: {change: () => this.on.lab({do: 'compute_on', backend: this.#backend.value})}},
      ...['auto', 'cpu', 'webgpu'].map((backend) => make('option', {value: backend, text: tr(`mirror.backend.${backend}`)})));
    this.#backend.value = this.on.backend();
    this.controls.replaceChildren(
      make('div', {class: 'actions', role: 'group', 'aria-label': tr('mirror.controls')},
        button('mirror.train', {do: 'train_run'}, 'primary'), button('mirror.pause', {do: 'pause_run'}), button('mirror.step', {do: 'step_run'}), button('mirror.reset', {do: 'reset_run'}),
        button('mirror.compare', {do: 'set_compare', on: true}), button('mirror.single', {do: 'set_compare', on: false}),
        button('mirror.inside', {do: 'look_into'}), button('mirror.cost', {do: 'measure_costs'}), button('mirror.profile', {do: 'profile_run'}),
        make('button', {class: 'plain', text: tr('mirror.pairs'), on: {click: () => this.on.editPairs()}})),
      make('div', {class: 'build-field'}, make('label', {for: 'mirror_backend', text: tr('mirror.backend')}), this.#backend), decode);
  }
}
