// page: what this browser gives us. Each answer comes from trying, not from the browser's name.
import {chooseEngine, hasSimd} from './engine_variant.mjs';

function hasWebAssembly() {
  try {
    // The smallest module: refused where WebAssembly is switched off or forbidden by a policy.
    return typeof WebAssembly === 'object' && WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) &&
           Boolean(new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])));
  } catch {
    return false;
  }
}

function hasWebGl2() {
  try {
    const context = document.createElement('canvas').getContext('webgl2');
    if (!context) return false;
    context.getExtension('WEBGL_lose_context')?.loseContext();
    return true;
  } catch {
    return false;
  }
}

export function detectFeatures() {
  const wasm = hasWebAssembly();
  const simd = wasm && hasSimd();
  const engine = simd ? chooseEngine(new URLSearchParams(location.search).get('engine')) : null;
  return {wasm, simd, engine, webgl2: hasWebGl2(), workers: typeof Worker === 'function'};
}
