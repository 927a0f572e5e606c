// The cross entropy of each row of logits, log(sum e^(x - max)) - (x_target - max), and its gradient (softmax - onehot) dy; the
// probabilities are never in memory on the way forward. A target outside the row has loss 0 and sends nothing back.
struct Params {
  rows: u32,
  count: u32,   // elements of a row
  lanes: u32,   // invocations that share a row: a power of two
  logits: u32,
  targets: u32,
  dy: u32,
  result: u32,
}
@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

override kGroup: u32 = 64u;
const kLow = -3.0e38;

fn row_of(group: vec3<u32>, groups: vec3<u32>, lane: u32) -> u32 {
  return (group.x + group.y * groups.x) * (kGroup / params.lanes) + lane / params.lanes;
}

// <across>
var<workgroup> parts: array<f32, 256>;

/// The largest value of the invocations of a row; all of them get it.
fn max_across(value: f32, lane: u32) -> f32 {
  parts[lane] = value;
  for (var step = params.lanes / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane % params.lanes < step) {
      parts[lane] = max(parts[lane], parts[lane + step]);
    }
  }
  workgroupBarrier();
  let total = parts[lane - lane % params.lanes];
  workgroupBarrier();
  return total;
}

fn sum_across(value: f32, lane: u32) -> f32 {
  parts[lane] = value;
  for (var step = params.lanes / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane % params.lanes < step) {
      parts[lane] += parts[lane + step];
    }
  }
  workgroupBarrier();
  let total = parts[lane - lane % params.lanes];
  workgroupBarrier();
  return total;
}
// </across>

@compute @workgroup_size(kGroup)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = row_of(group, groups, lane);
  let first = lane % params.lanes;
  let end = select(0u, params.count, row < params.rows);
  let x = params.logits + row * params.count;
  var most = kLow;
  for (var i = first; i < end; i += params.lanes) {
    most = max(most, memory[x + i]);
  }
  most = max_across(most, lane);
  var sum = 0.0;
  for (var i = first; i < end; i += params.lanes) {
    sum += exp(memory[x + i] - most);
  }
  sum = sum_across(sum, lane);
  if (first == 0u && row < params.rows) {
    let goal = memory[params.targets + row];
    var loss = 0.0;
    if (goal >= 0.0 && goal < f32(params.count)) {
      loss = log(max(sum, 1.0e-30)) - (memory[x + u32(goal)] - most);
    }
    memory[params.result + row] = loss;
  }
}

@compute @workgroup_size(kGroup)
fn gradient(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = row_of(group, groups, lane);
  let first = lane % params.lanes;
  let inside = row < params.rows;
  let end = select(0u, params.count, inside);
  let x = params.logits + row * params.count;
  let dx = params.result + row * params.count;
  var most = kLow;
  for (var i = first; i < end; i += params.lanes) {
    most = max(most, memory[x + i]);
  }
  most = max_across(most, lane);
  var sum = 0.0;
  for (var i = first; i < end; i += params.lanes) {
    let e = exp(memory[x + i] - most);
    memory[dx + i] = e;
    sum += e;
  }
  sum = sum_across(sum, lane);
  var dy = 0.0;
  var goal = 0u;
  if (inside) {
    let wanted = memory[params.targets + row];
    if (wanted >= 0.0 && wanted < f32(params.count)) {
      goal = u32(wanted);
      dy = memory[params.dy + row];
    }
  }
  let scale = dy / max(sum, 1.0e-30);
  for (var i = first; i < end; i += params.lanes) {
    memory[dx + i] = memory[dx + i] * scale - select(0.0, dy, i == goal);
  }
}
