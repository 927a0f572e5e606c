// tests/webgpu: WebGPU for programs under Node: npm's `webgpu` (Dawn) as navigator.gpu, on a Vulkan driver. `node --import gpu.mjs PROGRAM`;
// HEED_DAWN holds switches of Dawn, separated by blanks.
import {create, globals} from 'webgpu';

Object.assign(globalThis, globals);
Object.defineProperty(globalThis.navigator, 'gpu', {value: create((process.env.HEED_DAWN ?? '').split(' ').filter(Boolean)), configurable: true, writable: true});
