// page: what this browser gives us. Each answer comes from trying, not from the browser's name.

function hasWebAssembly() {
  try {
    // The smallest module: refused where WebAssembly is switched off or forbidden by a policy.
    return typeof WebAssembly === 'object' && WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) &&
           Boolean(new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])));
  } catch {
    return false;
  }
}

/** v128.const and i8x16.popcnt in one function: what the engine's kernels need. */
function hasSimd() {
  return WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0,
                                              253, 15, 253, 98, 11]));
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
  return {wasm, simd: wasm && hasSimd(), webgl2: hasWebGl2(), workers: typeof Worker === 'function'};
}
