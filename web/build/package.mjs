// build: assembles the static site. Everything but index.html, sw.js and the manifest lies in one folder named after the hash of its
// content, so that a browser never mixes two versions, and any host, any sub-folder and any cache setting will do.
//   node web/build/package.mjs --wasm build/wasm --out dist [--deps .heed/deps] [--cache .heed/fonts] [--quiet]
import {createHash} from 'node:crypto';
import {existsSync} from 'node:fs';
import {mkdir, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {gzipSync} from 'node:zlib';
import {kVariants} from '../app/engine_variant.mjs';
import {addExperiments} from './experiments.mjs';
import {addFonts} from './fonts.mjs';
import {addLessons} from './lessons.mjs';
import {addLicences, licenceItems} from './licences.mjs';
import {MathNeeds} from './prose.mjs';
import {pageCss} from './style.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const web = path.join(root, 'web');

function options() {
  const {values} = parseArgs({options: {
    wasm: {type: 'string', default: 'build/wasm'}, out: {type: 'string', default: 'dist'}, deps: {type: 'string', default: '.heed/deps'},
    cache: {type: 'string', default: '.heed/fonts'}, quiet: {type: 'boolean', default: false},
  }});
  const absolute = (place) => path.resolve(root, place);
  return {wasm: absolute(values.wasm), out: path.resolve(values.out), deps: absolute(values.deps), cache: absolute(values.cache), quiet: values.quiet};
}

async function readJson(place) {
  const text = await readFile(place, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path.relative(root, place)}: ${error.message}`);
  }
}

async function addFolder(files, folder, prefix, pattern) {
  if (!existsSync(folder)) return;
  for (const entry of (await readdir(folder, {recursive: true, withFileTypes: true})).filter((found) => found.isFile() && pattern.test(found.name))) {
    const place = path.join(entry.parentPath, entry.name);
    files.set(`${prefix}${path.relative(folder, place).split(path.sep).join('/')}`, await readFile(place));
  }
}

/** The lab and the engine's variants, wherever below the build folder they were put. */
async function addPrograms(files, folder) {
  for (const name of ['lab', ...kVariants.map((variant) => `engine-${variant}`)].flatMap((program) => [`${program}.mjs`, `${program}.wasm`])) {
    const place = [folder, path.join(folder, 'src/platform')].map((where) => path.join(where, name)).find(existsSync);
    if (!place) throw new Error(`${name} is not in ${path.relative(root, folder) || folder}: build heed_engine_web and heed_lab_web first`);
    files.set(name, await readFile(place));
  }
}

async function readTables(folder) {
  const tables = {};
  for (const name of (await readdir(folder)).filter((found) => /^[a-z]{2}\.json$/.test(found))) tables[name.slice(0, 2)] = await readJson(path.join(folder, name));
  return tables;
}

function hash(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

function preloads(files, base) {
  const modules = [...files.keys()].filter((name) => /^(app|lab)\/.*\.mjs$/.test(name) && !/worker/.test(name));
  return [
    ...['inter-regular', 'inter-semibold'].map((name) => `<link rel="preload" as="font" type="font/ttf" crossorigin href="${base}/fonts/${name}.ttf">`),
    `<link rel="preload" as="fetch" type="application/wasm" crossorigin href="${base}/lab.wasm">`,
    ...[...modules, 'lab.mjs'].map((name) => `<link rel="modulepreload" href="${base}/${name}">`),
  ].join('\n');
}

function manifest(base, tokens) {
  const {light} = tokens.colours;
  return JSON.stringify({name: 'Heed', short_name: 'Heed', description: 'Attention and memory, seen while they learn', start_url: './', scope: './', display: 'standalone',
    background_color: light.background, theme_color: light.surface, icons: [{src: `${base}/icon.svg`, sizes: 'any', type: 'image/svg+xml'}]});
}

async function collect({wasm, deps, cache}) {
  const files = new Map();
  const needs = new MathNeeds();
  const tokens = await readJson(path.join(root, 'assets/design/tokens.json'));
  const strings = {page: await readTables(path.join(web, 'strings')), lab: await readTables(path.join(root, 'assets/strings'))};
  await addPrograms(files, wasm);
  await addFolder(files, path.join(web, 'app'), 'app/', /\.m?js$/);
  await addFolder(files, path.join(web, 'lab'), 'lab/', /\.mjs$/);
  await addExperiments(files, {folder: path.join(root, 'assets/presets'), languages: Object.keys(strings.page), readJson});
  const lessons = await addLessons(files, {folder: path.join(root, 'assets/lessons'), needs});
  await addFonts(files, {deps, cache, mathCharacters: needs.characters});
  await addLicences(files, {root, deps});
  files.set('strings.json', Buffer.from(JSON.stringify(strings)));
  files.set('tokens.json', Buffer.from(JSON.stringify(tokens)));
  files.set('icon.svg', await readFile(path.join(web, 'icon.svg')));
  files.set('page.css', Buffer.from(await pageCss(web, tokens, needs)));
  return {files, tokens, lessons};
}

async function finish({files, tokens, lessons}) {
  const all = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, bytes]) => `${name} ${hash(bytes)}`).join('\n');
  const index = await readFile(path.join(web, 'index.html'), 'utf8');
  const worker = await readFile(path.join(web, 'sw.js'), 'utf8');
  const base = hash(all + index + worker).slice(0, 12);
  const site = new Map([...files].map(([name, bytes]) => [`${base}/${name}`, bytes]));
  const reading = lessons.flatMap(({slug, titles}) => Object.entries(titles).map(([code, title]) => `<li><a lang="${code}" href="${base}/lessons/${slug}/${code}.html">${title}</a></li>`));
  site.set('index.html', Buffer.from(index.replaceAll('{{base}}', base).replace('{{preloads}}', preloads(files, base)).replace('{{licences}}', licenceItems())
    .replace('{{version}}', base).replace('{{reading_links}}', reading.join(''))));
  site.set('manifest.webmanifest', Buffer.from(manifest(base, tokens)));
  const cached = Object.fromEntries([['', 'page'], ...[...site].filter(([name]) => name !== 'index.html' && !/\/lessons\/.*\.html$/.test(name)).map(([name, bytes]) => [name, hash(bytes)])]);
  site.set('sw.js', Buffer.from(worker.replace('{/*files*/}', JSON.stringify(cached)).replace('/*version*/', base)));
  return site;
}

/** Written beside the old site and swapped in, so that a server never sees half of it. */
async function write(site, out) {
  const fresh = `${out}.new`;
  await rm(fresh, {recursive: true, force: true});
  for (const [name, bytes] of site) {
    const place = path.join(fresh, name);
    await mkdir(path.dirname(place), {recursive: true});
    await writeFile(place, bytes);
  }
  await rm(out, {recursive: true, force: true});
  await rename(fresh, out);
}

function report(site, lessons) {
  const first = new RegExp(`(^index\\.html|\\.(mjs|wasm|css|js|ttf)|strings\\.json|tokens\\.json|inter-italic\\.woff2|icon\\.svg|index\\.json|${lessons[0]?.slug}/(lesson|en)\\.json)$`);
  const rows = [...site].map(([name, bytes]) => ({name: name.replace(/^[0-9a-f]{12}\//, ''), size: bytes.length, gzip: gzipSync(bytes, {level: 9}).length}));
  const kilo = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);
  rows.sort((a, b) => b.gzip - a.gzip);
  for (const {name, size, gzip} of rows.slice(0, 14)) console.log(`${kilo(size)} ${kilo(gzip)} gz  ${name}`);
  const visit = rows.filter(({name}) => first.test(name) && name !== 'sw.js' && !(name.startsWith('engine-') && !name.startsWith('engine-relaxed.'))).reduce((sum, {gzip}) => sum + gzip, 0);
  console.log(`${rows.length} files, ${kilo(rows.reduce((sum, {gzip}) => sum + gzip, 0)).trim()} gz in all; a first visit takes ${kilo(visit).trim()} gz`);
}

const chosen = options();
try {
  const parts = await collect(chosen);
  const site = await finish(parts);
  await write(site, chosen.out);
  if (!chosen.quiet) report(site, parts.lessons);
} catch (error) {
  console.error(`Packaging stopped: ${error.message}`);
  process.exit(1);
}
