// webgpu: the calls of src/engine/backend/webgpu/gpu.h; what they share is in bridge.js, linked before this.
addToLibrary({
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
    const cuts = [0];  // where a new command buffer begins
    for (let i = 1; i < count; ++i) if (rows[5 * i + 4]) cuts.push(i);
    const parts = cuts.map((from, n) => ({from, to: cuts[n + 1] ?? count}));
    heedGpu.schedules.set(id, {memory, uniform, group, dispatches: rows, parts, pipelines, clock: null});
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
      const finish = (part) => {
        const encoder = heedGpu.encode(schedule, part, clock, timed === 1);
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
      };
      const {parts} = schedule, last = parts.at(-1);
      if (parts.length === 1) finish(last);
      else heedGpu.next(parts.map((part) => (part === last ? () => finish(part) : () => device.queue.submit([heedGpu.encode(schedule, part, clock, timed === 1).finish()]))));
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
