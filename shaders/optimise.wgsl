// Updates of all parameters in one pass over the arenas. Rate, step and the gradient's factor (clipping) are scalars in memory.
struct Params {
  count: u32,
  gradient: u32,
  rate: u32,
  step: u32,
  factor: u32,
  has_factor: u32,
  parameters: u32,
  moment1: u32,
  moment2: u32,
  moment3: u32,
  momentum: f32,     // sgd, rmsprop
  nesterov: u32,
  beta1: f32,        // rmsprop: decay
  beta2: f32,
  log_beta1: f32,
  log_beta2: f32,
  epsilon: f32,
  weight_decay: f32,
}
@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

fn gradient_at(i: u32) -> f32 {
  let gradient = memory[params.gradient + i];
  if (params.has_factor == 0u) {
    return gradient;
  }
  return gradient * memory[params.factor];
}

/// 1 - exp(x) for x <= 0 without losing the digits of a small x.
fn one_less_exp(x: f32) -> f32 {
  if (x < -0.5) {
    return 1.0 - exp(max(x, -80.0));
  }
  var series = 1.0;
  for (var n = 9.0; n > 1.0; n -= 1.0) {
    series = 1.0 + x / n * series;
  }
  return -x * series;
}

/// m = momentum m + g;  p -= rate (nesterov ? g + momentum m : m)
@compute @workgroup_size(64)
fn sgd(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = (group.x + group.y * groups.x) * 64u + lane;
  if (i >= params.count) {
    return;
  }
  let g = gradient_at(i);
  let m = params.momentum * memory[params.moment1 + i] + g;
  memory[params.moment1 + i] = m;
  let change = select(m, g + params.momentum * m, params.nesterov != 0u);
  memory[params.parameters + i] -= memory[params.rate] * change;
}

/// The running means start at zero; dividing by 1 - beta^step takes that bias out.
@compute @workgroup_size(64)
fn adam(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = (group.x + group.y * groups.x) * 64u + lane;
  if (i >= params.count) {
    return;
  }
  let rate = memory[params.rate];
  let step = memory[params.step];
  let g = gradient_at(i);
  let m = params.beta1 * memory[params.moment1 + i] + (1.0 - params.beta1) * g;
  let v = params.beta2 * memory[params.moment2 + i] + (1.0 - params.beta2) * (g * g);
  memory[params.moment1 + i] = m;
  memory[params.moment2 + i] = v;
  let mean = m / one_less_exp(step * params.log_beta1);
  let spread = sqrt(v / one_less_exp(step * params.log_beta2));
  let p = memory[params.parameters + i];
  memory[params.parameters + i] = (1.0 - rate * params.weight_decay) * p - rate * mean / (spread + params.epsilon);
}

/// Graves 2013, equations 38-45.
@compute @workgroup_size(64)
fn rmsprop(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = (group.x + group.y * groups.x) * 64u + lane;
  if (i >= params.count) {
    return;
  }
  let g = gradient_at(i);
  let squares = params.beta1 * memory[params.moment1 + i] + (1.0 - params.beta1) * (g * g);
  let mean = params.beta1 * memory[params.moment2 + i] + (1.0 - params.beta1) * g;
  let change = params.momentum * memory[params.moment3 + i] - memory[params.rate] * g / sqrt(squares - mean * mean + params.epsilon);
  memory[params.moment1 + i] = squares;
  memory[params.moment2 + i] = mean;
  memory[params.moment3 + i] = change;
  memory[params.parameters + i] += change;
}
