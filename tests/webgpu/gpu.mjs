// tests/webgpu: WebGPU for programs under Node: npm's `webgpu` (Dawn) as navigator.gpu, on a Vulkan driver. `node --import gpu.mjs PROGRAM`;
// HEED_WITHOUT_GPU=1 leaves it out.
import {create, globals} from 'webgpu';

if (!process.env.HEED_WITHOUT_GPU) {
  Object.assign(globalThis, globals);
  const gpu = create([]);
  if (!globalThis.navigator) globalThis.navigator = {};
  Object.defineProperty(globalThis.navigator, 'gpu', {value: gpu, configurable: true, writable: true});
  // An adapter or a device that is collected takes what is open on it along.
  globalThis.heedKeptGpu = gpu;
}
