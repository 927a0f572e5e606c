// tests/webgpu: the functions of turn.js. Those that wait suspend the program (JSPI): only under main, with no
// JavaScript in between.
#pragma once

extern "C" {

/// One turn of JavaScript's event loop: promises and the GPU's messages arrive.
void heed_turn();
void heed_test_lose();
/// What the program finds in place of WebGPU from now on.
enum {
  kGpuAsItIs = 0,
  kGpuNone,           ///< a browser without it
  kGpuNoAdapter,      ///< a machine without a driver that is good enough
  kGpuDeviceRefused,  ///< an adapter that gives no device
  kGpuSmallLimits,    ///< a device that allows only what the standard promises
  kGpuFull,           ///< a device whose memory is full: none for buffers above 4 MB
  kGpuTinyLimits,     ///< a device that allows a megabyte
  kGpuPlain,          ///< a device without a clock and without subgroups
};
void heed_test_stand_in(int kind);
int heed_test_objects();
/// What is wrong with a shader, to be freed.
char* heed_test_check_shader(const char* code);
}
