// Weighed sums of looked-up rows: table:(V,D) index:(...,J) weights:(J,D) -> (...,D). One invocation per element of the result; indices
// outside [0,V) count as rows of zeros.
struct Params {
  count: u32,  // of the result
  width: u32,  // D
  words: u32,  // J
  rows: u32,   // V
  table: u32,
  index: u32,
  weights: u32,
  result: u32,
}
@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let element = (group.x + group.y * groups.x) * 64u + lane;
  if (element >= params.count) {
    return;
  }
  let bag = element / params.width;
  let d = element % params.width;
  var sum = 0.0;
  for (var j = 0u; j < params.words; j++) {
    let row = memory[params.index + bag * params.words + j];
    if (row >= 0.0 && row < f32(params.rows)) {
      sum += memory[params.weights + j * params.width + d] * memory[params.table + u32(row) * params.width + d];
    }
  }
  memory[params.result + element] = sum;
}
