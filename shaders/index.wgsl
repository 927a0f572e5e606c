// Lookups by index, one invocation per element of the result. An index outside its range reads zero and writes nothing.
struct Params {
  count: u32,  // of the result
  width: u32,  // gather_rows: of a row; pick, place: of the last axis
  rows: u32,   // indices below this are in range
  operand: u32,
  index: u32,
  result: u32,
}
@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

const kNowhere = 0xffffffffu;

/// The i-th index.
fn index_at(i: u32) -> u32 {
  let whole = memory[params.index + i];
  if (whole >= 0.0 && whole < f32(params.rows)) {
    return u32(whole);
  }
  return kNowhere;
}

/// operand:(V,D) index:(...) -> (...,D)
@compute @workgroup_size(64)
fn gather_rows(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let element = (group.x + group.y * groups.x) * 64u + lane;
  if (element >= params.count) {
    return;
  }
  let row = index_at(element / params.width);
  var value = 0.0;
  if (row != kNowhere) {
    value = memory[params.operand + row * params.width + element % params.width];
  }
  memory[params.result + element] = value;
}

/// operand:(...,W) index:(...) -> (...)
@compute @workgroup_size(64)
fn pick(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let element = (group.x + group.y * groups.x) * 64u + lane;
  if (element >= params.count) {
    return;
  }
  let at = index_at(element);
  var value = 0.0;
  if (at != kNowhere) {
    value = memory[params.operand + element * params.width + at];
  }
  memory[params.result + element] = value;
}

/// operand:(...) index:(...) -> (...,W)
@compute @workgroup_size(64)
fn place(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let element = (group.x + group.y * groups.x) * 64u + lane;
  if (element >= params.count) {
    return;
  }
  let i = element / params.width;
  var value = 0.0;
  if (index_at(i) == element % params.width) {
    value = memory[params.operand + i];
  }
  memory[params.result + element] = value;
}
