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

const kProbe = 'const a = await navigator.gpu.requestAdapter(); process.exit(a && !a.info.isFallbackAdapter && a.info.architecture !== "swiftshader" ? 0 : 1)';

const probes = (env) => {
  try {
    execFileSync(process.execPath, ['--import', setUp, '--input-type=module', '-e', kProbe], {env, stdio: 'ignore', timeout: 30_000});
    return true;
  } catch {
    return false;
  }
};

/** The environment of a program: with `any`, of the machine's own driver where there is one. Null where there is no driver at all. */
export function vulkanEnvironment({any = false} = {}) {
  if (any && probes(process.env)) return {...process.env};
  const folder = swiftshaderFolder();
  if (!folder) return null;
  return {...process.env, VK_ICD_FILENAMES: path.join(folder, 'vk_swiftshader_icd.json'), VK_DRIVER_FILES: path.join(folder, 'vk_swiftshader_icd.json'),
    LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, folder].filter(Boolean).join(':')};
}
