// Row v of the result is the sum of the values whose index is v, added in the order of the indices. A workgroup makes 64 columns of one row:
// its invocations look at 1024 indices at a time and note the hits as bits, which they then follow together. Where that gives few
// workgroups, the indices are cut into segments: the result is then (segments, rows, width), to be summed.
override kWeighed = 0u;  // 1: bags of `words` indices, value i is weights[i % words] * values[i / words]
struct Params {
  count: u32,     // indices
  rows: u32,
  width: u32,
  words: u32,
  values: u32,
  index: u32,
  weights: u32,
  result: u32,
  segments: u32,
  segment: u32,   // indices in each
}
@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

const kLanes = 64u;
const kWords = 32u;
const kAtOnce = 1024u;

var<workgroup> hits: array<atomic<u32>, kWords>;

fn value(i: u32, column: u32) -> f32 {
  if (kWeighed == 1u) {
    return memory[params.weights + i % params.words * params.width + column] * memory[params.values + i / params.words * params.width + column];
  }
  return memory[params.values + i * params.width + column];
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let number = group.x + group.y * groups.x;
  let tiles = (params.width + kLanes - 1u) / kLanes;
  let row = number / tiles % params.rows;
  let segment = number / tiles / params.rows;
  if (segment >= params.segments) {
    return;
  }
  let column = number % tiles * kLanes + lane;
  let end = min((segment + 1u) * params.segment, params.count);
  var sum = 0.0;
  for (var first = segment * params.segment; first < end; first += kAtOnce) {
    if (lane < kWords) {
      atomicStore(&hits[lane], 0u);
    }
    workgroupBarrier();
    for (var i = lane; i < min(kAtOnce, end - first); i += kLanes) {
      if (memory[params.index + first + i] == f32(row)) {
        atomicOr(&hits[i / 32u], 1u << (i % 32u));
      }
    }
    workgroupBarrier();
    if (column < params.width) {
      for (var word = 0u; word < kWords; word++) {
        for (var bits = atomicLoad(&hits[word]); bits != 0u; bits &= bits - 1u) {
          sum += value(first + word * 32u + countTrailingZeros(bits), column);
        }
      }
    }
    workgroupBarrier();
  }
  if (column < params.width) {
    memory[params.result + (segment * params.rows + row) * params.width + column] = sum;
  }
}
