// page: ready experiments: a list to choose from beside the free lab, and links that name one: #preset=bits-copy&seed=3.
import {make} from './dom.mjs';
import {language, number, tr} from './strings.mjs';

/** A preset as the parts of a link: task=copy, task.max_length=8, ... */
function partsOf(preset) {
  const parts = [];
  const walk = (value, place) => {
    if (value === null || typeof value !== 'object') return void parts.push([place, String(value)]);
    if (value.type) parts.push([place, value.type]);
    for (const [key, inner] of Object.entries(value)) if (key !== 'type') walk(inner, `${place}.${key}`);
  };
  for (const [key, value] of Object.entries(preset)) if (key !== 'heed') walk(value, key);
  return parts;
}

/**
 * A link's fragment with the experiment that it names written out; what else the link says goes before.
 * @param {function(): Promise<Array>} load the experiments
 * @returns {Promise<{fragment: string, named: ?string, unknown: ?string}>} named: the experiment; unknown: a name that none has, the lab
 *   then opens without it
 */
export async function writtenOut(fragment, load) {
  const said = fragment.split('&').filter(Boolean), named = said.find((part) => part.startsWith('preset='));
  if (!named) return {fragment, named: null, unknown: null};
  const name = named.slice('preset='.length), others = said.filter((part) => part !== named);
  const experiment = (await load()).find((one) => one.name === name);
  if (!experiment) return {fragment: [...others, ...(others.some((part) => part.startsWith('lesson=')) ? [] : ['lesson=none'])].join('&'), named: null, unknown: name};
  const overruled = others.map((part) => part.split('=')[0]);
  const own = partsOf(experiment.preset).filter(([place]) => !overruled.some((other) => place === other || place.startsWith(`${other}.`)));
  return {fragment: [...own.map(([place, value]) => `${place}=${encodeURIComponent(value)}`), ...others].join('&'), named: name, unknown: null};
}

/** The list, group by group, with the group of the experiment named `current` open; `open(experiment)` when one is chosen. */
export function experimentList(experiments, current, open) {
  const groups = [...new Set(experiments.map(({group}) => group))], unfolded = experiments.find(({name}) => name === current)?.group ?? groups[0];
  const item = (experiment) => make('li', {}, make('a', {class: 'experiment', href: `#preset=${experiment.name}`, 'data-experiment': experiment.name, 'aria-current': experiment.name === current ? 'true' : null, on: {click: (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    for (const other of document.querySelectorAll('.experiment[aria-current]')) other.removeAttribute('aria-current');
    event.currentTarget.setAttribute('aria-current', 'true');
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
