// page: which of the engine's programs this browser runs best. Found by offering it the smallest module that uses what a program
// needs; the programs differ in their kernels only.

/** From the plainest to the best; each is engine-NAME.mjs and engine-NAME.wasm. */
export const kVariants = ['simd', 'relaxed', 'simd-threads', 'relaxed-threads'];

const kMostThreads = 4;  // more than that, models of this size cannot feed

/** A module of one function without parameters that leaves a v128. */
function takes(...code) {
  try {
    const body = [0, ...code, 11];
    return WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, body.length + 2, 1, body.length, ...body]));
  } catch {
    return false;
  }
}

const kSplat = [0x41, 0, 0xfd, 0x0f];  // i32.const 0, i8x16.splat

/** i8x16.popcnt, which only the final form of SIMD has. */
export const hasSimd = () => takes(...kSplat, 0xfd, 0x62);

/** f32x4.relaxed_madd. */
export const hasRelaxedSimd = () => takes(...kSplat, ...kSplat, ...kSplat, 0xfd, 0x85, 0x02);

/** Threads need memory that workers share, which browsers give to pages served with COOP and COEP only. */
export const hasThreads = () => typeof SharedArrayBuffer === 'function' && globalThis.crossOriginIsolated !== false && typeof Worker === 'function';

/** How many threads one run takes: half the cores, the page and a second run have the others. */
export const threadsOf = (cores) => Math.max(1, Math.min(kMostThreads, Math.floor(cores / 2)));

export const singleThreaded = (variant) => variant.replace(/-threads$/, '');

/** {variant, threads}: the best for this browser. `wish`: a variant from the address ("?engine=simd"), taken where it can be. */
export function chooseEngine(wish = null, cores = globalThis.navigator?.hardwareConcurrency ?? 1) {
  const plain = hasRelaxedSimd() ? 'relaxed' : 'simd';
  const able = ['simd', plain, ...(hasThreads() ? ['simd-threads', `${plain}-threads`] : [])];
  const threads = threadsOf(cores);
  const variant = able.includes(wish) ? wish : threads > 1 ? able.at(-1) : plain;
  return {variant, threads: variant.endsWith('-threads') ? Math.max(2, threads) : 1};
}
