// build: serves the built site on this machine: right MIME types, cross-origin isolation, no stale files, the next free port if the
// wanted one is taken.
//   node web/build/serve.mjs [--dir dist] [--port 8080] [--host 127.0.0.1] [--open] [--quiet]
import {spawn} from 'node:child_process';
import {createReadStream} from 'node:fs';
import {stat} from 'node:fs/promises';
import {createServer} from 'node:http';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';

const kTypes = {
  html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', mjs: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', json: 'application/json',
  webmanifest: 'application/manifest+json', wasm: 'application/wasm', svg: 'image/svg+xml', png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp', woff2: 'font/woff2',
  ttf: 'font/ttf', txt: 'text/plain; charset=utf-8',
};
const kPortsTried = 50;

/** The file that a request means, or null. Nothing outside `dir` can be named. */
async function fileFor(dir, url) {
  let wanted;
  try {
    wanted = decodeURIComponent(new URL(url, 'http://here').pathname);
  } catch {
    return null;
  }
  const place = path.join(dir, path.normalize(wanted));
  if (place !== dir && !place.startsWith(dir + path.sep)) return null;
  for (const candidate of [place, path.join(place, 'index.html')]) {
    const found = await stat(candidate).catch(() => null);
    if (found?.isFile()) return {place: candidate, found};
  }
  return null;
}

/** `isolate`: send the headers that cross-origin isolation needs. */
export function makeServer(dir, {isolate = true} = {}) {
  const folder = path.resolve(dir);
  const headers = isolate ? {'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp', 'cross-origin-resource-policy': 'same-origin'} : {};
  return createServer(async (request, response) => {
    const file = ['GET', 'HEAD'].includes(request.method) ? await fileFor(folder, request.url) : null;
    if (!file) {
      response.writeHead(request.method === 'GET' || request.method === 'HEAD' ? 404 : 405, {'content-type': kTypes.txt, ...headers}).end('Not here.\n');
      return;
    }
    const etag = `"${file.found.size.toString(36)}-${Math.round(file.found.mtimeMs).toString(36)}"`;
    const common = {'cache-control': 'no-cache', 'x-content-type-options': 'nosniff', etag, ...headers};
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, common).end();
      return;
    }
    response.writeHead(200, {...common, 'content-type': kTypes[path.extname(file.place).slice(1)] ?? 'application/octet-stream', 'content-length': file.found.size});
    if (request.method === 'HEAD') response.end();
    else createReadStream(file.place).on('error', () => response.destroy()).pipe(response);
  });
}

/** Listens on `port` or one of the next; resolves to the port. */
export async function listen(server, port, host) {
  for (let tried = 0; tried < kPortsTried; ++tried) {
    try {
      await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port === 0 ? 0 : port + tried, host, () => {
          server.off('error', reject);
          resolve();
        });
      });
      return server.address().port;
    } catch (error) {
      if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    }
  }
  throw new Error(`No free port from ${port} to ${port + kPortsTried - 1}. Name another with --port.`);
}

function openBrowser(address) {
  const display = process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  const command = process.platform === 'darwin' ? 'open' : display ? (process.env.BROWSER ?? 'xdg-open') : null;
  if (!command) return;
  spawn(command, [address], {stdio: 'ignore', detached: true}).on('error', () => {}).unref();
}

async function main() {
  const {values} = parseArgs({options: {dir: {type: 'string', default: 'dist'}, port: {type: 'string', default: '8080'}, host: {type: 'string', default: '127.0.0.1'},
    open: {type: 'boolean', default: false}, quiet: {type: 'boolean', default: false}}});
  const wanted = Number(values.port);
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65535) throw new Error(`--port is a number from 0 to 65535, not "${values.port}".`);
  if (!(await stat(path.join(values.dir, 'index.html')).catch(() => null))) throw new Error(`There is no index.html in ${values.dir}. Run ./heed build first.`);
  const server = makeServer(values.dir);
  const port = await listen(server, wanted, values.host);
  const shown = values.host.includes(':') ? `[${values.host}]` : values.host === '0.0.0.0' ? 'localhost' : values.host;
  const address = `http://${shown}:${port}/`;
  if (wanted && port !== wanted) console.log(`Port ${wanted} is taken; using ${port}.`);
  console.log(values.quiet ? address : `Heed is at ${address}  (Ctrl-C stops it)`);
  if (values.open) openBrowser(address);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}
