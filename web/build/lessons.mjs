// build: lessons: prose compiled to JSON per language, the player's data in one file, and a plain page to read without JavaScript.
import {existsSync} from 'node:fs';
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {compileProse} from './prose.mjs';

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function readingPage(code, title, {sections}) {
  const body = sections.map(({title: name, html}) => `${name ? `<h2 class="step-title">${escape(name)}</h2>` : ''}<div class="prose">${html.replaceAll('<img src="', '<img src="../')}</div>`).join('\n');
  return `<!doctype html>
<html lang="${code}"><head><meta charset="utf-8"><title>${escape(title)} · Heed</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="needsheet" href="../../page.css"></head>
<body class="reading"><main><h1>${escape(title)}</h1>
${body}
<p><a href="../../../index.html">Heed</a></p></main></body></html>
`;
}

async function languagesOf(folder, names) {
  const codes = names.map((name) => /^strings\.([a-z]{2})\.json$/.exec(name)?.[1]).filter(Boolean);
  const strings = {};
  for (const code of codes) strings[code] = JSON.parse(await readFile(path.join(folder, `strings.${code}.json`), 'utf8'));
  return strings;
}

async function addLesson(files, folder, slug, needs) {
  const names = await readdir(folder);
  const lesson = JSON.parse(await readFile(path.join(folder, 'lesson.json'), 'utf8'));
  const strings = await languagesOf(folder, names);
  const titles = {};
  for (const code of Object.keys(strings)) {
    const source = await readFile(path.join(folder, `text.${code}.md`), 'utf8');
    const prose = compileProse(source, {where: `lessons/${slug}/text.${code}.md`, imageFolder: slug, needs});
    titles[code] = strings[code][lesson.title] ?? prose.title ?? slug;
    files.set(`lessons/${slug}/${code}.json`, Buffer.from(JSON.stringify({...prose, title: titles[code]})));
    files.set(`lessons/${slug}/${code}.html`, Buffer.from(readingPage(code, titles[code], prose)));
  }
  files.set(`lessons/${slug}/lesson.json`, Buffer.from(JSON.stringify({lesson, strings})));
  for (const name of names.filter((found) => /\.(svg|png|jpg|webp)$/.test(found))) files.set(`lessons/${slug}/${name}`, await readFile(path.join(folder, name)));
  return {slug, titles, minutes: lesson.minutes ?? null};
}

/** Adds every lesson and lessons/index.json; gives back [{slug, titles, minutes}] in order. */
export async function addLessons(files, {folder, needs}) {
  const lessons = [];
  for (const slug of existsSync(folder) ? (await readdir(folder)).sort() : []) {
    const place = path.join(folder, slug);
    if (existsSync(path.join(place, 'lesson.json'))) lessons.push(await addLesson(files, place, slug, needs));
  }
  files.set('lessons/index.json', Buffer.from(JSON.stringify(lessons)));
  return lessons;
}
