// page: ready experiments: a list to choose from beside the free lab, and links that name one: #preset=bits-copy&seed=3.
import {make} from './dom.mjs';
import {language, number, tr} from './strings.mjs';

/** A value as a link has it: a text that could be taken for a number stands in quotes. */
function written(value) {
  return typeof value === 'string' && /^(true|false|null|[-+.\d].*)$/.test(value) ? JSON.stringify(value) : String(value);
}

/** A preset as the parts of a link: task=copy, task.max_length=8, ... */
function partsOf(preset) {
  const parts = [];
  const walk = (value, place) => {
    if (value === null || typeof value !== 'object') return void parts.push([place, written(value)]);
    if (value.type) parts.push([place, value.type]);
    for (const [key, inner] of Object.entries(value)) if (key !== 'type') walk(inner, `${place}.${key}`);
  };
  for (const [key, value] of Object.entries(preset)) if (key !== 'heed') walk(value, key);
  return parts;
}

function plain(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The name of the experiment that a run's preset is, whatever its seed: of those all of whose settings it has, the one with the most. */
export function experimentOf(experiments, preset) {
  const settings = (one) => partsOf(one).filter(([place]) => place !== 'seed');
  const now = preset ? new Map(settings(preset)) : new Map();
  const fitting = experiments.map((one) => ({name: one.name, own: settings(one.preset)})).filter(({own}) => own.every(([place, value]) => now.get(place) === value));
  return fitting.sort((a, b) => b.own.length - a.own.length)[0]?.name ?? null;
}

/** Marks the one in the list that runs. */
export function markExperiment(list, name) {
  for (const link of list.querySelectorAll('.experiment')) {
    if (link.dataset.experiment === name) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
}

/**
 * A link's fragment with the experiment that it names written out; what else the link says goes before.
 * @param {function(): Promise<Array>} load the experiments
 * @returns {Promise<{fragment: string, unknown: ?string}>} unknown: a name that none has; the lab then opens with its usual settings
 */
export async function writtenOut(fragment, load) {
  const said = fragment.split('&').filter(Boolean), named = said.find((part) => part.startsWith('preset='));
  if (!named) return {fragment, unknown: null};
  const name = plain(named.slice('preset='.length)), others = said.filter((part) => part !== named);
  const experiment = (await load()).find((one) => one.name === name);
  if (!experiment) return {fragment: ['lesson=none', ...others.filter((part) => part.startsWith('lang='))].join('&'), unknown: name.slice(0, 60)};
  const overruled = others.map((part) => part.split('=')[0]);
  const own = partsOf(experiment.preset).filter(([place]) => !overruled.some((other) => place === other || place.startsWith(`${other}.`)));
  return {fragment: [...own.map(([place, value]) => `${place}=${encodeURIComponent(value)}`), ...others].join('&'), unknown: null};
}

/** The list, group by group, with the group of the experiment named `near` open; `open(experiment)` when one is chosen. */
export function experimentList(experiments, near, open) {
  const groups = [...new Set(experiments.map(({group}) => group))], unfolded = experiments.find(({name}) => name === near)?.group ?? groups[0];
  const item = (experiment) => make('li', {}, make('a', {class: 'experiment', href: `#preset=${experiment.name}`, 'data-experiment': experiment.name, on: {click: (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    open(experiment);
  }}}, make('span', {text: experiment.titles[language()] ?? experiment.titles.en}), make('small', {text: tr('experiments.steps', number(experiment.preset.steps))})));
  return make('section', {class: 'experiments', 'aria-labelledby': 'experiments_title'},
    make('h3', {id: 'experiments_title', text: tr('experiments.title')}), make('p', {class: 'experiments-lead', text: tr('experiments.lead')}),
    ...groups.map((group) => {
      const inside = experiments.filter((one) => one.group === group);
      return make('details', {class: 'experiment-group', open: group === unfolded},
        make('summary', {}, make('span', {text: tr(`experiments.group.${group}`)}), make('small', {text: number(inside.length)})),
        make('ul', {}, ...inside.map(item)));
    }));
}
