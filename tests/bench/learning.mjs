// tests/bench: how reliably each preset learns, over many seeds. A training passes when, at one of its evaluations and still at its
// end, the scores reach the targets of learning_targets.json: for presets that are not listed there, exact match of 99 % and, with
// attention and a true alignment, an alignment score of 0.8.
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {mean, median, percent, presetNames, table, train} from './tool.mjs';

const targets = JSON.parse(readFileSync(new URL('learning_targets.json', import.meta.url), 'utf8'));

const targetOf = (preset) => targets[preset] ?? targets.default;

/** Losses, errors and bits are the better the smaller they are. */
const atMost = (name) => /^(loss|value_error|bits_per_example)/.test(name);

/** A preset that is here to compare with may have no target: then it neither passes nor fails. */
const hasTarget = (preset) => Object.keys(targetOf(preset)).length > 0;

/** A loss has to be at most its target, every other score at least; a score that does not apply (null) is no hindrance by default. */
const reaches = (preset) => (scores) => Object.entries(targetOf(preset)).every(([name, target]) =>
  (scores[name] ?? null) === null ? !(preset in targets) : atMost(name) ? scores[name] <= target : scores[name] >= target);

const targetText = (preset) => Object.entries(targetOf(preset)).map(([name, target]) =>
  `${name.replaceAll('_', ' ')} ${atMost(name) ? '≤' : '≥'} ${target}`).join(', ');

function judge(preset, summary) {
  const reached = reaches(preset), first = hasTarget(preset) ? summary.evaluations.find(reached) : undefined;
  return {
    seed: summary.seed, passed: first !== undefined && reached(summary), step: first?.step ?? null,
    seconds: first && summary.steps_per_second ? first.step / summary.steps_per_second : null,
    exact_match: summary.exact_match, exact_match_long: summary.exact_match_long, alignment_score: summary.alignment_score,
    loss: summary.loss, accuracy: summary.accuracy, alignment_argmax: summary.alignment_argmax,
    steps: summary.steps, steps_per_second: summary.steps_per_second,
  };
}

/** Trains with `seeds` seeds from `firstSeed` on, a few at a time. */
async function overSeeds(place, preset, {seeds, firstSeed, jobs}) {
  const judged = [];
  let next = firstSeed;
  const worker = async () => {
    while (next < firstSeed + seeds) {
      const seed = next++;
      const one = judge(preset, await train(place, preset, ['--seed', String(seed)]));
      judged.push(one);
      console.error(`${preset} seed ${seed}: ${one.passed ? `passed at step ${one.step}` : hasTarget(preset) ? 'not reached' : 'no target'}, exact match ${percent(one.exact_match)}, alignment ${percent(one.alignment_score)}`);
    }
  };
  await Promise.all(Array.from({length: jobs}, worker));
  return judged.sort((a, b) => a.seed - b.seed);
}

/** The mean of a score over the trainings that have it, as `show` writes it; a dash where none has. */
function meanOf(judged, name, show) {
  const values = judged.map((one) => one[name] ?? null).filter((value) => value !== null);
  return values.length > 0 ? show(mean(values)) : '–';
}

const twoPlaces = (value) => value.toFixed(2);

function row(preset, judged, commit) {
  const passed = judged.filter((one) => one.passed), steps = passed.map((one) => one.step);
  return [preset, commit, `${judged[0].seed}–${judged.at(-1).seed}`, judged[0].steps, hasTarget(preset) ? targetText(preset) : '–', hasTarget(preset) ? `${passed.length} of ${judged.length}` : '–',
    steps.length > 0 ? `${median(steps)} (${Math.min(...steps)}–${Math.max(...steps)})` : '–',
    meanOf(judged, 'exact_match', percent), meanOf(judged, 'exact_match_long', percent), meanOf(judged, 'accuracy', percent),
    meanOf(judged, 'alignment_score', twoPlaces), meanOf(judged, 'alignment_argmax', twoPlaces), meanOf(judged, 'loss', (value) => value.toFixed(3))];
}

/** The commit that is measured; with a plus where files differ from it. */
function commitOf(place) {
  const git = (...args) => execFileSync('git', args, {cwd: place.root, encoding: 'utf8'}).trim();
  return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+');
}

const heading = ['preset', 'commit', 'seeds', 'steps', 'target', 'passed', 'step when passed', 'exact match', 'longer', 'accuracy', 'alignment', 'largest', 'loss'];

/** A preset has a row for each range of seeds. */
const keyOf = ([preset, , seeds]) => `${preset} ${seeds}`;

/** The rows of a table written earlier, by preset and seeds: what is not measured now stays. */
function rowsOf(file) {
  if (!existsSync(file)) return {};
  const rows = readFileSync(file, 'utf8').split('\n').filter((line) => line.startsWith('| ')).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
  return Object.fromEntries(rows.slice(1).filter((cells) => !cells[0].startsWith(':') && cells.length === heading.length).map((cells) => [keyOf(cells), cells]));
}

export async function measureLearning(place, options) {
  const results = {};
  const file = path.join(place.root, 'tests/bench/results/learning.md'), there = new Set(presetNames(place, ''));
  const rows = Object.fromEntries(Object.entries(rowsOf(file)).filter(([, [preset]]) => there.has(preset)));
  const measured = [];
  const commit = commitOf(place);
  for (const preset of presetNames(place, options.presets)) {
    results[preset] = await overSeeds(place, preset, options);
    const fresh = row(preset, results[preset], commit);
    // Other seeds with other steps or another target are of a preset that is no more.
    for (const [key, [name, , , steps, target]] of Object.entries(rows)) if (name === preset && (steps !== String(fresh[3]) || target !== fresh[4])) delete rows[key];
    rows[keyOf(fresh)] = fresh;
    measured.push(fresh);
  }
  const sorted = Object.values(rows).sort((a, b) => (a[0] === b[0] ? parseInt(a[2], 10) - parseInt(b[2], 10) : a[0] < b[0] ? -1 : 1));
  const text = `# How reliably the presets learn

Written by \`./heed bench --learning\` (\`--presets A,B\` writes only their rows anew, \`--first-seed 6\` takes other seeds than 1 to 5): native tool, one thread, at
the commit of the row. A plus: files differed from it; ≥: at it or soon after. The presets were made by looking at seeds 1 to 5 (bits-recall-dnc,
bits-repeat and bits-sort: also at some of 11 to 15); nobody had looked at those from 6 on when a row with them was measured. A training passes when its scores reach the target at one of its evaluations (128 examples) and at its end (512 examples). Step: median of the trainings that passed, with
the range. Scores: means over all seeds at the end; of several heads the best one's. "longer": exact match on sources longer than any in
training. "largest": how often the largest weight lies on a true position. "loss": nats per token, or per bit. Without a target: here
only to compare with. Likewise, and not expected to pass: presets without attention, the plain RNN and LSTM of recall (too long a way), induction-one-layer (it takes two),
reverse-local-m (its window goes the wrong way), and of the memories of sentences those that lack what it takes: times
(stories-one-fact-hard-no-times), linear start, a table of its own for values (facts-shared-table, facts-whole), keys apart from values
(facts-whole-two-tables), the places of words (windows-bag). How fast steps are: \`./heed bench\`.

${table([heading, ...sorted])}
`;
  mkdirSync(path.dirname(file), {recursive: true});
  writeFileSync(file, text);
  console.log(table([heading, ...measured]));
  return {learning: results};
}
