// build: the presets of assets/presets as one list for the page, in groups, with a title in every language.
import {readdir} from 'node:fs/promises';
import path from 'node:path';

/** The groups in their order, with the tasks of each. A Transformer is one whatever its task. */
const kGroups = {
  sequences: ['reverse', 'copy', 'sort', 'pairs', 'dates', 'translate'],
  attention: ['lookup', 'clue', 'stretch', 'strokes', 'parity'],
  delays: ['recall'],
  transformers: [],
  stories: ['stories'],
  facts: ['facts', 'windows'],
  machines: ['bit_copy', 'bit_copies', 'bit_repeat', 'bit_recall', 'bit_ngrams', 'bit_sort', 'graph_walk'],
  fast_weights: ['retrieval'],
};

function groupOf(name, {task, model}) {
  if (model.type.startsWith('transformer')) return 'transformers';
  const group = Object.keys(kGroups).find((one) => kGroups[one].includes(task.type));
  if (!group) throw new Error(`assets/presets/${name}.json: the task "${task.type}" belongs to no group of web/build/experiments.mjs`);
  return group;
}

/** A link holds numbers, texts and switches, and parts that hold them. */
function checkForLinks(name, value) {
  if (Array.isArray(value) || value === null) throw new Error(`assets/presets/${name}.json: lists and null cannot stand in a link`);
  if (typeof value === 'object') for (const inner of Object.values(value)) checkForLinks(name, inner);
}

/**
 * Adds experiments.json: [{name, group, titles: {en, fr}, preset}], group by group.
 * @param {Map<string, Buffer>} files of the site
 * @param {{folder: string, languages: string[], readJson: function}} from the folder has NAME.json for each, and titles/CODE.json: the English title
 *   to that in another language
 * @throws Error where a preset has no group or number of steps, holds what a link cannot, or no title in a language, or a title no preset
 */
export async function addExperiments(files, {folder, languages, readJson}) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5)).sort();
  const tables = {};
  for (const code of languages.filter((other) => other !== 'en')) tables[code] = await readJson(path.join(folder, 'titles', `${code}.json`));
  const experiments = [];
  for (const name of names) {
    const {title, heed, ...preset} = await readJson(path.join(folder, `${name}.json`));
    const titles = {en: title};
    for (const [code, table] of Object.entries(tables)) {
      titles[code] = table[title];
      if (!titles[code]) throw new Error(`assets/presets/titles/${code}.json: the title of "${name}" is missing: "${title}"`);
    }
    if (!Number.isInteger(preset.steps)) throw new Error(`assets/presets/${name}.json: "steps" is missing`);
    checkForLinks(name, preset);
    experiments.push({name, group: groupOf(name, preset), titles, preset: {heed, ...preset}});
  }
  for (const [code, table] of Object.entries(tables)) {
    const stray = Object.keys(table).find((title) => !experiments.some(({titles}) => titles.en === title));
    if (stray) throw new Error(`assets/presets/titles/${code}.json: no preset is called "${stray}"`);
  }
  const order = Object.keys(kGroups);
  experiments.sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group));
  files.set('experiments.json', Buffer.from(JSON.stringify(experiments)));
}
