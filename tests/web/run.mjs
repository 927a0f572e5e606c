// tests: the built page in headless Chromium.
//   node tests/web/run.mjs [--dist dist] [--only TEXT] [--screens build/screens] [--chromium /usr/bin/chromium] [--browsers 2]
import {existsSync} from 'node:fs';
import {mkdir, mkdtemp, readdir, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {runCases} from '../support/cases.mjs';
import {listen, makeServer} from '../../web/build/serve.mjs';
import {launch} from './browser.mjs';
import {engineTests} from './engine_tests.mjs';
import {gpuTests} from './gpu_tests.mjs';
import {hostingTests} from './hosting_tests.mjs';
import {labTests} from './lab_tests.mjs';
import {memoryTests} from './memory_tests.mjs';
import {pageTests} from './page_tests.mjs';

const {values} = parseArgs({options: {dist: {type: 'string', default: 'dist'}, only: {type: 'string', default: ''}, screens: {type: 'string', default: 'build/screens'},
  chromium: {type: 'string', default: process.env.CHROMIUM ?? '/usr/bin/chromium'}, browsers: {type: 'string', default: '2'}}});

if (!existsSync(path.join(values.dist, 'index.html'))) {
  console.error(`There is no built page in ${values.dist}. Run ./heed build first.`);
  process.exit(2);
}
if (!existsSync(values.chromium)) {
  console.error(`There is no browser at ${values.chromium}. Install Chromium, or name one with --chromium or $CHROMIUM.`);
  process.exit(2);
}

/** A plain host without special headers: the site in a deep folder, and a page that holds it in an iframe. */
async function plainHost(dist) {
  const folder = await mkdtemp(path.join(tmpdir(), 'heed-host-'));
  await mkdir(path.join(folder, 'courses/nets'), {recursive: true});
  await symlink(path.resolve(dist), path.join(folder, 'courses/nets/heed'));
  await writeFile(path.join(folder, 'course.html'), '<!doctype html><html lang="en"><title>A course</title><link rel="icon" href="data:,"><style>iframe{width:1100px;height:700px;border:0}</style><iframe src="courses/nets/heed/" title="Heed" allow="clipboard-write"></iframe>');
  const server = makeServer(folder, {isolate: false});
  const port = await listen(server, 0, '127.0.0.1');
  return {folder, server, address: `http://127.0.0.1:${port}`};
}

/** A browser of its own, and all cases in it. */
async function lane(place) {
  const browser = await launch(values.chromium), world = {browser, ...place};
  const all = {...engineTests(place.dist, place.base), ...pageTests(world), ...labTests(world), ...memoryTests(world), ...gpuTests(world), ...hostingTests(world)};
  return {
    browser,
    cases: Object.fromEntries(Object.entries(all).filter(([name]) => name.includes(values.only))),
    tidy: async () => {
      for (const context of browser.contexts()) await context.close();
    },
  };
}

async function main() {
  await mkdir(values.screens, {recursive: true});
  const base = (await readdir(values.dist)).find((name) => /^[0-9a-f]{12}$/.test(name));
  const server = makeServer(values.dist);
  const address = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}`;
  const plain = await plainHost(values.dist);
  const place = {address, plain, base, dist: values.dist, screens: values.screens, chromium: values.chromium};
  const lanes = await Promise.all(Array.from({length: Math.max(1, Number(values.browsers) || 1)}, () => lane(place)));
  const good = await runCases(...lanes);
  for (const {browser} of lanes) await browser.close();
  server.close();
  plain.server.close();
  await rm(plain.folder, {recursive: true, force: true});
  process.exit(good ? 0 : 1);
}

await main();
