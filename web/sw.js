// page: the service worker: keeps the files of this build, checked by content hash, so that Heed works offline; of the engine's
// variants only the one that this browser takes. A new build copies what has not changed from the old one's cache. The table of
// files is written by web/build/package.mjs.
'use strict';

const kFiles = {/*files*/};
const kVersion = '/*version*/';
const kPrefix = `heed ${new URL(self.registration.scope).pathname} `;
const kCache = kPrefix + kVersion;

async function hashOf(bytes) {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What older caches of ours hold, by content hash. */
async function knownAnswers() {
  const known = new Map();
  for (const name of await caches.keys()) {
    if (!name.startsWith(kPrefix) || name === kCache) continue;
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      const hash = answer?.headers.get('x-heed-hash');
      if (hash) known.set(hash, answer);
    }
  }
  return known;
}

/** The page itself may be touched by its host (a banner, other white space): it is ours when it names this version's folder. */
async function isOurs(path, hash, bytes) {
  return path === '' ? new TextDecoder().decode(bytes).includes(kVersion) : (await hashOf(bytes)) === hash;
}

async function fetchChecked(path, hash) {
  const url = new URL(path || './', self.registration.scope);
  for (const mode of ['default', 'reload']) {
    const answer = await fetch(url, {cache: mode});
    if (!answer.ok) continue;
    const bytes = await answer.arrayBuffer();
    if (!(await isOurs(path, hash, bytes))) continue;
    const headers = new Headers(answer.headers);
    headers.set('x-heed-hash', hash);
    for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) headers.delete(name);
    return new Response(bytes, {headers});
  }
  throw new Error(`${path}: not what was built`);
}

async function install() {
  const known = await knownAnswers();
  const cache = await caches.open(kCache);
  const variant = new URLSearchParams(self.location.search).get('engine');
  for (const [path, hash] of Object.entries(kFiles)) {
    if (/\/engine-[^/]*$/.test(path) && !path.includes(`/engine-${variant}.`)) continue;
    await cache.put(new URL(path || './', self.registration.scope), known.get(hash) ?? (await fetchChecked(path, hash)));
  }
}

async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith(kPrefix) && name !== kCache) await caches.delete(name);
  }
  await self.clients.claim();
}

async function answer(request) {
  const cache = await caches.open(kCache);
  const url = new URL(request.url);
  url.search = '';
  url.hash = '';
  if (url.pathname.endsWith('/index.html')) url.pathname = url.pathname.slice(0, -'index.html'.length);
  return (await cache.match(url.href)) ?? fetch(request);
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('message', (event) => {
  if (event.data === 'take over') self.skipWaiting();
});
self.addEventListener('fetch', (event) => {
  const {request} = event;
  if (request.method === 'GET' && request.url.startsWith(self.registration.scope)) event.respondWith(answer(request));
});
