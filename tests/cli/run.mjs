// tests: the native tool as a learner uses it: its verbs, what they leave behind, and what they say when something is wrong.
//   node tests/cli/run.mjs [--tool build/release/src/cli/heed-cli]
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {writtenOut} from '../../web/app/experiments.mjs';
import {runCases} from '../support/cases.mjs';

const {values} = parseArgs({options: {tool: {type: 'string', default: 'build/release/src/cli/heed-cli'}}});
const tool = path.resolve(values.tool);
if (!existsSync(tool)) {
  console.error(`There is no native tool at ${values.tool}. ./heed train --help builds it.`);
  process.exit(2);
}
const folder = mkdtempSync(path.join(tmpdir(), 'heed-tool-'));
const at = (name) => path.join(folder, name);

/** Runs the tool in the folder of these tests. */
function heed(...args) {
  const run = spawnSync(tool, args, {cwd: folder, encoding: 'utf8', env: {...process.env, HEED_ASSETS: path.resolve('assets')}});
  return {status: run.status, out: run.stdout, err: run.stderr};
}

/** The object of the last line of a run that must go well. */
function told(...args) {
  const run = heed(...args, '--json');
  assert.equal(run.status, 0, `heed ${args.join(' ')}: ${run.err}`);
  return JSON.parse(run.out.trim().split('\n').at(-1));
}

/** A run that must be refused with this status, naming what is wrong. */
function refused(status, pattern, ...args) {
  const run = heed(...args);
  assert.equal(run.status, status, `heed ${args.join(' ')}: status ${run.status}, ${run.err}`);
  assert.match(run.err, pattern);
}

/** A folder with one story, written as the file to train on and to test with. */
function storyFolder(name, text) {
  mkdirSync(at(name));
  for (const part of ['train', 'test']) writeFileSync(at(`${name}/qa1_where_${part}.txt`), text);
  return name;
}

const cases = {
  'tool: models and tasks are listed, and every task of a preset is among them': () => {
    const tasks = new Set(told('tasks').tasks.map((task) => task.key));
    assert.ok(told('models').models.length > 10);
    for (const file of readdirSync('assets/presets').filter((name) => name.endsWith('.json'))) {
      const preset = JSON.parse(readFileSync(path.join('assets/presets', file), 'utf8'));
      assert.ok(tasks.has(preset.task.type), `${file} names the task ${preset.task.type}`);
    }
  },
  'tool: what the README trains and costs out is there': () => {
    const named = [...readFileSync('README.md', 'utf8').matchAll(/^\.\/heed (?:train|cost) ([a-z-]+)/gm)].map(([, name]) => name);
    assert.ok(named.length >= 4);
    for (const name of named) refused(2, /no setting 'nonsense'/, 'train', name, '--set', 'nonsense=1');
  },
  'tool: a model learns its task, and its checkpoint says the same again': () => {
    const trained = told('train', 'recall-max-pool', '--out', 'recall.safetensors');
    assert.ok(trained.exact_match >= 0.99, `exact match ${trained.exact_match}`);
    const again = told('eval', 'recall.safetensors');
    for (const score of ['exact_match', 'accuracy', 'loss']) assert.equal(again[score], trained[score], score);
  },
  'tool: the numbers do not depend on how many threads compute': () => {
    const [one, two] = ['1', '2'].map((threads) => told('train', 'reverse-attention', '--steps', '12', '--threads', threads));
    assert.deepEqual(one.evaluations, two.evaluations);
  },
  'tool: the same seed gives the same run, another seed another': () => {
    const losses = ['3', '3', '4'].map((seed) => told('train', 'recall-max-pool', '--steps', '20', '--seed', seed).loss);
    assert.equal(losses[0], losses[1]);
    assert.notEqual(losses[0], losses[2]);
  },
  'tool: a setting of the command line is a setting of the run': () => {
    const plain = told('train', 'reverse-attention', '--steps', '1');
    const wide = told('train', 'reverse-attention', '--steps', '1', '--set', 'model.embedding=32');
    assert.ok(wide.parameters > plain.parameters, `${wide.parameters} and ${plain.parameters} parameters`);
  },
  'tool: stories are written, and read back by training': () => {
    assert.equal(heed('tasks', '--stories', 'stories').status, 0);
    assert.equal(readdirSync(at('stories')).filter((name) => name.endsWith('_train.txt')).length, 20);
    const run = told('train', 'stories-one-fact', '--data', 'stories', '--steps', '2');
    assert.equal(run.kinds.length, 20);
    for (const kind of run.kinds) assert.ok(kind.error >= 0 && kind.error <= 1 && kind.examples > 0, JSON.stringify(kind));
  },
  'tool: stories are told on with several questions, or with one': () => {
    const questions = (folder, kind) => {
      const file = readdirSync(at(folder)).find((name) => name.startsWith(`qa${kind}_`) && name.endsWith('_train.txt'));
      const lines = readFileSync(at(`${folder}/${file}`), 'utf8').trim().split('\n');
      return {asked: lines.filter((line) => line.includes('\t')).length, stories: lines.filter((line) => line.startsWith('1 ')).length};
    };
    assert.equal(heed('tasks', '--stories', 'told-on', '--count', '60').status, 0);
    assert.equal(heed('tasks', '--stories', 'told-once', '--count', '60', '--questions', '1').status, 0);
    for (const [kind, each] of [[1, 5], [4, 1], [15, 4], [20, 12]]) {
      assert.deepEqual(questions('told-on', kind), {asked: 60, stories: 60 / each});
      assert.deepEqual(questions('told-once', kind), {asked: 60, stories: 60});
    }
    refused(2, /--questions/, 'tasks', '--stories', 'none', '--questions', '0');
  },
  'tool: of several trainings the one with the lowest error on its training data is kept': () => {
    const run = ['recall-max-pool', '--steps', '30', '--set', 'evaluate_every=30'];
    const both = told('train', ...run, '--restarts', '2', '--seed', '5', '--out', 'kept.safetensors');
    assert.deepEqual(both.restarts.map((one) => one.seed), [5, 6]);
    const [first, second] = both.restarts;
    const wanted = second.training_error < first.training_error || (second.training_error === first.training_error && second.training_loss < first.training_loss) ? second : first;
    assert.equal(both.seed, wanted.seed);
    for (const one of both.restarts) {
      const alone = told('train', ...run, '--seed', String(one.seed));
      assert.ok(Math.abs(1 - alone.exact_match - one.test_error) < 1e-5, `seed ${one.seed}: ${one.test_error} and ${alone.exact_match}`);
      if (one === wanted) assert.equal(both.loss, alone.loss);
    }
    assert.equal(told('eval', 'kept.safetensors').loss, both.loss);
  },
  'tool: several trainings on own data, each with its line': () => {
    const text = Array.from({length: 12}, (_, n) => `1 Mary went to the ${n % 2 ? 'garden' : 'office'}.\n2 Where is Mary?\t${n % 2 ? 'garden' : 'office'}\t1\n`).join('');
    const run = heed('train', 'stories-one-fact', '--data', storyFolder('restarts', text), '--steps', '3', '--restarts', '2');
    assert.equal(run.status, 0, run.err);
    assert.match(run.out, /^seed 1: error on the training data +[\d.]+ %, on the test +[\d.]+ %\nseed 2: /m);
    assert.match(run.out, /Kept is seed [12],/);
    for (const wrong of ['0', '-1', 'two']) refused(2, /--restarts: .*1 - 1000/, 'train', 'stories-one-fact', '--restarts', wrong);
  },
  'tool: a language model writes the same text from the same seed': () => {
    told('train', 'text-characters', '--steps', '2', '--out', 'text.safetensors');
    const texts = ['1', '1', '2'].map((seed) => heed('generate', 'text.safetensors', '--length', '40', '--seed', seed).out);
    assert.ok(texts[0].length >= 40);
    assert.equal(texts[0], texts[1]);
    assert.notEqual(texts[0], texts[2]);
  },
  'tool: a checkpoint is looked into': () => {
    told('train', 'reverse-attention', '--steps', '2', '--out', 'reverse.safetensors');
    assert.equal(heed('inside', 'reverse.safetensors', '--input', 'abcdef').status, 0);
    // A checkpoint whose data was too much to be in it.
    const story = Array.from({length: 12}, (_, n) => `1 Mary went to the ${['garden', 'office', 'kitchen'][n % 3]}.\n2 John went to the hallway.\n3 Where is Mary?\t${['garden', 'office', 'kitchen'][n % 3]}\t1\n`);
    const large = storyFolder('large', story.join('').repeat(900));
    told('train', 'stories-one-fact', '--data', large, '--steps', '2', '--out', 'large.safetensors');
    refused(1, /Use the data it was trained on/, 'inside', 'large.safetensors');
    assert.equal(heed('inside', 'large.safetensors', '--data', large).status, 0);
  },
  'tool: costs and lessons': () => {
    assert.equal(heed('cost', 'reverse-transformer').status, 0);
    assert.equal(heed('lessons', 'check').status, 0);
  },
  'tool: a wrong name is refused with a guess': () => {
    refused(2, /did you mean 'recall-rnn'/, 'train', 'recal-rnn');
    refused(2, /did you mean 'model\.embedding'/, 'train', 'reverse-attention', '--set', 'model.embeding=3');
    refused(2, /Did you mean 'train'/, 'trian', 'reverse-attention');
  },
  'tool: a story that breaks the format is refused with file and line': () => {
    refused(1, /nowhere/, 'train', 'stories-one-fact', '--data', 'nowhere');
    const broken = storyFolder('broken', '1 Mary went to the garden.\n3 Where is Mary?\tgarden\t1\n');
    refused(1, /qa1_where_\w+\.txt, line 2/, 'train', 'stories-one-fact', '--data', broken);
    const beyond = storyFolder('beyond', '1 Mary went to the garden.\n2 Where is Mary?\tgarden\t7\n');
    refused(1, /qa1_where_\w+\.txt, line 2/, 'train', 'stories-one-fact', '--data', beyond);
  },
  'tool: a checkpoint that was cut short is refused, and so is a text file': () => {
    told('train', 'reverse-attention', '--steps', '1', '--out', 'whole.safetensors');
    writeFileSync(at('cut.safetensors'), readFileSync(at('whole.safetensors')).subarray(0, 100));
    writeFileSync(at('notes.safetensors'), 'notes\n');
    for (const file of ['cut.safetensors', 'notes.safetensors']) refused(1, new RegExp(file), 'eval', file);
  },
  'tool: a link that names a ready experiment says the same as its preset': async () => {
    const folder = 'assets/presets', names = readdirSync(folder).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
    const load = async () => names.map((name) => ({name, preset: JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8'))}));
    for (const name of names) {
      const {fragment, unknown} = await writtenOut(`preset=${name}`, load);
      assert.equal(unknown, null);
      refused(2, /no setting 'nonsense'/, 'train', fragment, '--set', 'nonsense=1');  // the link itself is taken
    }
    const parts = async (link) => Object.fromEntries((await writtenOut(link, load)).fragment.split('&').map((part) => part.split('=').map(decodeURIComponent)));
    const {'task.kinds': kinds, 'model': model, 'model.hops': hops, seed} = await parts('preset=stories-two-facts&seed=3');
    assert.deepEqual([kinds, model, hops, seed], ['"2"', 'end_to_end_memory', '3', '3']);
    // What the link says itself goes before, with all that belonged to the part that it replaces.
    const other = await parts('preset=stories-two-facts&model=memory_network');
    assert.deepEqual(Object.entries(other).filter(([place]) => place.startsWith('model')), [['model', 'memory_network']]);
    assert.equal((await writtenOut('preset=bits%2Dcopy', load)).unknown, null);
    assert.deepEqual(await writtenOut('preset=nothing&seed=3', load), {fragment: 'lesson=none', unknown: 'nothing'});
  },
  'tool: what cannot be written is said before the training': () => {
    refused(1, /nowhere/, 'train', 'reverse-attention', '--steps', '100000', '--out', 'nowhere/reverse.safetensors');
  },
};

const good = await runCases({cases});
rmSync(folder, {recursive: true, force: true});
process.exit(good ? 0 : 1);
