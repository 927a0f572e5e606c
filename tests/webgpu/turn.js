// tests/webgpu: what programs under Node need of JavaScript beside the bridge. Linked with -sJSPI.
addToLibrary({
  heed_turn__async: 'auto',
  heed_turn: () => new Promise((resolve) => setImmediate(resolve)),

  // The device goes away, as if its driver had failed.
  heed_test_lose__deps: ['$heedGpu'],
  heed_test_lose: () => heedGpu.device?.destroy(),

  // What stands in for navigator.gpu from now on; the numbers are those of turn.h.
  $heedGpuStandIn: {
    real: null,
    // An object like `target`, with `other` in place of some of its members. Native methods want to be called on their own object.
    like: (target, other) => new Proxy(target, {
      get(_, name) {
        if (name in other) return other[name];
        const value = target[name];
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
  },
  heed_test_stand_in__deps: ['$heedGpuStandIn'],
  heed_test_stand_in: (kind) => {
    const {like} = heedGpuStandIn, real = heedGpuStandIn.real ??= navigator.gpu;
    const withAdapter = (change) => ({
      requestAdapter: async (options) => {
        const adapter = await real.requestAdapter(options);
        return like(adapter, change(adapter));
      },
    });
    const standIns = [
      () => real,
      () => undefined,
      () => ({requestAdapter: async () => null}),
      () => withAdapter(() => ({requestDevice: async () => { throw new Error('the driver is too old'); }})),
      () => withAdapter(() => ({limits: {maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 2 ** 27}})),
      // Like a card whose memory is full: every large buffer is refused, in the way that the standard says.
      () => withAdapter((adapter) => ({
        requestDevice: async (wanted) => {
          const device = await adapter.requestDevice(wanted);
          let refused = 0;
          return like(device, {
            createBuffer: (description) => {
              if (description.size <= 2 ** 22) return device.createBuffer(description);
              ++refused;
              return device.createBuffer({...description, size: 256});
            },
            popErrorScope: async () => {
              const error = await device.popErrorScope();
              return refused > 0 && refused-- ? {message: 'Out of memory'} : error;
            },
          });
        },
      })),
      () => withAdapter((adapter) => ({
        requestDevice: async (wanted) => {
          const device = await adapter.requestDevice(wanted);
          return like(device, {limits: like(device.limits, {maxBufferSize: 2 ** 20, maxStorageBufferBindingSize: 2 ** 20})});
        },
      })),
      () => withAdapter(() => ({features: new Set()})),
    ];
    Object.defineProperty(navigator, 'gpu', {value: standIns[kind](), configurable: true, writable: true});
  },

  // Objects that the bridge keeps for runs: memories, schedules and results on their way.
  heed_test_objects__deps: ['$heedGpu'],
  heed_test_objects: () => heedGpu.memories.size + heedGpu.schedules.size + heedGpu.tickets.size,

  // What the compiler says about a file: "LINE:COLUMN error: MESSAGE" line by line. To be freed; empty where all is well.
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
    if (!moduleError && !/@compute/.test(code)) said.push('no entry point');
    return stringToNewUTF8(said.join('\n'));
  },
});
