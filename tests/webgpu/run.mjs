// tests/webgpu: runs heed_webgpu_tests under Node on Chromium's SwiftShader. `node tests/webgpu/run.mjs [doctest's arguments]`, for instance
// -tc="webgpu: ops*". HEED_WEBGPU_TESTS names another program than that of build/wasm; HEED_GPU=any takes the machine's own Vulkan driver.
import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {nodeArguments, vulkanEnvironment} from './vulkan.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = path.resolve(process.env.HEED_WEBGPU_TESTS ?? path.join(root, 'build/wasm/tests/webgpu/heed_webgpu_tests.cjs'));

function fail(message) {
  console.error(`heed: ${message}`);
  process.exit(2);
}

if (!existsSync(program)) fail(`there is no ${program}: ./heed test builds it; HEED_WEBGPU_TESTS may name another.`);
const env = vulkanEnvironment({any: process.env.HEED_GPU === 'any'});
if (!env) fail('there is no SwiftShader beside Chromium; CHROMIUM may name another Chromium.');
const child = spawn(process.execPath, [...nodeArguments(), program, ...process.argv.slice(2)], {env, stdio: 'inherit'});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
