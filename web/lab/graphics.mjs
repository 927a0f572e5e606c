// lab: the WebGL2 context of the canvas, made here because only here can its loss be seen and mended.

export class Graphics {
  #canvas;
  #gl;
  #handle = 0;
  #onReady;
  #onLost = (event) => {
    event.preventDefault();  // otherwise the browser never gives it back
    this.ready = false;
    this.#onReady(false);
  };
  #onRestored = () => {
    this.#adopt();
    this.#onReady(true);
  };

  /** null where the browser has no WebGL2. `gl`: Emscripten's table of contexts. `onReady(bool)`: lost and restored. */
  static start(canvas, gl, onReady) {
    const graphics = new Graphics();
    graphics.#canvas = canvas;
    graphics.#gl = gl;
    graphics.#onReady = onReady;
    if (!gl || !graphics.#adopt()) return null;
    canvas.addEventListener('webglcontextlost', graphics.#onLost);
    canvas.addEventListener('webglcontextrestored', graphics.#onRestored);
    return graphics;
  }

  #adopt() {
    const attributes = {alpha: false, depth: false, stencil: false, antialias: false, premultipliedAlpha: true, preserveDrawingBuffer: false, powerPreference: 'low-power'};
    let context = null;
    try {
      context = this.#canvas.getContext('webgl2', attributes);
    } catch {
      context = null;
    }
    if (!context || context.isContextLost()) return false;
    if (this.#handle) this.#gl.deleteContext(this.#handle);
    this.#handle = this.#gl.registerContext(context, {...attributes, majorVersion: 2, minorVersion: 0, enableExtensionsByDefault: true});
    this.#gl.makeContextCurrent(this.#handle);
    this.ready = true;
    return true;
  }

  ready = false;

  stop() {
    this.#canvas.removeEventListener('webglcontextlost', this.#onLost);
    this.#canvas.removeEventListener('webglcontextrestored', this.#onRestored);
  }
}
