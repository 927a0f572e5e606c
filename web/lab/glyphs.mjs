// lab: glyphs that the lab's fonts lack (other scripts, emoji as outlines), drawn with the system's fonts on a 2D canvas and handed over
// as alpha pixels.

let shared = null;

/** `message`: {points: [code point, ...], em: device pixels}. Calls take(message, alpha) for each. */
export function drawGlyphs({points, em}, take) {
  shared ??= document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  if (!shared) return;
  for (const point of points) {
    const text = String.fromCodePoint(point);
    const font = `${em}px Inter, "Noto Sans", system-ui, sans-serif`;
    shared.font = font;
    const size = shared.measureText(text);
    const left = Math.floor(-size.actualBoundingBoxLeft) - 1;
    const top = Math.floor(-size.actualBoundingBoxAscent) - 1;
    const width = Math.min(512, Math.ceil(size.actualBoundingBoxRight) + 1 - left);
    const height = Math.min(512, Math.ceil(size.actualBoundingBoxDescent) + 1 - top);
    let alpha = new Uint8Array(0);
    const visible = width > 2 && height > 2;
    if (visible) {
      shared.canvas.width = width;
      shared.canvas.height = height;
      shared.font = font;
      shared.fillStyle = '#000';
      shared.fillText(text, -left, -top);
      const pixels = shared.getImageData(0, 0, width, height).data;
      alpha = new Uint8Array(width * height);
      for (let i = 0; i < alpha.length; ++i) alpha[i] = pixels[4 * i + 3];
    }
    take({kind: 'glyph', point, em, width: visible ? width : 0, height: visible ? height : 0, left, top, advance: size.width}, alpha);
  }
}
