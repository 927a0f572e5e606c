// Layer normalisation over the last axis, y = gain xh + bias with xh = (x - mean) / deviation, and its gradients. Some invocations of a
// workgroup share a row; the gradients of the weights are sums over all rows, chunk by chunk.
struct Params {
  rows: u32,
  count: u32,       // elements of a row
  lanes: u32,       // invocations that share a row, in `weights` columns side by side: a power of two
  x: u32,
  gain: u32,
  bias: u32,
  dy: u32,
  result: u32,
  statistics: u32,  // of each row, two: mean and 1 / deviation
  epsilon: f32,
  chunk: u32,       // rows of one
  chunks: u32,
  partial: u32,     // sums of each chunk: of dy xh, then of dy
}
@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

override kGroup: u32 = 64u;

var<workgroup> parts: array<vec2<f32>, 256>;

fn row_of(group: vec3<u32>, groups: vec3<u32>, lane: u32) -> u32 {
  return (group.x + group.y * groups.x) * (kGroup / params.lanes) + lane / params.lanes;
}

// <across>
/// Sums over the invocations of a row; all of them get it.
fn sums_across(value: vec2<f32>, lane: u32) -> vec2<f32> {
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

/// Mean and 1 / deviation of the elements from x on that this row's invocations take turns with.
fn moments(x: u32, first: u32, end: u32, lane: u32) -> vec2<f32> {
  let count = f32(params.count);
  var sum = 0.0;
  for (var i = first; i < end; i += params.lanes) {
    sum += memory[x + i];
  }
  let mean = sums_across(vec2<f32>(sum, 0.0), lane).x / count;
  var squares = 0.0;
  for (var i = first; i < end; i += params.lanes) {
    let centred = memory[x + i] - mean;
    squares = fma(centred, centred, squares);
  }
  let variance = sums_across(vec2<f32>(squares, 0.0), lane).x / count;
  return vec2<f32>(mean, 1.0 / sqrt(variance + params.epsilon));
}

@compute @workgroup_size(kGroup)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = row_of(group, groups, lane);
  let first = lane % params.lanes;
  let end = select(0u, params.count, row < params.rows);
  let at = row * params.count;
  let m = moments(params.x + at, first, end, lane);
  for (var i = first; i < end; i += params.lanes) {
    memory[params.result + at + i] = (memory[params.x + at + i] - m.x) * m.y * memory[params.gain + i] + memory[params.bias + i];
  }
}

/// (g - mean g - xh mean(g xh)) / deviation,  g = dy gain
@compute @workgroup_size(kGroup)
fn gradient(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = row_of(group, groups, lane);
  let first = lane % params.lanes;
  let end = select(0u, params.count, row < params.rows);
  let at = row * params.count;
  let m = moments(params.x + at, first, end, lane);
  var sums = vec2<f32>();
  for (var i = first; i < end; i += params.lanes) {
    let g = memory[params.dy + at + i] * memory[params.gain + i];
    sums += vec2<f32>(g, g * (memory[params.x + at + i] - m.x) * m.y);
  }
  sums = sums_across(sums, lane) / f32(params.count);
  for (var i = first; i < end; i += params.lanes) {
    let g = memory[params.dy + at + i] * memory[params.gain + i];
    memory[params.result + at + i] = (g - sums.x - (memory[params.x + at + i] - m.x) * m.y * sums.y) * m.y;
  }
}

/// What `weights` needs to know of each row.
@compute @workgroup_size(kGroup)
fn rows(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = row_of(group, groups, lane);
  let first = lane % params.lanes;
  let inside = row < params.rows;
  let m = moments(params.x + row * params.count, first, select(0u, params.count, inside), lane);
  if (first == 0u && inside) {
    memory[params.statistics + 2u * row] = m.x;
    memory[params.statistics + 2u * row + 1u] = m.y;
  }
}

/// The sums of a chunk of rows: group.x counts blocks of columns, group.y chunks. Each invocation has one column and every so many rows.
@compute @workgroup_size(kGroup)
fn weights(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let column = group.x * params.lanes + lane % params.lanes;
  let end = min(params.rows, (group.y + 1u) * params.chunk);
  var sums = vec2<f32>();
  if (column < params.count) {
    for (var row = group.y * params.chunk + lane / params.lanes; row < end; row += kGroup / params.lanes) {
      let dy = memory[params.dy + row * params.count + column];
      let centred = memory[params.x + row * params.count + column] - memory[params.statistics + 2u * row];
      sums += vec2<f32>(dy * centred * memory[params.statistics + 2u * row + 1u], dy);
    }
  }
  parts[lane] = sums;
  for (var step = kGroup / 2u; step >= params.lanes; step /= 2u) {
    workgroupBarrier();
    if (lane < step) {
      parts[lane] += parts[lane + step];
    }
  }
  if (lane < params.lanes && column < params.count) {
    let to = params.partial + 2u * group.y * params.count + column;
    memory[to] = parts[lane].x;
    memory[to + params.count] = parts[lane].y;
  }
}

/// The sums of all chunks, in their order.
@compute @workgroup_size(kGroup)
fn chunks(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = (group.x + group.y * groups.x) * kGroup + lane;
  if (i < 2u * params.count) {
    var sum = 0.0;
    for (var chunk = 0u; chunk < params.chunks; chunk++) {
      sum += memory[params.partial + 2u * chunk * params.count + i];
    }
    memory[params.result + i] = sum;
  }
}
