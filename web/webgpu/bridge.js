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
    waiting: [],           // what has to wait for pipelines, and what has to come after that, in order: {schedule, work, paced}
    underWay: 0,           // parts of long schedules that the device has not done yet
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
      heedGpu.underWay = 0;
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
        const {work, schedule, paced} = heedGpu.waiting[0];
        if (schedule && !schedule.pipelines.every(ready)) return;
        if (paced && heedGpu.underWay >= 2) return;
        try {
          if (paced) heedGpu.pace(work);
          else work();
        } catch (error) {
          heedGpu.note(error?.message ?? error);
        }
        heedGpu.waiting.shift();
      }
    },

    /** From within a work: these come next, before everything that waits, two at a time with the device. A long step is not queued there as a
     *  whole, so that the drawing of the page waits for a part of it only. */
    next(works) {
      heedGpu.waiting.splice(1, 0, ...works.map((work) => ({work, schedule: null, paced: true})));
    },

    pace(work) {
      const {device} = heedGpu;
      work();
      ++heedGpu.underWay;
      const done = () => {
        if (heedGpu.device !== device) return;
        --heedGpu.underWay;
        heedGpu.goOn();
      };
      device.queue.onSubmittedWorkDone().then(done, done);
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

    /** Records the dispatches of a part of the schedule; the command buffer stays open. `clock`: its times are taken with it, of each
     *  dispatch `apart`, or of the first part together. */
    encode(schedule, {from, to}, clock, apart) {
      const {dispatches, group} = schedule;
      const stamps = (i) => ({timestampWrites: {querySet: clock.sets[i >> 11], beginningOfPassWriteIndex: 2 * (i & 2047), endOfPassWriteIndex: 2 * (i & 2047) + 1}});
      const timed = clock !== null && apart, encoder = heedGpu.device.createCommandEncoder();
      let pass = timed ? null : encoder.beginComputePass(clock && from === 0 ? stamps(0) : undefined);
      let last = -1;
      for (let i = from, at = 5 * from; i < to; ++i, at += 5) {
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
});
