// tests/bench: the results of the reference machine as a file of the repository.
import {writeFileSync} from 'node:fs';
import path from 'node:path';

export function saveSpeed(place, machine, {seconds, rounds}, {speed, page, peers}) {
  const text = `# How fast Heed trains

Written by \`./heed bench --save\` on ${machine.processor}, ${machine.cores} cores, caches ${machine.caches}; ${machine.system}, Node ${machine.node}. The
work items are those of tests/bench/items.md. ${seconds} s for each, "?" where others used the machine meanwhile. GFLOP/s of W1 with the share of
the multiply-add peak that the processor gave just before. An item whose losses are not those of PyTorch would say FAILURE.

## Heed by itself

${speed.text}

${page?.text ?? ''}

## Heed and the libraries of the browser

Milliseconds in headless Chromium; each job in a fresh browser, ${rounds} rounds in alternation, the median of the undisturbed repeats.

### One thread

${peers[0].text}

### Two threads

${peers[1].text}
`;
  writeFileSync(path.join(place.root, 'tests/bench/results/speed.md'), text);
}
