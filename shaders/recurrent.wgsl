// The gates of LSTM and GRU cells and their gradients, one invocation for one element of the state. Gates lie side by side in a row;
// their values are computed again on the way back.
struct Params {
  operands: vec4<u32>,
  dy: u32,
  result: u32,
  batch: u32,  // B
  width: u32,  // H
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

struct Place {
  inside: bool,
  row: u32,
  column: u32,
  index: u32,  // in a matrix of the state's shape
}

fn place_of(group: vec3<u32>, groups: vec3<u32>, lane: u32) -> Place {
  let index = (group.x + group.y * groups.x) * 64u + lane;
  return Place(index < params.batch * params.width, index / params.width, index % params.width, index);
}

/// Gate number `which` of the `gates` that a row of the operand at `from` has.
fn gate(start: u32, gates: u32, which: u32, place: Place) -> f32 {
  return memory[start + (place.row * gates + which) * params.width + place.column];
}

fn set_gate(to: u32, gates: u32, which: u32, place: Place, value: f32) {
  memory[to + (place.row * gates + which) * params.width + place.column] = value;
}

/// (a, c) -> [h'; c']
@compute @workgroup_size(64)
fn lstm_cell(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let at = place_of(group, groups, lane);
  if (!at.inside) {
    return;
  }
  let a = params.operands.x;
  let i = sigmoid_of(gate(a, 4u, 0u, at));
  let f = sigmoid_of(gate(a, 4u, 1u, at));
  let g = tanh_of(gate(a, 4u, 2u, at));
  let o = sigmoid_of(gate(a, 4u, 3u, at));
  let c = f * memory[params.operands.y + at.index] + i * g;
  memory[params.result + at.index] = o * tanh_of(c);
  memory[params.result + params.batch * params.width + at.index] = c;
}

/// (a, c, dy) -> [da | dc]
@compute @workgroup_size(64)
fn lstm_cell_grad(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let at = place_of(group, groups, lane);
  if (!at.inside) {
    return;
  }
  let count = params.batch * params.width;
  let a = params.operands.x;
  let before = memory[params.operands.y + at.index];
  let i = sigmoid_of(gate(a, 4u, 0u, at));
  let f = sigmoid_of(gate(a, 4u, 1u, at));
  let g = tanh_of(gate(a, 4u, 2u, at));
  let o = sigmoid_of(gate(a, 4u, 3u, at));
  let t = tanh_of(f * before + i * g);
  let dh = memory[params.dy + at.index];
  let dc = memory[params.dy + count + at.index] + dh * o * (1.0 - t * t);
  set_gate(params.result, 4u, 0u, at, dc * g * i * (1.0 - i));
  set_gate(params.result, 4u, 1u, at, dc * before * f * (1.0 - f));
  set_gate(params.result, 4u, 2u, at, dc * i * (1.0 - g * g));
  set_gate(params.result, 4u, 3u, at, dh * t * o * (1.0 - o));
  memory[params.result + 4u * count + at.index] = dc * f;
}

/// (p, u, h) -> n + z (h - n)
@compute @workgroup_size(64)
fn gru_cell(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let at = place_of(group, groups, lane);
  if (!at.inside) {
    return;
  }
  let p = params.operands.x;
  let u = params.operands.y;
  let r = sigmoid_of(gate(p, 3u, 0u, at) + gate(u, 3u, 0u, at));
  let z = sigmoid_of(gate(p, 3u, 1u, at) + gate(u, 3u, 1u, at));
  let n = tanh_of(gate(p, 3u, 2u, at) + r * gate(u, 3u, 2u, at));
  memory[params.result + at.index] = n + z * (memory[params.operands.z + at.index] - n);
}

/// (p, u, h, dy) -> [dp | du | dh]
@compute @workgroup_size(64)
fn gru_cell_grad(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let at = place_of(group, groups, lane);
  if (!at.inside) {
    return;
  }
  let count = params.batch * params.width;
  let p = params.operands.x;
  let u = params.operands.y;
  let dy = memory[params.dy + at.index];
  let state = gate(u, 3u, 2u, at);
  let r = sigmoid_of(gate(p, 3u, 0u, at) + gate(u, 3u, 0u, at));
  let z = sigmoid_of(gate(p, 3u, 1u, at) + gate(u, 3u, 1u, at));
  let n = tanh_of(gate(p, 3u, 2u, at) + r * state);
  let dn = dy * (1.0 - z) * (1.0 - n * n);
  let dz = dy * (memory[params.operands.z + at.index] - n) * z * (1.0 - z);
  let dr = dn * state * r * (1.0 - r);
  let du = params.result + 3u * count;
  set_gate(params.result, 3u, 0u, at, dr);
  set_gate(params.result, 3u, 1u, at, dz);
  set_gate(params.result, 3u, 2u, at, dn);
  set_gate(du, 3u, 0u, at, dr);
  set_gate(du, 3u, 1u, at, dz);
  set_gate(du, 3u, 2u, at, dn * r);
  memory[params.result + 6u * count + at.index] = dy * z;
}

/// (p, u, h) -> r h
@compute @workgroup_size(64)
fn gru_reset(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let at = place_of(group, groups, lane);
  if (!at.inside) {
    return;
  }
  let r = sigmoid_of(gate(params.operands.x, 3u, 0u, at) + gate(params.operands.y, 2u, 0u, at));
  memory[params.result + at.index] = r * memory[params.operands.z + at.index];
}

/// (p, u, h, dy) -> [d(p + u) | dh]
@compute @workgroup_size(64)
fn gru_reset_grad(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let at = place_of(group, groups, lane);
  if (!at.inside) {
    return;
  }
  let r = sigmoid_of(gate(params.operands.x, 3u, 0u, at) + gate(params.operands.y, 2u, 0u, at));
  let dy = memory[params.dy + at.index];
  memory[params.result + at.index] = dy * memory[params.operands.z + at.index] * r * (1.0 - r);
  memory[params.result + params.batch * params.width + at.index] = dy * r;
}

/// (p, u, w, h) -> n + z (h - n)
@compute @workgroup_size(64)
fn gru_update(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let at = place_of(group, groups, lane);
  if (!at.inside) {
    return;
  }
  let z = sigmoid_of(gate(params.operands.x, 3u, 1u, at) + gate(params.operands.y, 2u, 1u, at));
  let n = tanh_of(gate(params.operands.x, 3u, 2u, at) + memory[params.operands.z + at.index]);
  memory[params.result + at.index] = n + z * (memory[params.operands.w + at.index] - n);
}

/// (p, u, w, h, dy) -> [dz, dn side by side | dh]
@compute @workgroup_size(64)
fn gru_update_grad(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let at = place_of(group, groups, lane);
  if (!at.inside) {
    return;
  }
  let z = sigmoid_of(gate(params.operands.x, 3u, 1u, at) + gate(params.operands.y, 2u, 1u, at));
  let n = tanh_of(gate(params.operands.x, 3u, 2u, at) + memory[params.operands.z + at.index]);
  let dy = memory[params.dy + at.index];
  set_gate(params.result, 2u, 0u, at, dy * (memory[params.operands.w + at.index] - n) * z * (1.0 - z));
  set_gate(params.result, 2u, 1u, at, dy * (1.0 - z) * (1.0 - n * n));
  memory[params.result + 2u * params.batch * params.width + at.index] = dy * z;
}
