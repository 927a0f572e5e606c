// tests: the built page in headless Chromium. One line per test; at the end what failed once more, and 'N passed, N failed'.
//   node tests/web/run.mjs [--dist dist] [--only TEXT] [--screens build/screens] [--chromium /usr/bin/chromium]
import {existsSync} from 'node:fs';
import {mkdir, mkdtemp, readdir, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {listen, makeServer} from '../../web/build/serve.mjs';
import {launch} from './browser.mjs';
import {engineTests} from './engine_tests.mjs';
import {gpuTests} from './gpu_tests.mjs';
import {hostingTests} from './hosting_tests.mjs';
import {labTests} from './lab_tests.mjs';
import {memoryTests} from './memory_tests.mjs';
import {pageTests} from './page_tests.mjs';

const kTestMs = 300_000;
const {values} = parseArgs({options: {dist: {type: 'string', default: 'dist'}, only: {type: 'string', default: ''}, screens: {type: 'string', default: 'build/screens'},
  chromium: {type: 'string', default: process.env.CHROMIUM ?? '/usr/bin/chromium'}}});

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

/** The message, and the line of the tests that it comes from. */
function whatFailed(error) {
  const lines = String(error?.message ?? error).replace(/\x1b\[\d+m/g, '').split('\n').filter((line) => line.trim()).slice(0, 12);
  const place = /tests\/web\/(?!browser\.mjs)[\w.]+:\d+/.exec(String(error?.stack));
  return place ? [...lines, `at ${place[0]}`] : lines;
}

async function main() {
  await mkdir(values.screens, {recursive: true});
  const base = (await readdir(values.dist)).find((name) => /^[0-9a-f]{12}$/.test(name));
  const server = makeServer(values.dist);
  const address = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}`;
  const plain = await plainHost(values.dist);
  const browser = await launch(values.chromium);
  const world = {browser, address, plain, base, dist: values.dist, screens: values.screens, chromium: values.chromium};
  const tests = Object.entries({...engineTests(values.dist, base), ...pageTests(world), ...labTests(world), ...memoryTests(world), ...gpuTests(world), ...hostingTests(world)}).filter(([name]) => name.includes(values.only));
  const failures = [];
  for (const [name, test] of tests) {
    const begun = performance.now();
    let timer;
    try {
      await Promise.race([test(), new Promise((resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`not finished within ${kTestMs / 1000} s`)), kTestMs);
      })]);
      console.log(`ok    ${name} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
    } catch (error) {
      const failure = `FAIL  ${name}\n      ${whatFailed(error).join('\n      ')}`;
      failures.push(failure);
      console.log(failure);
    } finally {
      clearTimeout(timer);
      for (const context of browser.contexts()) await context.close();
    }
  }
  await browser.close();
  server.close();
  plain.server.close();
  await rm(plain.folder, {recursive: true, force: true});
  if (failures.length) console.log(`\nWhat failed:\n${failures.join('\n')}\n`);
  console.log(`${tests.length - failures.length} passed, ${failures.length} failed`);
  process.exit(failures.length ? 1 : 0);
}

await main();
