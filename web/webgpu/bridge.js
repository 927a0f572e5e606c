// webgpu: what src/engine/backend/webgpu/gpu.h declares, on the WebGPU of a worker, the page or Node. Linked into the engine by
// Emscripten (--js-library). Numbers stand for objects; nothing throws into wasm: what goes wrong is kept for heed_gpu_trouble.
addToLibrary({
  $heedGpu: {
    state: 0,  // as in gpu.h
    device: null,
    about: {},
    trouble: '',
    bytes: 0,
    memories: new Map(),
    schedules: new Map(),
    tickets: new Map(),
    pipelines: new Map(),  // by text, entry and constants
    pipelineList: [],      // {label, pipeline, failed}: neither while it is being made
    waiting: [],           // what has to wait for pipelines, and what has to come after that, in order: {schedule, work}
    staging: new Map(),  // free buffers to read back through, by size
    shaders: new Map(),
    nextId: 1,
    told: Promise.resolve(),  // all that was made so far has been complained about

    /** Something that was waited for is there: whoever drives the engine may go on. */
    answered() {
      Module['heedGpuAnswered']?.();
    },

    note(text) {
      if (!heedGpu.trouble) heedGpu.trouble = String(text);
    },

    async open() {
      const gpu = globalThis.navigator?.gpu;
      if (!gpu) throw new Error('This browser has no WebGPU.');
      const adapter = await gpu.requestAdapter({powerPreference: 'high-performance'}) ?? await gpu.requestAdapter();
      if (!adapter) throw new Error('The browser gave no graphics adapter.');
      const info = adapter.info ?? {};
      const features = ['subgroups', 'timestamp-query'].filter((name) => adapter.features.has(name));
      const requiredLimits = {};
      for (const name of ['maxBufferSize', 'maxStorageBufferBindingSize']) requiredLimits[name] = adapter.limits[name];
      const device = await adapter.requestDevice({requiredFeatures: features, requiredLimits, label: 'Heed'});
      heedGpu.about = {
        vendor: info.vendor ?? '', architecture: info.architecture ?? '', device: info.device ?? '', description: info.description ?? '',
        fallback: Boolean(info.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false), features,
        subgroup_width: features.includes('subgroups') ? info.subgroupMinSize || 4 : 0,  // 4: the least that there may be
        limits: {maxBufferSize: device.limits.maxBufferSize, maxStorageBufferBindingSize: device.limits.maxStorageBufferBindingSize},
      };
      return device;
    },

    adopt(device) {
      heedGpu.device = device;
      heedGpu.state = 2;
      device.addEventListener?.('uncapturederror', (event) => {
        event.preventDefault?.();
        const said = event.error?.message ?? event.error;
        // What was said with a label before comes first: memory that was refused makes whatever uses it invalid.
        heedGpu.told.then(() => {
          if (heedGpu.device === device) heedGpu.note(said);
        });
      });
      device.lost.then((info) => heedGpu.lose(device, info.message || info.reason || 'no reason was given'));
      heedGpu.layout = device.createBindGroupLayout({
        label: 'memory and params',
        entries: [
          {binding: 0, visibility: 4, buffer: {type: 'storage'}},
          {binding: 1, visibility: 4, buffer: {type: 'uniform', hasDynamicOffset: true, minBindingSize: 0}},
        ],
      });
      heedGpu.pipelineLayout = device.createPipelineLayout({bindGroupLayouts: [heedGpu.layout]});
    },

    /** Everything of a device that is gone goes with it. */
    lose(device, reason) {
      if (heedGpu.device !== device) return;
      heedGpu.device = null;
      heedGpu.state = 4;
      heedGpu.about = {...heedGpu.about, reason};
      for (const list of [heedGpu.memories, heedGpu.schedules, heedGpu.tickets, heedGpu.pipelines, heedGpu.staging, heedGpu.shaders]) list.clear();
      heedGpu.pipelineList = [];
      heedGpu.waiting = [];
      heedGpu.bytes = 0;
      heedGpu.note(`The graphics device was lost: ${reason}`);
      heedGpu.answered();
    },

    buffer(label, size, usage) {
      heedGpu.bytes += size;
      return heedGpu.device.createBuffer({label, size, usage});
    },

    destroy(buffer) {
      heedGpu.bytes -= buffer.size;
      buffer.destroy();
    },

    /** What goes wrong while `work` runs, or later because of it, is told with `label`. */
    scoped(label, work) {
      const device = heedGpu.device;
      for (const kind of ['out-of-memory', 'validation', 'internal']) device.pushErrorScope(kind);
      const made = work();
      for (let i = 0; i < 3; ++i) {
        heedGpu.told = device.popErrorScope().then((error) => {
          if (error && heedGpu.device === device) heedGpu.note(`${label}: ${error.message}`);
        }, () => {});
      }
      return made;
    },

    /** Makes a pipeline away from the thread that draws the page: a compiler may take its time. */
    make(label, code, entryPoint, constants) {
      const {device} = heedGpu, made = {label, pipeline: null, failed: false};
      heedGpu.scoped(label, () => {
        let module = heedGpu.shaders.get(code);
        if (!module) heedGpu.shaders.set(code, module = device.createShaderModule({label, code}));
        device.createComputePipelineAsync({label, layout: heedGpu.pipelineLayout, compute: {module, entryPoint, constants: JSON.parse(constants)}})
          .then((pipeline) => { made.pipeline = pipeline; }, (error) => {
            made.failed = true;
            if (heedGpu.device === device) heedGpu.note(`${label}: ${error?.message ?? error}`);
          }).then(heedGpu.goOn);
      });
      return made;
    },

    /** Does `work` when everything before it has been done and the schedule, where there is one, has its pipelines. */
    inOrder(work, schedule = null) {
      heedGpu.waiting.push({work, schedule});
      if (heedGpu.waiting.length === 1) heedGpu.goOn();
    },

    goOn() {
      const ready = ({pipeline, failed}) => pipeline !== null || failed;
      while (heedGpu.waiting.length > 0) {
        const {work, schedule} = heedGpu.waiting[0];
        if (schedule && !schedule.pipelines.every(ready)) return;
        try {
          work();
        } catch (error) {
          heedGpu.note(error?.message ?? error);
        }
        heedGpu.waiting.shift();
      }
    },

    /** A buffer to read back through, at least `size` bytes: a power of two, kept for the next time. */
    takeStaging(size) {
      let room = 256;
      while (room < size) room *= 2;
      return heedGpu.staging.get(room)?.pop() ?? heedGpu.buffer('read back', room, 1 | 8);  // MAP_READ, COPY_DST
    },

    giveStaging(buffer) {
      const free = heedGpu.staging.get(buffer.size) ?? [];
      heedGpu.staging.set(buffer.size, free);
      if (free.length < 8) free.push(buffer);
      else heedGpu.destroy(buffer);
    },

    /** Runs the schedule, a new command buffer wherever it says so; the last one stays open. `clock`: its times are taken with it, of each
     *  dispatch `apart`, or of all together. */
    encode(schedule, clock, apart) {
      const {device} = heedGpu;
      const {dispatches, group} = schedule;
      const stamps = (i) => ({timestampWrites: {querySet: clock.sets[i >> 11], beginningOfPassWriteIndex: 2 * (i & 2047), endOfPassWriteIndex: 2 * (i & 2047) + 1}});
      const timed = clock !== null && apart;
      let encoder = device.createCommandEncoder();
      let pass = timed ? null : encoder.beginComputePass(clock ? stamps(0) : undefined);
      let last = -1;
      for (let i = 0, at = 0; at < dispatches.length; ++i, at += 5) {
        if (dispatches[at + 4] && i > 0) {
          if (!timed) pass.end();
          device.queue.submit([encoder.finish()]);
          encoder = device.createCommandEncoder();
          pass = timed ? null : encoder.beginComputePass();
          last = -1;
        }
        if (timed) {
          pass = encoder.beginComputePass(stamps(i));
          last = -1;
        }
        if (dispatches[at] !== last) pass.setPipeline(heedGpu.pipelineList[last = dispatches[at]].pipeline);
        pass.setBindGroup(0, group, [256 * i]);
        pass.dispatchWorkgroups(dispatches[at + 1], dispatches[at + 2], dispatches[at + 3]);
        if (timed) pass.end();
      }
      if (!timed) pass.end();
      return encoder;
    },

    /** Query sets of 2048 times each, which are as many as one may hold, and a buffer for them; null where the device has no clock. */
    clockOf(schedule, count) {
      if (!heedGpu.device.features.has('timestamp-query') || count === 0) return null;
      if (schedule.clock?.count !== count) {
        heedGpu.releaseClock(schedule);
        const sets = [];
        for (let i = 0; i < count; i += 2048) sets.push(heedGpu.device.createQuerySet({type: 'timestamp', count: 2 * Math.min(2048, count - i)}));
        schedule.clock = {count, sets, buffer: heedGpu.buffer('times', 16 * count, 512 | 4)};  // QUERY_RESOLVE, COPY_SRC
      }
      return schedule.clock;
    },

    releaseClock({clock}) {
      if (!clock) return;
      for (const set of clock.sets) set.destroy();
      heedGpu.destroy(clock.buffer);
    },

    /** A ticket whose `work` is done in order; it ends with reading back, unless nobody wants that any more. */
    ticket(work, schedule = null) {
      const id = heedGpu.nextId++, ticket = {done: 0};
      heedGpu.tickets.set(id, ticket);
      heedGpu.inOrder(() => {
        if (ticket.forgotten) {
          heedGpu.tickets.delete(id);
        } else if (schedule?.pipelines.some(({failed}) => failed)) {
          ticket.done = -1;
          heedGpu.answered();
        } else {
          work((...args) => heedGpu.await(id, ...args));
        }
      }, schedule);
      return id;
    },

    /** Starts to read `size` bytes of the staging buffer back for the ticket. `times`: how many timestamps lie at its end. */
    await(id, staging, size, times) {
      const ticket = Object.assign(heedGpu.tickets.get(id), {staging, size, times});
      const device = heedGpu.device;
      staging.mapAsync(1, 0, Math.max(size, 4)).then(() => {
        ticket.done = 1;
        if (ticket.forgotten) heedGpu.finish(id);
        heedGpu.answered();
      }, (error) => {
        ticket.done = -1;
        if (heedGpu.device === device) heedGpu.note(`reading back: ${error?.message ?? error}`);
        heedGpu.answered();
      });
    },

    /** The ticket has been answered, or nobody wants it: its buffer is free again. */
    finish(id) {
      const {staging} = heedGpu.tickets.get(id) ?? {};
      if (!heedGpu.tickets.delete(id) || !staging) return;
      staging.unmap();
      heedGpu.giveStaging(staging);
    },
  },

  heed_gpu_open__deps: ['$heedGpu'],
  heed_gpu_open: () => {
    if (heedGpu.state === 1 || heedGpu.state === 2) return;
    heedGpu.state = 1;
    heedGpu.trouble = '';
    heedGpu.open().then(heedGpu.adopt).catch((error) => {
      heedGpu.state = 3;
      heedGpu.about = {reason: error?.message ?? String(error)};
    }).finally(heedGpu.answered);
  },

  heed_gpu_state__deps: ['$heedGpu'],
  heed_gpu_state: () => heedGpu.state,

  heed_gpu_about__deps: ['$heedGpu', '$stringToNewUTF8'],
  heed_gpu_about: () => stringToNewUTF8(JSON.stringify({...heedGpu.about, bytes: heedGpu.bytes})),

  heed_gpu_trouble__deps: ['$heedGpu', '$stringToNewUTF8'],
  heed_gpu_trouble: () => {
    const text = heedGpu.trouble;
    heedGpu.trouble = '';
    return text ? stringToNewUTF8(text) : 0;
  },

  // Where there is no page to keep anything, it lasts as long as the program.
  heed_gpu_kept__deps: ['$stringToNewUTF8'],
  heed_gpu_kept: () => stringToNewUTF8(String(Module['heedGpuKept'] ?? '')),

  heed_gpu_keep__deps: ['$UTF8ToString'],
  heed_gpu_keep: (text) => {
    Module['heedGpuKept'] = UTF8ToString(text);
    Module['heedGpuKeep']?.(Module['heedGpuKept']);
  },

  heed_gpu_bytes__deps: ['$heedGpu'],
  heed_gpu_bytes: () => heedGpu.bytes,

  heed_gpu_create_memory__deps: ['$heedGpu'],
  heed_gpu_create_memory: (bytes) => {
    const {device} = heedGpu;
    if (!device || bytes > device.limits.maxBufferSize || bytes > device.limits.maxStorageBufferBindingSize) return 0;
    const id = heedGpu.nextId++;
    heedGpu.memories.set(id, heedGpu.scoped(`memory of ${Math.ceil(bytes / 2 ** 20)} MB`,
      () => heedGpu.buffer('memory', bytes, 128 | 8 | 4)));  // STORAGE, COPY_DST, COPY_SRC
    return id;
  },

  heed_gpu_release_memory__deps: ['$heedGpu'],
  heed_gpu_release_memory: (id) => {
    const buffer = heedGpu.memories.get(id);
    if (!buffer) return;
    heedGpu.memories.delete(id);
    heedGpu.inOrder(() => heedGpu.destroy(buffer));
  },

  heed_gpu_write__deps: ['$heedGpu'],
  heed_gpu_write: (id, offset, data, bytes) => {
    const buffer = heedGpu.memories.get(id), {queue} = heedGpu.device ?? {};
    if (!buffer) return;
    if (heedGpu.waiting.length === 0) {
      queue.writeBuffer(buffer, offset, HEAPU8, data, bytes);
      return;
    }
    const copy = HEAPU8.slice(data, data + bytes);
    heedGpu.inOrder(() => queue.writeBuffer(buffer, offset, copy));
  },

  heed_gpu_copy__deps: ['$heedGpu'],
  heed_gpu_copy: (from, fromBytes, to, toBytes, bytes) => {
    const source = heedGpu.memories.get(from), target = heedGpu.memories.get(to);
    if (!source || !target || bytes === 0) return;
    heedGpu.inOrder(() => {
      const encoder = heedGpu.device.createCommandEncoder();
      encoder.copyBufferToBuffer(source, fromBytes, target, toBytes, bytes);
      heedGpu.device.queue.submit([encoder.finish()]);
    });
  },

  heed_gpu_pipeline__deps: ['$heedGpu', '$UTF8ToString'],
  heed_gpu_pipeline: (labelText, codeText, entryText, constantsText) => {
    if (!heedGpu.device) return 0;
    const label = UTF8ToString(labelText), code = UTF8ToString(codeText), entryPoint = UTF8ToString(entryText), constants = UTF8ToString(constantsText);
    const key = `${entryPoint}\n${constants}\n${code}`;
    if (heedGpu.pipelines.has(key)) return heedGpu.pipelines.get(key);
    const number = heedGpu.pipelineList.push(heedGpu.make(label, code, entryPoint, constants)) - 1;
    heedGpu.pipelines.set(key, number);
    return number;
  },

  heed_gpu_create_schedule__deps: ['$heedGpu'],
  heed_gpu_create_schedule: (memoryId, dispatches, count, params) => {
    const memory = heedGpu.memories.get(memoryId), {device} = heedGpu;
    if (!memory) return 0;
    const most = device.limits.maxComputeWorkgroupsPerDimension ?? 65535;
    for (let i = dispatches >> 2, end = i + 5 * count; i < end; i += 5) {
      const groups = [...HEAP32.subarray(i + 1, i + 4)];
      if (groups.some((n) => n > most)) heedGpu.note(`${heedGpu.pipelineList[HEAP32[i]]?.label}: ${groups.join(' x ')} workgroups, where the device allows ${most} each way`);
    }
    const size = 256 * Math.max(count, 1);
    const uniform = heedGpu.scoped('params', () => heedGpu.buffer('params', size, 64 | 8));  // UNIFORM, COPY_DST
    if (count > 0) device.queue.writeBuffer(uniform, 0, HEAPU8, params, 256 * count);
    const group = heedGpu.scoped('schedule', () => device.createBindGroup({
      layout: heedGpu.layout,
      entries: [{binding: 0, resource: {buffer: memory}}, {binding: 1, resource: {buffer: uniform, size: 256}}],
    }));
    const id = heedGpu.nextId++;
    const rows = HEAP32.slice(dispatches >> 2, (dispatches >> 2) + 5 * count);
    const pipelines = [...new Set(rows.filter((_, i) => i % 5 === 0))].map((number) => heedGpu.pipelineList[number]);
    heedGpu.schedules.set(id, {memory, uniform, group, dispatches: rows, pipelines, clock: null});
    return id;
  },

  heed_gpu_release_schedule__deps: ['$heedGpu'],
  heed_gpu_release_schedule: (id) => {
    const schedule = heedGpu.schedules.get(id);
    if (!schedule) return;
    heedGpu.schedules.delete(id);
    heedGpu.inOrder(() => {
      heedGpu.destroy(schedule.uniform);
      heedGpu.releaseClock(schedule);
    });
  },

  heed_gpu_submit__deps: ['$heedGpu'],
  heed_gpu_submit: (id, upload, uploadBytes, copies, copyCount, timed) => {
    const schedule = heedGpu.schedules.get(id), {device} = heedGpu;
    if (!schedule) {
      heedGpu.tickets.set(heedGpu.nextId, {done: -1});
      return heedGpu.nextId++;
    }
    const places = HEAPF64.slice(copies >> 3, (copies >> 3) + 2 * copyCount), given = HEAPU8.slice(upload, upload + uploadBytes);
    return heedGpu.ticket((readBack) => {
      device.queue.writeBuffer(schedule.memory, 0, given);
      let size = 0;
      for (let i = 1; i < places.length; i += 2) size += places[i];
      const times = timed === 1 ? schedule.dispatches.length / 5 : timed ? 1 : 0;
      const clock = heedGpu.clockOf(schedule, times);
      const staging = heedGpu.takeStaging(size + 8 + 16 * times);
      const encoder = heedGpu.encode(schedule, clock, timed === 1);
      let at = 0;
      for (let i = 0; i < places.length; i += 2) {
        if (places[i + 1] > 0) encoder.copyBufferToBuffer(schedule.memory, places[i], staging, at, places[i + 1]);
        at += places[i + 1];
      }
      if (clock) {
        clock.sets.forEach((set, i) => encoder.resolveQuerySet(set, 0, set.count, clock.buffer, 32768 * i));
        encoder.copyBufferToBuffer(clock.buffer, 0, staging, (size + 7) & ~7, 16 * times);
      }
      device.queue.submit([encoder.finish()]);
      readBack(staging, ((size + 7) & ~7) + 16 * times, {count: times, real: clock !== null, size});
    }, schedule);
  },

  heed_gpu_read__deps: ['$heedGpu'],
  heed_gpu_read: (id, offset, bytes) => {
    const memory = heedGpu.memories.get(id);
    if (!memory) {
      heedGpu.tickets.set(heedGpu.nextId, {done: -1});
      return heedGpu.nextId++;
    }
    return heedGpu.ticket((readBack) => {
      const staging = heedGpu.takeStaging(bytes);
      const encoder = heedGpu.device.createCommandEncoder();
      if (bytes > 0) encoder.copyBufferToBuffer(memory, offset, staging, 0, bytes);
      heedGpu.device.queue.submit([encoder.finish()]);
      readBack(staging, bytes, {count: 0, real: false, size: bytes});
    });
  },

  heed_gpu_poll__deps: ['$heedGpu'],
  heed_gpu_poll: (id, to) => {
    const ticket = heedGpu.tickets.get(id);
    if (!ticket) return -1;
    if (ticket.done !== 1) return ticket.done;
    const {size, count, real} = ticket.times;
    const mapped = ticket.staging.getMappedRange(0, Math.max(ticket.size, 4));
    HEAPU8.set(new Uint8Array(mapped, 0, size), to);
    if (count > 0) {
      const out = HEAPF32.subarray((to + size) >> 2, ((to + size) >> 2) + count);
      const stamps = real ? new BigUint64Array(mapped.slice((size + 7) & ~7), 0, 2 * count) : null;
      for (let i = 0; i < count; ++i) out[i] = stamps ? Number(stamps[2 * i + 1] - stamps[2 * i]) : 0;
    }
    heedGpu.finish(id);
    return 1;
  },

  heed_gpu_forget__deps: ['$heedGpu'],
  heed_gpu_forget: (id) => {
    const ticket = heedGpu.tickets.get(id);
    if (!ticket) return;
    ticket.forgotten = true;
    if (ticket.done !== 0) heedGpu.finish(id);
  },
});
