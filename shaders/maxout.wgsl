// The maximum of adjacent pairs, (..., 2 l) -> (..., l), and its gradient: to the larger of the pair, half of it to each of equals.
struct Params {
  count: u32,  // pairs
  operand: u32,
  upstream: u32,
  result: u32,
}
@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let index = (group.x + group.y * groups.x) * 64u + lane;
  if (index < params.count) {
    memory[params.result + index] = max(memory[params.operand + 2u * index], memory[params.operand + 2u * index + 1u]);
  }
}

@compute @workgroup_size(64)
fn gradient(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let index = (group.x + group.y * groups.x) * 64u + lane;
  if (index >= params.count) {
    return;
  }
  let first = memory[params.operand + 2u * index];
  let second = memory[params.operand + 2u * index + 1u];
  let share = 0.5 + 0.5 * (select(0.0, 1.0, first > second) - select(0.0, 1.0, second > first));
  let upstream = memory[params.upstream + index];
  memory[params.result + 2u * index] = upstream * share;
  memory[params.result + 2u * index + 1u] = upstream * (1.0 - share);
}
