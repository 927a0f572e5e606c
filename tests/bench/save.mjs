// tests/bench: the results of the reference machine as a file of the repository.
import {writeFileSync} from 'node:fs';
import path from 'node:path';

export function saveSpeed(place, machine, {seconds, rounds, threads, presets}, {speed, page, peers}) {
  const compared = peers.map(({text}, i) => `### ${threads[i]} thread${threads[i] > 1 ? 's' : ''}\n\n${text}\n`).join('\n');
  const text = `# How fast Heed trains

Written by \`./heed bench --save --seconds ${seconds} --rounds ${rounds} --threads ${threads.join(',')}${presets ? ` --presets ${presets}` : ''}\` on ${machine.processor}, ${machine.cores} cores, caches
${machine.caches}; ${machine.system}, Node ${machine.node}. The work items are those of tests/bench/items.md. "?" where others used the machine
meanwhile. GFLOP/s of W1 with the share of the multiply-add peak that the processor gave just before; in plain SIMD the chains of that peak
wait for a product and a sum, those of a matrix product for a sum only, hence shares above 100 %. An item whose losses are not those of
PyTorch says FAILURE.

## Heed by itself

${speed.text}

${page?.text ?? ''}

## Heed and the libraries of the browser

Milliseconds in headless Chromium; each job in a fresh browser, ${rounds} rounds in alternation, the median of the undisturbed repeats.

${compared}`;
  writeFileSync(path.join(place.root, 'tests/bench/results/speed.md'), text);
}
