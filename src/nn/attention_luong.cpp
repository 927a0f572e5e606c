// nn: see attention_luong.h.
#include "nn/attention_luong.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace heed {

LuongAttention::LuongAttention(ParameterSet& parameters, const std::string& name, int width, LuongSetting setting)
    : width_(width), setting_(setting) {
  const auto linear = [&](const std::string& part, int out) {
    return std::make_unique<Linear>(parameters, name + part, width, out, Bias::kNone);
  };
  if (setting.score == LuongScore::kGeneral) weight_ = linear("", width);
  if (setting.score == LuongScore::kLocation) weight_ = linear("", setting.longest);
  if (setting.score == LuongScore::kConcat) {
    query_ = linear(".query", setting.size);
    key_ = linear(".key", setting.size);
    energy_ = parameters.add(name + ".energy.weight", {setting.size, 1}, {InitKind::kXavierUniform});
  }
  if (setting.window == LuongWindow::kPredicted) {
    position_ = linear(".position", width);
    position_energy_ = parameters.add(name + ".position.energy", {width, 1}, {InitKind::kXavierUniform});
  }
}

LuongAttention::Source LuongAttention::prepare(Graph& graph, Tensor states, Tensor mask) const {
  Source source{states, key_ ? (*key_)(graph, states) : Tensor{}, mask, {}, {}};
  if (!has_window()) return source;
  std::vector<float> positions(static_cast<std::size_t>(states.shape()[1]));
  std::iota(positions.begin(), positions.end(), 0.0f);
  source.positions = graph.tape.constant({1, states.shape()[1]}, positions);
  source.length = sum(mask, 1, true);
  return source;
}

/// Equation 8: each position has a row of weights of its own, whatever stands there. Positions beyond those it knows
/// get no weight.
Tensor LuongAttention::by_location(Graph& graph, Tensor state, int S) const {
  const Tensor e = (*weight_)(graph, state);
  const int known = std::min(S, setting_.longest);
  const Tensor first = slice(e, 1, 0, known);
  return known == S ? first : pad(first, 1, 0, S);
}

Tensor LuongAttention::energies(Graph& graph, const Source& source, Tensor state) const {
  const int B = source.states.shape()[0];
  const int S = source.states.shape()[1];
  if (setting_.score == LuongScore::kLocation) return by_location(graph, state, S);
  if (setting_.score == LuongScore::kConcat)
    return additive_scores((*query_)(graph, state), source.keys, reshape(graph(energy_), {setting_.size}));
  const Tensor query = weight_ ? (*weight_)(graph, state) : state;
  return reshape(matmul(source.states, reshape(query, {B, width_, 1})), {B, S});
}

/// The positions that may have weight, whatever the step.
Tensor LuongAttention::seen(const Source& source) const {
  const int S = source.states.shape()[1];
  if (setting_.score != LuongScore::kLocation || S <= setting_.longest) return source.mask;
  std::vector<float> known(static_cast<std::size_t>(S), 0.0f);
  std::fill_n(known.begin(), setting_.longest, 1.0f);
  return source.mask * source.mask.tape->constant({1, S}, known);
}

/// p_t = t, and the last position once the source has ended: its rows would be empty otherwise.  -> (B,1)
Tensor LuongAttention::monotonic_centre(const Source& source, int step) const {
  const Tensor last = source.length - source.length.tape->fill({}, 1);
  const Tensor t = source.length.tape->fill(last.shape(), static_cast<float>(step));
  return neg(maximum(neg(t), neg(last)));
}

/// Equation 9: p_t = S sigmoid(v_p tanh(W_p h_t)), S the length of this source.  -> (B,1)
Tensor LuongAttention::predicted_centre(Graph& graph, const Source& source, Tensor state) const {
  return source.length * sigmoid(matmul(tanh((*position_)(graph, state)), graph(position_energy_)));
}

LuongAttention::Reading LuongAttention::read(Graph& graph, const Source& source, Tensor state, int step) const {
  const int B = source.states.shape()[0];
  const int S = source.states.shape()[1];
  const Tensor e = energies(graph, source, state);
  Tensor a, centre, mask = seen(source);
  if (setting_.window == LuongWindow::kMonotonic) {
    centre = monotonic_centre(source, step);
    const Tensor reach = graph.tape.fill({}, static_cast<float>(setting_.half_width) + 0.5f);
    mask = mask * greater(reach, maximum(source.positions - centre, centre - source.positions));
    a = masked_softmax(e, mask);
  } else if (setting_.window == LuongWindow::kPredicted) {
    // Equation 10: the Gaussian's standard deviation is D/2. The softmax runs over the whole source.
    centre = predicted_centre(graph, source, state);
    const float spread = static_cast<float>(setting_.half_width) / 2;
    a = masked_softmax(e, mask) * exp((-0.5f / (spread * spread)) * square(source.positions - centre));
  } else {
    a = masked_softmax(e, mask);
  }
  const Tensor c = reshape(matmul(reshape(a, {B, 1, S}), source.states), {B, width_});
  return {c, e, a, centre ? reshape(centre, {B}) : Tensor{}};
}

}  // namespace heed
