// A copy whose source steps through memory: permuted axes, a slice, a padded axis. The result is dense; its element at position p is the
// operand's at (p - low) * strides, and 0 where p lies outside [low, high).
struct Params {
  extents: vec4<u32>,  // of the result, aligned at the last axis
  strides: vec4<u32>,  // of the operand, along the axes of the result
  low: vec4<u32>,
  high: vec4<u32>,
  count: u32,
  operand: u32,
  result: u32,
}
@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let index = (group.x + group.y * groups.x) * 64u + lane;
  if (index >= params.count) {
    return;
  }
  let above_w = index / params.extents.w;
  let above_z = above_w / params.extents.z;
  let p = vec4<u32>(above_z / params.extents.y, above_z % params.extents.y, above_w % params.extents.z, index % params.extents.w);
  var value = 0.0;
  if (all(p >= params.low) && all(p < params.high)) {
    let steps = (p - params.low) * params.strides;
    value = memory[params.operand + steps.x + steps.y + steps.z + steps.w];
  }
  memory[params.result + index] = value;
}
