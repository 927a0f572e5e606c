// lab: joins lab.wasm to its canvas: messages in and out, the frame loop, size and scrolling. What the pointer, the keyboard and the
// graphics need is in the files beside this one.
import {Port} from '../app/port.mjs';
import {listenToPointer} from './pointer.mjs';
import {listenToKeyboard} from './keyboard.mjs';
import {Graphics} from './graphics.mjs';
import {drawGlyphs} from './glyphs.mjs';

const kMaxScale = 3;        // more device pixels than this cannot be told apart
const kQuietFrameMs = 250;  // without graphics only the text mirror has to be kept fresh

class Lab {
  #port;
  #graphics = null;
  #frame = 0;
  #timer = 0;
  #disposed = false;
  #busy = false;
  #spacer = null;
  #contentHeight = 0;
  #told = '';
  #stops = [];

  constructor({module, stage, canvas, field, draw = true, onMessage}) {
    Object.assign(this, {stage, canvas, field, onMessage});
    this.#port = new Port(module);
    this.edges = {first: true, last: true};
    this.wheel = false;
    if (draw) this.#graphics = Graphics.start(canvas, module.GL, (ready) => this.post({kind: 'graphics', ready}));
    if (this.#graphics) this.#prepareStage();
    else this.#wake();
  }

  get graphics() {
    return this.#graphics ? 'webgl2' : 'none';
  }

  #prepareStage() {
    const {stage, canvas, field} = this;
    stage.style.overflowX = 'hidden';
    stage.style.overflowY = 'auto';
    Object.assign(canvas.style, {position: 'sticky', top: '0', display: 'block', width: '100%', touchAction: 'pan-y'});
    Object.assign(field.style, {position: 'absolute'});
    this.#spacer = document.createElement('div');
    this.#spacer.setAttribute('aria-hidden', 'true');
    this.#spacer.style.pointerEvents = 'none';
    stage.append(this.#spacer);
    const sizes = new ResizeObserver(() => this.#resize());
    sizes.observe(stage);
    const onScroll = () => this.post({kind: 'scroll', y: stage.scrollTop});
    stage.addEventListener('scroll', onScroll, {passive: true});
    const onDensity = () => this.#resize();
    window.addEventListener('resize', onDensity);
    const coarse = matchMedia('(pointer: coarse)');
    coarse.addEventListener('change', onDensity);
    this.#stops.push(() => sizes.disconnect(), () => stage.removeEventListener('scroll', onScroll), () => window.removeEventListener('resize', onDensity),
        () => coarse.removeEventListener('change', onDensity), listenToPointer(this), listenToKeyboard(this));
    this.#resize();
    this.post({kind: 'graphics', ready: true});
  }

  #resize() {
    const {stage, canvas} = this;
    const width = stage.clientWidth;
    const height = stage.clientHeight;
    if (!width || !height || this.#disposed) return;
    const scale = Math.min(window.devicePixelRatio || 1, kMaxScale);
    const coarse = matchMedia('(pointer: coarse)').matches;
    const told = `${width}/${height}/${scale}/${coarse}`;
    if (told === this.#told) return;
    this.#told = told;
    canvas.style.height = `${height}px`;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    this.#placeSpacer();
    this.post({kind: 'resize', width, height, scale, coarse});
    this.drawNow();
  }

  #placeSpacer() {
    this.#spacer.style.height = `${Math.max(0, this.#contentHeight - this.stage.clientHeight)}px`;
  }

  /** A message to the lab; `message` is an object, `blob` bytes or nothing. */
  post(message, blob = null) {
    if (this.#disposed) return;
    this.#port.post(JSON.stringify(message), blob);
    this.#drain();
    this.#wake();
  }

  #drain() {
    if (this.#busy) return;  // an answer was posted while the last ones are still being read: they are taken by the outer call
    this.#busy = true;
    try {
      for (let messages = this.#port.drain(); messages.length; messages = this.#port.drain())
        for (const [json, blob] of messages) this.#take(JSON.parse(json), blob);
    } finally {
      this.#busy = false;
    }
  }

  #take(message, blob) {
    switch (message.kind) {
      case 'text_input': this.onTextInput?.(message); break;
      case 'focus_edge': this.edges = message; break;
      case 'cursor':
        this.wheel = message.wheel;
        this.canvas.style.cursor = message.name;
        break;
      case 'content_height':
        if (!this.#spacer) break;
        this.#contentHeight = message.height;
        this.#placeSpacer();
        break;
      case 'scroll': this.stage.scrollTop = message.y; break;
      case 'want_glyphs': queueMicrotask(() => drawGlyphs(message, (glyph, alpha) => this.post(glyph, alpha))); break;
      case 'clipboard':
        navigator.clipboard?.writeText(message.text).catch(() => {});
        break;
      case 'leave':
        this.onLeave?.();
        this.onMessage(message, blob);
        break;
      default: this.onMessage(message, blob);
    }
  }

  #wake() {
    if (this.#disposed) return;
    if (!this.#graphics) {
      this.#timer ||= setTimeout(() => {
        this.#timer = 0;
        this.drawNow();
      }, kQuietFrameMs);
      return;
    }
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.drawNow();
    });
  }

  /** One frame at once: for events that must be answered while the browser still counts them as the user's own. */
  drawNow() {
    if (this.#disposed || this.#busy) return;
    if (this.#graphics && !this.#graphics.ready) return;
    const more = this.#port.module._heed_frame(performance.now());
    this.#drain();
    if (more) this.#wake();
  }

  focus() {
    this.canvas.focus({preventScroll: true});
  }

  dispose() {
    this.#disposed = true;
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    for (const stop of this.#stops) stop();
    this.#graphics?.stop();
    this.#spacer?.remove();
  }
}

/** See the class: {post, focus, graphics, dispose}. `draw: false`, or a browser without WebGL2: everything but the picture. */
export function mountLab(options) {
  return new Lab(options);
}
