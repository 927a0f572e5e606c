// Softmax over the last axis, under a mask or without, its logarithm and its gradient. Some invocations of a workgroup share a row, so that
// short rows go through it together; the row's maximum is subtracted.
struct Params {
  extents: vec4<u32>,     // of the operand, aligned at the last axis
  mask_steps: vec4<u32>,  // of the mask along the same axes: 0 where it is repeated
  rows: u32,
  count: u32,             // elements of a row
  lanes: u32,             // invocations that share a row: a power of two
  x: u32,                 // of the gradient: the value of the softmax
  other: u32,             // the mask; of the gradient: dy
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
  let x = params.x + row * params.count;
  let y = params.result + row * params.count;
  var most = kLow;
  for (var i = first; i < end; i += params.lanes) {
    most = max(most, memory[x + i]);
  }
  most = max_across(most, lane);
  var sum = 0.0;
  for (var i = first; i < end; i += params.lanes) {
    let e = exp(memory[x + i] - most);
    memory[y + i] = e;
    sum += e;
  }
  let scale = 1.0 / max(sum_across(sum, lane), 1.0e-30);
  for (var i = first; i < end; i += params.lanes) {
    memory[y + i] *= scale;
  }
}

/// (x - max) - log(sum)
@compute @workgroup_size(kGroup)
fn logarithm(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = row_of(group, groups, lane);
  let first = lane % params.lanes;
  let end = select(0u, params.count, row < params.rows);
  let x = params.x + row * params.count;
  let y = params.result + row * params.count;
  var most = kLow;
  for (var i = first; i < end; i += params.lanes) {
    most = max(most, memory[x + i]);
  }
  most = max_across(most, lane);
  var sum = 0.0;
  for (var i = first; i < end; i += params.lanes) {
    sum += exp(memory[x + i] - most);
  }
  let log_sum = log(max(sum_across(sum, lane), 1.0e-30));
  for (var i = first; i < end; i += params.lanes) {
    memory[y + i] = (memory[x + i] - most) - log_sum;
  }
}

/// Where the mask of a row begins.
fn mask_of(row: u32) -> u32 {
  let z = row % params.extents.z;
  let outer = row / params.extents.z;
  return params.other + outer / params.extents.y * params.mask_steps.x + outer % params.extents.y * params.mask_steps.y + z * params.mask_steps.z;
}

/// Zeros where nothing of a row is seen.
@compute @workgroup_size(kGroup)
fn masked(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = row_of(group, groups, lane);
  let first = lane % params.lanes;
  let end = select(0u, params.count, row < params.rows);
  let x = params.x + row * params.count;
  let y = params.result + row * params.count;
  let mask = mask_of(row);
  var most = kLow;
  for (var i = first; i < end; i += params.lanes) {
    if (memory[mask + i * params.mask_steps.w] > 0.0) {
      most = max(most, memory[x + i]);
    }
  }
  most = max_across(most, lane);
  var sum = 0.0;
  for (var i = first; i < end; i += params.lanes) {
    var e = 0.0;
    if (memory[mask + i * params.mask_steps.w] > 0.0) {
      e = exp(memory[x + i] - most);
    }
    memory[y + i] = e;
    sum += e;
  }
  let scale = 1.0 / max(sum_across(sum, lane), 1.0e-30);
  for (var i = first; i < end; i += params.lanes) {
    memory[y + i] *= scale;
  }
}

/// y (dy - sum(y dy))
@compute @workgroup_size(kGroup)
fn gradient(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = row_of(group, groups, lane);
  let first = lane % params.lanes;
  let end = select(0u, params.count, row < params.rows);
  let at = row * params.count;
  var sum = 0.0;
  for (var i = at + first; i < at + end; i += params.lanes) {
    sum = fma(memory[params.x + i], memory[params.other + i], sum);
  }
  sum = sum_across(sum, lane);
  for (var i = at + first; i < at + end; i += params.lanes) {
    memory[params.result + i] = memory[params.x + i] * (memory[params.other + i] - sum);
  }
}
