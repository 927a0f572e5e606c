// page: loads lab.wasm, its fonts and the canvas layer (web/lab), and hands over the first messages.
import {byId} from './dom.mjs';
import {mountLab} from '../lab/canvas.mjs';

const kFonts = {ui: 'inter-regular', ui_strong: 'inter-semibold', mono: 'mono-regular'};

async function fetchBytes(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url.pathname.split('/').pop()}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** The mounted lab: {post(message, blob), focus(), graphics, dispose()}. Messages from it come as objects. */
export async function loadLab({base, draw, init, onMessage}) {
  const say = [];
  const loading = import(new URL('lab.mjs', base).href).then(({default: createLab}) => createLab({
    locateFile: (name) => new URL(name, base).href,
    print: () => {},
    printErr: (text) => say.push(text),
    onAbort: (reason) => onMessage({kind: 'failed', text: String(reason)}, null),
  }));
  const fonts = draw ? Object.entries(kFonts).map(([name, file]) => fetchBytes(new URL(`fonts/${file}.ttf`, base)).then((bytes) => [name, bytes])) : [];
  const [module, ...loaded] = await Promise.all([loading, ...fonts]);
  const canvas = byId('heed-canvas');
  canvas.hidden = !draw;
  const lab = mountLab({
    module, stage: byId('stage'), canvas, field: byId('heed-text-field'), draw,
    reducedMotion: init.reduced_motion,
    onMessage: (message, blob) => onMessage(typeof message === 'string' ? JSON.parse(message) : message, blob),
  });
  for (const [name, bytes] of loaded) lab.post({kind: 'font', name}, bytes);
  lab.post(init);
  return lab;
}
