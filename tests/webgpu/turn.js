// tests/webgpu: what programs under Node need of JavaScript beside the bridge. Linked with -sJSPI.
addToLibrary({
  heed_turn__async: 'auto',
  heed_turn: () => new Promise((resolve) => setImmediate(resolve)),

  // The faults of tests: the device goes away; the next one is asked of something that is not what it should be.
  heed_test_lose__deps: ['$heedGpu'],
  heed_test_lose: () => heedGpu.device?.destroy(),

  // What the compiler says about a file: "LINE:COLUMN error: MESSAGE" line by line; then whether every entry point makes a pipeline with
  // the layout that all kernels share. To be freed; empty where all is well.
  heed_test_check_shader__deps: ['$heedGpu', '$UTF8ToString', '$stringToNewUTF8'],
  heed_test_check_shader__async: 'auto',
  heed_test_check_shader: async (codeText) => {
    const code = UTF8ToString(codeText), {device} = heedGpu, said = [];
    device.pushErrorScope('validation');
    const module = device.createShaderModule({code});
    const {messages} = await module.getCompilationInfo();
    for (const {type, lineNum, linePos, message} of messages) said.push(`${lineNum}:${linePos} ${type}: ${message}`);
    const moduleError = await device.popErrorScope();
    if (moduleError && said.length === 0) said.push(moduleError.message);
    const entries = moduleError ? [] : [...code.matchAll(/@compute[^{]*?\bfn\s+(\w+)/g)].map((found) => found[1]);
    if (!moduleError && entries.length === 0) said.push('no entry point');
    for (const entryPoint of entries) {
      device.pushErrorScope('validation');
      device.createComputePipeline({layout: heedGpu.pipelineLayout, compute: {module, entryPoint}});
      const error = await device.popErrorScope();
      if (error) said.push(`${entryPoint}: ${error.message}`);
    }
    return stringToNewUTF8(said.join('\n'));
  },
});
