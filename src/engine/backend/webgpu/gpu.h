// engine/backend/webgpu: the bridge to the browser's WebGPU. Implemented by web/webgpu/bridge.js, which is linked into the engine; the
// same calls work in a worker, on the page and under Node. Nothing here waits: what takes time is asked for again later.
#pragma once

extern "C" {

/// What heed_gpu_state answers.
enum { kGpuAsleep = 0, kGpuOpening = 1, kGpuReady = 2, kGpuRefused = 3, kGpuLost = 4 };

/// Asks the browser for an adapter and a device, once; after a loss, again.
void heed_gpu_open();
int heed_gpu_state();
/// JSON, to be freed: vendor, architecture, device, description, fallback, features, limits, subgroup_width; after a refusal or a loss
/// "reason".
char* heed_gpu_about();
/// What went wrong since the last call, with the label of the kernel that it happened in; null where nothing did. To be freed.
char* heed_gpu_trouble();

/// What the program around the engine has kept of earlier devices, to be freed; empty where it keeps nothing.
char* heed_gpu_kept();
void heed_gpu_keep(const char* text);

/// A buffer of zeros; 0 where the device's limits forbid the size.
int heed_gpu_create_memory(double bytes);
void heed_gpu_release_memory(int memory);
void heed_gpu_write(int memory, double offset_bytes, const void* data, int bytes);
void heed_gpu_copy(int from, double from_bytes, int to, double to_bytes, double bytes);
/// Bytes in all buffers that live: memories, schedules and what results are read back through.
double heed_gpu_bytes();

/// `constants`: a JSON object of the override constants. The same text, entry and constants give the same number again.
int heed_gpu_pipeline(const char* label, const char* code, const char* entry, const char* constants);

/// `dispatches`: five numbers each: pipeline, workgroups in x, y and z, and 1 where a new submission begins before it. Each has its 256
/// bytes of `params`, in the same order.
int heed_gpu_create_schedule(int memory, const int* dispatches, int count, const void* params);
void heed_gpu_release_schedule(int schedule);

/// Whether a submission measures its kernels: not, each by itself, or all of them together (then none may begin a new submission).
enum { kGpuUntimed = 0, kGpuTimedApart = 1, kGpuTimedTogether = 2 };
/// Writes `upload` to the front of the memory, runs the schedule, and reads back: `copies` are pairs of byte offset and byte count. With
/// `timed`, the nanoseconds of each dispatch, or the one number of all, follow as float32, 0 throughout where the device cannot tell. The
/// ticket: above zero.
int heed_gpu_submit(int schedule, const void* upload, int upload_bytes, const double* copies, int copy_count, int timed);
/// Reads back without running anything.
int heed_gpu_read(int memory, double offset_bytes, double bytes);
/// 1: the result was written to `to`. 0: not yet. -1: it will never come.
int heed_gpu_poll(int ticket, void* to);
/// Nobody will poll for this one any more.
void heed_gpu_forget(int ticket);
}
