// tests/bench: the native tool and the presets, from Node; tables in Markdown.
import {execFile} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';

/** Names of the presets that come with Heed, or those chosen ("a,b"). */
export function presetNames(place, wanted) {
  const all = readdirSync(path.join(place.root, 'assets/presets')).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5)).sort();
  if (!wanted) return all;
  const names = wanted.split(',').filter(Boolean);
  for (const name of names) {
    if (all.includes(name)) continue;
    console.error(`heed: there is no preset '${name}'. There are: ${all.join(', ')}.`);
    process.exit(2);
  }
  return names;
}

export const readPreset = (place, name) => JSON.parse(readFileSync(path.join(place.root, 'assets/presets', `${name}.json`), 'utf8'));

/** One training by the native tool; its JSON summary. */
export function train(place, preset, args = []) {
  return new Promise((resolve, reject) => {
    execFile(place.tool, ['train', preset, '--json', '--threads', '1', ...args], {maxBuffer: 1 << 26}, (error, output, complaints) => {
      if (error) reject(new Error(`train ${preset} ${args.join(' ')} failed: ${complaints.trim().split('\n').at(-1)}`));
      else resolve(JSON.parse(output.trim().split('\n').at(-1)));
    });
  });
}

/** Rows of cells as a Markdown table; the first row is its head. Numbers lie to the right. */
export function table([head, ...rows]) {
  const width = head.map((_, column) => Math.max(...[head, ...rows].map((row) => String(row[column]).length)));
  const line = (row) => `| ${row.map((cell, column) => (column === 0 ? String(cell).padEnd(width[column]) : String(cell).padStart(width[column]))).join(' | ')} |`;
  const rule = `| ${width.map((n, column) => (column === 0 ? '-'.repeat(n) : `${'-'.repeat(Math.max(n - 1, 1))}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

export const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted.length === 0 ? null : sorted[Math.floor((sorted.length - 1) / 2)];
};
export const mean = (numbers) => (numbers.length === 0 ? null : numbers.reduce((sum, x) => sum + x, 0) / numbers.length);
export const percent = (share) => (share === null || share === undefined ? '–' : `${(share * 100).toFixed(1)} %`);
/** A positive number with three significant digits. */
export const number = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value >= 1 ? value.toFixed(2) : value.toFixed(3));
