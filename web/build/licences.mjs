// build: who wrote what Heed stands on: a list for the page's "About", and the full texts in one file.
import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import path from 'node:path';

/** `texts`: files with the licence, the first that exists counts; below the repository (modules) or the folder of dependencies. */
const kWorks = [
  {name: 'Inter', by: 'The Inter Project Authors', licence: 'SIL OFL 1.1', texts: ['deps:usr/share/doc/fonts-inter/copyright']},
  {name: 'JetBrains Mono', by: 'The JetBrains Mono Project Authors', licence: 'SIL OFL 1.1', texts: ['deps:usr/share/doc/fonts-jetbrains-mono/copyright']},
  {name: 'STIX Two Math', by: 'The STIX Fonts Project Authors', licence: 'SIL OFL 1.1', texts: ['modules:@fontsource/stix-two-math/LICENSE']},
  {name: 'Dear ImGui', by: 'Omar Cornut', licence: 'MIT', texts: ['deps:imgui/LICENSE.txt']},
  {name: 'JSON for Modern C++', by: 'Niels Lohmann', licence: 'MIT', texts: ['deps:usr/share/doc/nlohmann-json3-dev/copyright']},
  {name: 'Eigen', by: 'The Eigen authors', licence: 'MPL 2.0', texts: ['deps:usr/share/doc/libeigen3-dev/copyright']},
  {name: 'Emscripten run time, musl, libc++', by: 'their authors', licence: 'MIT, Apache 2.0', texts: ['emscripten:LICENSE', 'emscripten:../doc/emscripten/copyright']},
  {name: 'Temml (formulas)', by: 'Ron Kok, Khan Academy and others', licence: 'MIT', texts: ['modules:temml/LICENSE']},
  {name: 'markdown-it (prose)', by: 'Vitaly Puzrin, Alex Kocharin', licence: 'MIT', texts: ['modules:markdown-it/LICENSE']},
];

async function emscriptenRoot(root) {
  const place = path.join(root, '.heed/emscripten-root');
  return existsSync(place) ? (await readFile(place, 'utf8')).trim() : path.join(root, '.heed/emscripten');
}

export async function addLicences(files, {root, deps}) {
  const places = {deps, modules: path.join(root, 'node_modules'), emscripten: await emscriptenRoot(root)};
  const parts = [`Heed\n${'='.repeat(76)}\n${await readFile(path.join(root, 'LICENSE'), 'utf8')}`];
  for (const {name, by, licence, texts} of kWorks) {
    const found = texts.map((text) => text.split(/:(.*)/s)).map(([where, rest]) => path.join(places[where], rest)).find(existsSync);
    parts.push(`${name}, by ${by} (${licence})\n${'='.repeat(76)}\n${found ? await readFile(found, 'utf8') : 'The text comes with its source package.'}`);
  }
  files.set('licences.txt', Buffer.from(`${parts.join('\n\n\n')}\n`));
}

export function licenceItems() {
  return kWorks.map(({name, by, licence}) => `<li><strong>${name}</strong> <span>${licence}, ${by}</span></li>`).join('');
}
