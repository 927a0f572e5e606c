// Elementwise ops in one pass. What stands between the marks is written anew for each chain of ops
// (src/engine/backend/webgpu/elementwise.cpp); as it stands, it copies one operand.
struct Params {
  extents: vec4<u32>,            // of the result, aligned at the last axis
  count: u32,
  result: u32,
  unused: vec2<u32>,
  operands: array<vec4<u32>, 13>,  // where each begins, four in a row
}
@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

/// tanh without the overflow that some drivers' own has at large arguments.
fn tanh_of(x: f32) -> f32 {
  return tanh(clamp(x, -15.0, 15.0));
}

fn sigmoid_of(x: f32) -> f32 {
  return 1.0 / (1.0 + exp(-clamp(x, -80.0, 80.0)));
}

/// erf(x) = x P(x^2) / Q(x^2) up to 3.92, beyond which the nearest float is 1; error below 4e-7 (as on the CPU, vector_math.h).
fn erf_of(x: f32) -> f32 {
  let a = clamp(x, -3.92, 3.92);
  let s = a * a;
  let p = 1.12837915 + s * (0.190410135 + s * (0.0527492055 + s * (0.00376577012 + s * (2.84885474e-4 + s * 2.05005188e-6))));
  let q = 1.0 + s * (0.502079328 + s * (0.114110625 + s * (0.0149695282 + s * (0.0011625711 + s * 3.80914881e-5))));
  return clamp(a * p / q, -1.0, 1.0);
}

/// x/2 (1 + tanh u) = x sigmoid(2 u),  2 u = x (k + 0.044715 k x^2),  k = 2 sqrt(2/pi)
fn gelu_of(x: f32) -> f32 {
  return x * sigmoid_of(x * (1.59576912 + 0.0713548163 * x * x));
}

fn gelu_slope_of(x: f32) -> f32 {
  let s = sigmoid_of(x * (1.59576912 + 0.0713548163 * x * x));
  return s + x * (s * (1.0 - s)) * (1.59576912 + 0.214064449 * x * x);
}

/// Where the element at `index` of the result lies along each axis.
fn position_of(index: u32) -> vec4<u32> {
  let w = index % params.extents.w;
  let rest = index / params.extents.w;
  let z = rest % params.extents.z;
  let outer = rest / params.extents.z;
  return vec4<u32>(outer / params.extents.y, outer % params.extents.y, z, w);
}

// <body>
fn value(index: u32) -> f32 {
  return memory[params.operands[0].x + index];
}
// </body>

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let index = (group.x + group.y * groups.x) * 64u + lane;
  if (index < params.count) {
    memory[params.result + index] = value(index);
  }
}
