// tests/bench: how reliably each preset learns, over many seeds. A training passes when, at one of its evaluations and still at its
// end, exact match is at least 99 % and, with attention and a true alignment, the alignment score is above 0.8.
import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {mean, median, percent, presetNames, table, train} from './tool.mjs';

const kExact = 0.99, kAlignment = 0.8;

const reached = ({exact_match: exact, alignment_score: alignment}) => exact >= kExact && (alignment === null || alignment > kAlignment);

function judge(summary) {
  const first = summary.evaluations.find(reached);
  return {
    seed: summary.seed, passed: first !== undefined && reached(summary), step: first?.step ?? null,
    seconds: first && summary.steps_per_second ? first.step / summary.steps_per_second : null,
    exact_match: summary.exact_match, exact_match_long: summary.exact_match_long, alignment_score: summary.alignment_score,
    steps: summary.steps, steps_per_second: summary.steps_per_second,
  };
}

/** Trains with seeds 1 to `seeds`, a few at a time. */
async function overSeeds(place, preset, {seeds, jobs}) {
  const judged = [];
  let next = 1;
  const worker = async () => {
    while (next <= seeds) {
      const seed = next++;
      const one = judge(await train(place, preset, ['--seed', String(seed)]));
      judged.push(one);
      console.error(`${preset} seed ${seed}: ${one.passed ? `passed at step ${one.step}` : 'not reached'}, exact match ${percent(one.exact_match)}, alignment ${percent(one.alignment_score)}`);
    }
  };
  await Promise.all(Array.from({length: jobs}, worker));
  return judged.sort((a, b) => a.seed - b.seed);
}

function row(preset, judged) {
  const passed = judged.filter((one) => one.passed), steps = passed.map((one) => one.step);
  const alignments = judged.map((one) => one.alignment_score).filter((score) => score !== null);
  return [preset, judged[0].steps, `${passed.length} of ${judged.length}`,
    steps.length > 0 ? `${median(steps)} (${Math.min(...steps)}–${Math.max(...steps)})` : '–',
    percent(mean(judged.map((one) => one.exact_match))), percent(mean(judged.map((one) => one.exact_match_long).filter((share) => share !== null))),
    alignments.length > 0 ? mean(alignments).toFixed(2) : '–'];
}

export async function measureLearning(place, options) {
  const results = {};
  const rows = [['preset', 'steps', 'passed', 'step when passed', 'exact match', 'longer', 'alignment']];
  for (const preset of presetNames(place, options.presets)) {
    results[preset] = await overSeeds(place, preset, options);
    rows.push(row(preset, results[preset]));
  }
  const text = `# How reliably the presets learn

Written by \`./heed bench --learning --seeds ${options.seeds}\`: native tool, one thread. A training passes when exact match is at least 99 %
and the alignment score, where there is one, above 0.8: at one of its evaluations (every 50 steps, 128 examples) and at its end (512
examples). Step: median of the trainings that passed, with the range. Scores: means over all seeds at the end. "longer": exact match on
sources longer than any in training. Presets without attention are here to compare with. How fast steps are: \`./heed bench\`.

${table(rows)}
`;
  const folder = path.join(place.root, 'tests/bench/results');
  mkdirSync(folder, {recursive: true});
  writeFileSync(path.join(folder, 'learning.md'), text);
  console.log(table(rows));
  return {learning: results};
}
