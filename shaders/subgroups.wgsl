// Sums and maxima over the invocations that share a row, by subgroups. Where that measures faster, what stands here between the marks
// <across> takes the place of what stands between them in the shaders of rows. `main` finds out whether this may be trusted: whether
// invocations that follow one another in a workgroup do so in its subgroups.
enable subgroups;

struct Params {
  lanes: u32,   // invocations that share a row: a power of two
  result: u32,
}
@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

override kGroup: u32 = 64u;

// <across>
/// A power of two that no subgroup is smaller than, nor a workgroup.
override kWidth: u32 = 4u;

var<workgroup> blocks: array<f32, 256>;  // of kWidth invocations each
var<workgroup> block_pairs: array<vec2<f32>, 256>;

/// The largest value of the invocations of a row; all of them get it.
fn max_across(value: f32, lane: u32) -> f32 {
  var total = value;
  for (var step = 1u; step < min(params.lanes, kWidth); step *= 2u) {
    total = max(total, subgroupShuffleXor(total, step));
  }
  if (params.lanes > kWidth) {
    if (lane % kWidth == 0u) {
      blocks[lane / kWidth] = total;
    }
    workgroupBarrier();
    let first = lane / params.lanes * (params.lanes / kWidth);
    for (var i = 0u; i < params.lanes / kWidth; i++) {
      total = max(total, blocks[first + i]);
    }
    workgroupBarrier();
  }
  return total;
}

fn sum_across(value: f32, lane: u32) -> f32 {
  var total = value;
  for (var step = 1u; step < min(params.lanes, kWidth); step *= 2u) {
    total += subgroupShuffleXor(total, step);
  }
  if (params.lanes > kWidth) {
    if (lane % kWidth == 0u) {
      blocks[lane / kWidth] = total;
    }
    workgroupBarrier();
    let first = lane / params.lanes * (params.lanes / kWidth);
    total = blocks[first];
    for (var i = 1u; i < params.lanes / kWidth; i++) {
      total += blocks[first + i];
    }
    workgroupBarrier();
  }
  return total;
}

fn sums_across(value: vec2<f32>, lane: u32) -> vec2<f32> {
  var total = value;
  for (var step = 1u; step < min(params.lanes, kWidth); step *= 2u) {
    total += subgroupShuffleXor(total, step);
  }
  if (params.lanes > kWidth) {
    if (lane % kWidth == 0u) {
      block_pairs[lane / kWidth] = total;
    }
    workgroupBarrier();
    let first = lane / params.lanes * (params.lanes / kWidth);
    total = block_pairs[first];
    for (var i = 1u; i < params.lanes / kWidth; i++) {
      total += block_pairs[first + i];
    }
    workgroupBarrier();
  }
  return total;
}
// </across>

/// Of each invocation, how many of the others answer that it would not expect; and what is wrong with the sum and the maximum of a row.
@compute @workgroup_size(kGroup)
fn main(@builtin(local_invocation_index) lane: u32) {
  var strangers = 0.0;
  for (var step = 1u; step < kWidth; step *= 2u) {
    if (u32(subgroupShuffleXor(f32(lane), step)) != (lane ^ step)) {
      strangers += 1.0;
    }
  }
  let first = lane - lane % params.lanes;
  let sum = sum_across(f32(lane - first), lane);
  let most = max_across(f32(lane), lane);
  strangers += abs(sum - f32(params.lanes * (params.lanes - 1u) / 2u)) + abs(most - f32(first + params.lanes - 1u));
  memory[params.result + lane] = strangers;
}
