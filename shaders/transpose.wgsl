// A permutation that moves the last axis, for a batch of matrices: the operand's columns become the result's rows. Tiles go through
// workgroup memory, so that both sides are read and written along their last axis.
struct Params {
  rows: u32,            // of the result: the operand's last axis
  columns: u32,         // the result's last axis
  middle: u32,          // matrices lie (outer, middle)
  operand: u32,
  operand_column: u32,  // from one column of the result to the next, in the operand
  operand_middle: u32,
  operand_outer: u32,
  result: u32,
  result_row: u32,
  result_middle: u32,
  result_outer: u32,
}
@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

const kTile = 32u;
const kPitch = 33u;  // one more than the tile, so that columns lie in different banks

var<workgroup> tile: array<f32, 1056>;  // (column, row)

@compute @workgroup_size(32, 8)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let outer = group.z / params.middle;
  let middle = group.z % params.middle;
  let first_row = group.y * kTile;
  let first_column = group.x * kTile;
  let from_matrix = params.operand + outer * params.operand_outer + middle * params.operand_middle;
  for (var c = local.y; c < kTile; c += 8u) {
    if (first_column + c < params.columns && first_row + local.x < params.rows) {
      tile[c * kPitch + local.x] = memory[from_matrix + (first_column + c) * params.operand_column + first_row + local.x];
    }
  }
  workgroupBarrier();
  let to_matrix = params.result + outer * params.result_outer + middle * params.result_middle;
  for (var r = local.y; r < kTile; r += 8u) {
    if (first_row + r < params.rows && first_column + local.x < params.columns) {
      memory[to_matrix + (first_row + r) * params.result_row + first_column + local.x] = tile[local.x * kPitch + r];
    }
  }
}
