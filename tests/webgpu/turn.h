// tests/webgpu: the functions of turn.js. Those that wait suspend the program (JSPI): only under main, with no JavaScript in between.
#pragma once

extern "C" {

/// One turn of JavaScript's event loop: promises and the GPU's messages arrive.
void heed_turn();
void heed_test_lose();
/// What is wrong with a shader, to be freed.
char* heed_test_check_shader(const char* code);
}
