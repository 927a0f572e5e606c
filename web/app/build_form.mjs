// page: the controls of what is built as an HTML form, in the text view: the lab sends them as it would draw them ({"kind": "form"},
// src/lab/form.h), changes go back as edits of the draft. Nothing here knows which controls there are.
import {make, setText} from './dom.mjs';
import {tr} from './strings.mjs';

const idOf = (path) => `build-${path.replaceAll('.', '-')}`;

export class BuildForm {
  #form = null;      // as the lab sent it last
  #rows = new Map(); // path -> {control, help, entry}
  #shape = '';

  /** `on`: {lab(command), presetOf(run)}. */
  constructor({root, on}) {
    Object.assign(this, {root, on});
  }

  show(form) {
    this.#form = form;
    const shape = JSON.stringify([form.run, form.compare, form.used, form.entries.map(({path, control, choices, first}) => [path, control, choices, first])]);
    if (shape !== this.#shape) this.#build(shape);
    for (const entry of form.entries) this.#fill(entry);
    this.state.hidden = !form.changed && form.used;
    setText(this.changed, tr(form.used ? 'build.changed' : 'build.not_built'));
    this.undo.hidden = !form.used;
  }

  /** In another language everything is said anew. */
  language() {
    this.#shape = '';
    if (this.#form) this.show(this.#form);
  }

  #edit(path, value) {
    this.on.lab({do: 'edit_draft', run: this.#form.run, path, value});
  }

  #build(shape) {
    const {run, compare, entries} = this.#form;
    const focused = this.root.contains(document.activeElement) ? document.activeElement.id : '';
    const more = this.root.querySelector('.build-more')?.open ?? false;
    const open = this.root.querySelector('.build')?.open ?? document.documentElement.dataset.lab === 'none';
    this.#shape = shape;
    this.#rows.clear();
    const row = (entry) => this.#row(entry);
    this.changed = make('p', {class: 'quiet-line', role: 'status'});
    this.undo = make('button', {class: 'quiet', type: 'button', text: tr('build.undo'), on: {click: () => this.on.lab({do: 'load_preset', run: this.#form.run, preset: this.on.presetOf(this.#form.run), start: false})}});
    this.state = make('div', {class: 'build-state'}, this.changed, make('div', {class: 'actions'}, make('button', {class: 'primary', type: 'submit', text: tr('build.build')}), this.undo));
    const chooser = compare ? [this.#select('run', tr('build.run'), ['A', 'B'].map((name, index) => ({key: String(index), label: tr('build.run_n', name)})), String(run), (value) => this.on.lab({do: 'set_focus', run: Number(value)}))] : [];
    const rest = entries.filter(({first}) => !first);
    this.root.replaceChildren(make('details', {class: 'build', open},
      make('summary', {text: tr('build.title')}),
      make('form', {class: 'build-form', on: {submit: (event) => {
        event.preventDefault();
        this.on.lab({do: 'build_run', run: this.#form.run});
      }}}, make('div', {class: 'build-fields'}, ...chooser, ...entries.filter(({first}) => first).map(row)),
        rest.length ? make('details', {class: 'build-more', open: more}, make('summary', {text: tr('build.more', String(rest.length))}), make('div', {class: 'build-fields'}, ...rest.map(row))) : null,
        this.state)));
    if (focused) document.getElementById(focused)?.focus();
  }

  #select(id, label, choices, value, change) {
    const control = make('select', {id: `build-${id}`, on: {change: (event) => change(event.target.value)}}, ...choices.map((choice) => make('option', {value: choice.key, text: choice.label})));
    control.value = value;
    return make('div', {class: 'build-field'}, make('label', {for: control.id, text: label}), control);
  }

  #row(entry) {
    const {path, label, unit} = entry;
    const id = idOf(path);
    const help = make('small', {id: `${id}-help`});
    const shared = {id, 'aria-describedby': help.id};
    const edited = (value) => () => this.#edit(path, value(control));
    let control;
    if (entry.control === 'choice') {
      control = make('select', {...shared, on: {change: () => this.#edit(path, control.value)}}, ...entry.choices.map((choice) => make('option', {value: choice.key, text: choice.label})));
    } else if (entry.control === 'flag') {
      control = make('input', {...shared, type: 'checkbox', on: {change: edited((box) => box.checked)}});
    } else if (entry.control === 'number') {
      control = make('input', {...shared, type: 'number', min: String(entry.minimum), max: String(entry.maximum), step: String(entry.step), inputmode: entry.step === 1 ? 'numeric' : 'decimal',
        on: {change: () => (control.value !== '' && control.checkValidity() ? this.#edit(path, control.valueAsNumber) : control.reportValidity())}});
    } else {
      control = make('input', {...shared, type: 'text', on: {change: edited((field) => field.value)}});
    }
    this.#rows.set(path, {control, help});
    const words = make('label', {for: id, text: unit ? tr('build.label_unit', label, unit) : label});
    return make('div', {class: entry.control === 'flag' ? 'build-field flag' : 'build-field'}, ...(entry.control === 'flag' ? [control, words] : [words, control]), help);
  }

  #fill(entry) {
    const {control, help} = this.#rows.get(entry.path);
    if (entry.control === 'flag') control.checked = Boolean(entry.value);
    else if (control !== document.activeElement || entry.control === 'choice') control.value = String(entry.value);
    const chosen = entry.choices?.find(({key}) => key === entry.value);
    setText(help, chosen?.help || entry.help);
    control.closest('.build-field').classList.toggle('changed', entry.changed);
  }
}
