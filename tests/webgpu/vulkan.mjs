// tests/webgpu: which Vulkan driver a program under Node computes on, and how it is started there: Chromium's SwiftShader, or with
// `any` the machine's own where it has one that Dawn takes.
import {execFileSync} from 'node:child_process';
import {existsSync, realpathSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const setUp = fileURLToPath(new URL('gpu.mjs', import.meta.url));

/** The folder with Chromium's own Vulkan: SwiftShader, its description and a loader. */
function swiftshaderFolder() {
  const named = process.env.CHROMIUM && existsSync(process.env.CHROMIUM) ? [path.dirname(realpathSync(process.env.CHROMIUM))] : [];
  return [...named, '/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome', '/opt/chromium']
    .find((folder) => existsSync(path.join(folder, 'vk_swiftshader_icd.json'))) ?? null;
}

/** Arguments that Node wants before the program. */
export function nodeArguments() {
  const jspi = typeof WebAssembly.Suspending === 'function' ? [] : ['--experimental-wasm-jspi'];
  return [...jspi, '--import', setUp];
}

const kProbe = `const {info} = await navigator.gpu.requestAdapter({powerPreference: 'high-performance'});
console.log(JSON.stringify({vendor: info.vendor, architecture: info.architecture, device: info.device, fallback: info.isFallbackAdapter}));
process.exit();`;

/** The adapter that programs in this environment compute on; null where there is none. */
export function adapterOf(env) {
  try {
    const options = {env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 30_000};
    return JSON.parse(execFileSync(process.execPath, ['--import', setUp, '--input-type=module', '-e', kProbe], options));
  } catch {
    return null;
  }
}

/**
 * The environment of a program: with `any`, of the machine's own driver where there is one. Null where there is no driver at all.
 * SwiftShader takes seconds to compile a kernel whose workgroup memory is cleared first, so it is not: no kernel may count on that.
 */
export function vulkanEnvironment({any = false} = {}) {
  const own = any ? adapterOf(process.env) : null;
  if (own && !own.fallback) return {...process.env};
  const folder = swiftshaderFolder();
  if (!folder) return null;
  const description = path.join(folder, 'vk_swiftshader_icd.json');
  return {...process.env, VK_ICD_FILENAMES: description, VK_DRIVER_FILES: description, HEED_DAWN: 'enable-dawn-features=disable_workgroup_init',
    LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, folder].filter(Boolean).join(':')};
}
