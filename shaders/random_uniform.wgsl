// Uniform numbers in [0,1) of 24 bits, counter-based: Philox 4x32-10, the same stream as src/engine/ops/random_bits.h draws. Each
// invocation makes four.
struct Params {
  count: u32,
  result: u32,
  seed: u32,    // where it lies: four whole floats of 16 bits, the lowest first
  stream: u32,
}
@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

const kNoise = 3u;  // Purpose::kNoise of src/base/rng.h

/// The upper 32 bits of a * b.
fn upper_product(a: u32, b: u32) -> u32 {
  let a0 = a & 0xffffu;
  let a1 = a >> 16u;
  let b0 = b & 0xffffu;
  let b1 = b >> 16u;
  let middle = a1 * b0 + ((a0 * b0) >> 16u);
  let other = a0 * b1 + (middle & 0xffffu);
  return a1 * b1 + (middle >> 16u) + (other >> 16u);
}

fn philox(counter: vec4<u32>, first_key: vec2<u32>) -> vec4<u32> {
  var c = counter;
  var key = first_key;
  for (var i = 0u; i < 10u; i++) {
    c = vec4<u32>(upper_product(0xcd9e8d57u, c.z) ^ c.y ^ key.x, 0xcd9e8d57u * c.z,
                  upper_product(0xd2511f53u, c.x) ^ c.w ^ key.y, 0xd2511f53u * c.x);
    key += vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}

fn seed_word(at: u32) -> u32 {
  return u32(memory[at]) | (u32(memory[at + 1u]) << 16u);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let four = (group.x + group.y * groups.x) * 64u + lane;
  if (four * 4u >= params.count) {
    return;
  }
  let key = vec2<u32>(seed_word(params.seed), seed_word(params.seed + 2u));
  let words = philox(vec4<u32>(four, params.stream, 0u, kNoise), key);
  for (var i = 0u; i < min(4u, params.count - four * 4u); i++) {
    memory[params.result + four * 4u + i] = f32(words[i] >> 8u) * 0x1p-24f;
  }
}
