// Additive scores, v . tanh(key + q) for every key, and their gradients.  q:(B,A) keys:(B,S,A) v:(A) -> (B,S)
struct Params {
  batch: u32,   // B
  keys: u32,    // S
  count: u32,   // A
  lanes: u32,   // invocations that share a key, in `gradient` columns side by side: a power of two
  q: u32,
  key: u32,
  v: u32,
  dy: u32,
  result: u32,  // of the gradient: dq, then dkeys, then dv of each example
}
@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

const kGroup = 64u;

var<workgroup> parts: array<vec2<f32>, 64>;

/// tanh without the overflow that some drivers' own has at large arguments.
fn tanh_of(x: f32) -> f32 {
  return tanh(clamp(x, -15.0, 15.0));
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = (group.x + group.y * groups.x) * (kGroup / params.lanes) + lane / params.lanes;
  let first = lane % params.lanes;
  let inside = row < params.batch * params.keys;
  let q = params.q + row / params.keys * params.count;
  let key = params.key + row * params.count;
  var sum = 0.0;
  for (var i = first; i < select(0u, params.count, inside); i += params.lanes) {
    sum = fma(memory[params.v + i], tanh_of(memory[q + i] + memory[key + i]), sum);
  }
  parts[lane] = vec2<f32>(sum, 0.0);
  for (var step = params.lanes / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (first < step) {
      parts[lane] += parts[lane + step];
    }
  }
  if (first == 0u && inside) {
    memory[params.result + row] = parts[lane].x;
  }
}

/// A workgroup has some columns of one example; invocations with the same column take turns with the keys.
@compute @workgroup_size(64)
fn gradient(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let unit = group.x + group.y * groups.x;
  let blocks = (params.count + params.lanes - 1u) / params.lanes;
  let example = unit / blocks;
  let column = unit % blocks * params.lanes + lane % params.lanes;
  let inside = example < params.batch && column < params.count;
  let own = example * params.count + column;
  let dkeys = params.result + params.batch * params.count;
  var sums = vec2<f32>();
  if (inside) {
    let q = memory[params.q + own];
    let v = memory[params.v + column];
    for (var s = lane / params.lanes; s < params.keys; s += kGroup / params.lanes) {
      let row = example * params.keys + s;
      let at = row * params.count + column;
      let t = tanh_of(q + memory[params.key + at]);
      let dy = memory[params.dy + row];
      let dkey = dy * v * (1.0 - t * t);
      memory[dkeys + at] = dkey;
      sums += vec2<f32>(dkey, dy * t);
    }
  }
  parts[lane] = sums;
  for (var step = kGroup / 2u; step >= params.lanes; step /= 2u) {
    workgroupBarrier();
    if (lane < step) {
      parts[lane] += parts[lane + step];
    }
  }
  if (inside && lane < params.lanes) {
    memory[params.result + own] = parts[lane].x;
    memory[dkeys + params.batch * params.keys * params.count + own] = parts[lane].y;
  }
}
