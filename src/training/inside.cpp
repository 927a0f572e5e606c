// training: see inside.h.
#include "training/inside.h"

#include <algorithm>
#include <cmath>

#include "engine/ops/ops.h"

namespace heed {
namespace {

/// Questions along the paths of all outputs together, at the most and least for one of them.
constexpr int kPathRows = 1200, kMostPathSteps = 40, kLeastPathSteps = 16;
constexpr int kMostSequentialRows = 1600;  ///< a sequential Jacobian of more rows is left out

const std::vector<float>& output(const PreparedPlan& plan, const Outputs& outputs, const char* name) {
  return outputs.values[static_cast<std::size_t>(plan.plan.output_index(name))];
}

/// The first example's entry of a tap, with its shape.
TapValue first_of_tap(const PreparedPlan& plan, const Outputs& outputs, const std::string& name, int sources,
                      int targets) {
  const auto index = static_cast<std::size_t>(plan.plan.output_index(name));
  const Shape& shape = plan.plan.nodes[static_cast<std::size_t>(plan.plan.outputs[index].node)].node.shape;
  return cut_tap(name, shape, outputs.values[index], plan.axes.at(name), 0, sources, targets);
}

/// (H,rows,columns), or (rows,columns), averaged over the heads.
std::vector<float> mean_of_heads(const TapValue& tap) {
  const int heads = tap.shape.rank() == 3 ? tap.shape[0] : 1;
  const std::size_t each = tap.values.size() / static_cast<std::size_t>(heads);
  std::vector<float> mean(each, 0.0f);
  for (std::size_t i = 0; i < tap.values.size(); ++i) mean[i % each] += tap.values[i] / static_cast<float>(heads);
  return mean;
}

/// (M,K) times (K,N).
std::vector<float> product(const std::vector<float>& a, const std::vector<float>& b, int m, int k, int n) {
  std::vector<float> out(static_cast<std::size_t>(m * n));
  for (int i = 0; i < m; ++i) {
    for (int j = 0; j < n; ++j) {
      double sum = 0;
      for (int at = 0; at < k; ++at)
        sum += static_cast<double>(a[static_cast<std::size_t>(i * k + at)]) *
               static_cast<double>(b[static_cast<std::size_t>(at * n + j)]);
      out[static_cast<std::size_t>(i * n + j)] = static_cast<float>(sum);
    }
  }
  return out;
}

std::size_t cell(int row, int column, int columns) {
  return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(column);
}

}  // namespace

void record_inside_gradients(Tape& tape, const Tape& forward, Tensor logits, Tensor input) {
  std::vector<Tensor> now;
  Tensor plain, scaled;
  for (int id = 0; id <= logits.id; ++id) {
    const Node& node = forward.node(id);
    std::vector<Tensor> operands;
    for (const int operand : node.inputs) operands.push_back(now[static_cast<std::size_t>(operand)]);
    now.push_back(tape.repeat(node, operands));
    if (id != input.id) continue;
    plain = now.back();
    scaled = plain * tape.input("inside_share", {plain.shape()[0], 1, 1});
    now.back() = scaled;
  }
  const Tensor value = now[static_cast<std::size_t>(logits.id)];
  const Tensor score = sum(sum(value * tape.input("inside_seed", value.shape()), 2), 1);
  const Tensor gradient = gradients(sum_all(score), {scaled}).front();
  tape.output("score", score);
  tape.output("norm", sqrt(sum(square(gradient), 2)));
  tape.output("times_input", sum(gradient * plain, 2));
  tape.output("absolute", sum(maximum(gradient, neg(gradient)), 2));
}

std::vector<float> attention_rollout(const std::vector<std::vector<float>>& layers, int heads, int length) {
  const auto size = static_cast<std::size_t>(length) * static_cast<std::size_t>(length);
  std::vector<float> rollout(size, 0.0f);
  for (int i = 0; i < length; ++i) rollout[cell(i, i, length)] = 1;
  for (const std::vector<float>& layer : layers) {
    std::vector<float> mixed(size, 0.0f);
    for (int head = 0; head < heads; ++head) {
      for (std::size_t i = 0; i < size; ++i)
        mixed[i] += 0.5f * layer[static_cast<std::size_t>(head) * size + i] / static_cast<float>(heads);
    }
    for (int i = 0; i < length; ++i) mixed[cell(i, i, length)] += 0.5f;
    rollout = product(mixed, rollout, length, length, length);
  }
  return rollout;
}

InsideLook::InsideLook(const Experiment& experiment, Example example, bool known)
    : experiment_(experiment),
      form_(experiment.form),
      example_(std::move(example)),
      known_(known),
      stage_(Stage::kErase),
      sources_(static_cast<int>(example_.source.size())),
      targets_(static_cast<int>(example_.target.size())) {
  if (known_) return;
  if (form_.answer == Answer::kSequence) {
    stage_ = Stage::kDecode;
    targets_ = std::min(kMostDecodingSteps, std::max({experiment.task->max_target_length(Split::kTrain),
                                                      experiment.task->max_target_length(Split::kTestLong),
                                                      sources_ + 1}));
  } else {
    // Nothing of the target is read: places are enough.
    targets_ = form_.answer == Answer::kLabel ? 1 : sources_;
    assume_target();
  }
}

/// Something at each place of a target that nobody knows and nothing reads.
void InsideLook::assume_target() {
  const auto count = static_cast<std::size_t>(targets_);
  example_.target.assign(count, kFirstToken);
  example_.target_values.assign(count * static_cast<std::size_t>(form_.target_width), 0.0f);
}

PlanKind InsideLook::kind() const {
  return stage_ == Stage::kDecode  ? PlanKind::kDecode
         : stage_ == Stage::kErase ? PlanKind::kInside
                                   : PlanKind::kInsideGradients;
}

BatchShape InsideLook::shape() const {
  const int rows = stage_ == Stage::kDecode ? 1 : stage_ == Stage::kErase ? sources_ + 1 : kGradientRows;
  return {rows, sources_, targets_};
}

/// What is erased is masked (see erasing_feeds), and a blank for models that know no mask.
std::vector<Example> InsideLook::examples() const {
  std::vector<Example> rows(static_cast<std::size_t>(shape().batch), example_);
  for (std::size_t s = 0; stage_ == Stage::kErase && s < example_.source.size(); ++s)
    rows[s + 1].source[s] = kPadToken;
  return rows;
}

std::vector<int> InsideLook::asked() const {
  std::vector<int> rows;
  for (int t = 0; t < targets_; ++t) {
    const auto at = static_cast<std::size_t>(t);
    if (at >= example_.asked.size() || example_.asked[at] > 0) rows.push_back(t);
  }
  return rows;
}

/// What the logits are weighed with. -1: the model's choice, for values the values themselves (the lecture's v = y);
/// kLoss: the gradient of the loss with respect to the logits, p - y over the number of tokens.
void InsideLook::weigh(const Question& question, float* seed) const {
  const auto row = [&](int t) { return seed + cell(t, 0, outputs_); };
  if (question.output >= 0) {
    row(question.target)[question.output] = 1;
  } else if (question.purpose == Purpose::kLoss) {
    const std::vector<int> rows = asked();
    for (const int t : rows) {
      const float* logits = logits_.data() + cell(t, 0, outputs_);
      const double scale = likelihood(logits, -1);
      for (int k = 0; k < outputs_; ++k) {
        const double p = std::exp(static_cast<double>(logits[k]) - scale);
        const double y = example_.target[static_cast<std::size_t>(t)] == k ? 1 : 0;
        row(t)[k] = static_cast<float>((p - y) / static_cast<double>(rows.size()));
      }
    }
  } else if (form_.target_width > 0) {
    std::copy_n(logits_.data() + cell(question.target, 0, outputs_), outputs_, row(question.target));
  } else {
    row(question.target)[choices_[static_cast<std::size_t>(question.target)]] = 1;
  }
}

/// The example as it is, then once without each of its source positions.
std::map<std::string, std::vector<float>> InsideLook::erasing_feeds() const {
  std::vector<float> mask(cell(sources_ + 1, 0, sources_), 1.0f);
  for (int s = 0; s < sources_; ++s) mask[cell(s + 1, s, sources_)] = 0;
  std::map<std::string, std::vector<float>> out;
  if (form_.source_width > 0) {
    std::vector<float> values;
    for (const float seen : mask) {
      const auto at = (values.size() / static_cast<std::size_t>(form_.source_width)) % static_cast<std::size_t>(sources_);
      for (int f = 0; f < form_.source_width; ++f)
        values.push_back(seen * example_.source_values[cell(static_cast<int>(at), f, form_.source_width)]);
    }
    out["source_values"] = std::move(values);
  }
  out["source_mask"] = std::move(mask);
  return out;
}

std::map<std::string, std::vector<float>> InsideLook::feeds() const {
  if (stage_ == Stage::kDecode) return {};
  if (stage_ == Stage::kErase) return erasing_feeds();
  const std::size_t width = cell(targets_, 0, outputs_);
  std::vector<float> seed(kGradientRows * width, 0.0f), share(kGradientRows, 1.0f);
  for (std::size_t row = 0; row < kGradientRows && asked_for_ + row < questions_.size(); ++row) {
    const Question& question = questions_[asked_for_ + row];
    weigh(question, seed.data() + row * width);
    share[row] = question.share;
  }
  return {{"inside_seed", std::move(seed)}, {"inside_share", std::move(share)}};
}

void InsideLook::take(const PreparedPlan& plan, const Outputs& outputs) {
  if (stage_ == Stage::kDecode) return take_decoded(plan, outputs);
  if (stage_ == Stage::kErase) return take_erased(plan, outputs);
  take_gradients(plan, outputs);
}

/// The model's own answer stands in for the target that nobody knows, its end mark included.
void InsideLook::take_decoded(const PreparedPlan& plan, const Outputs& outputs) {
  if (form_.target_width > 0) {
    assume_target();
    example_.target_values = output(plan, outputs, "values");
  } else {
    for (const float token : output(plan, outputs, "tokens")) {
      example_.target.push_back(static_cast<int>(token));
      if (example_.target.back() == kEndToken) break;
    }
    targets_ = static_cast<int>(example_.target.size());
  }
  stage_ = Stage::kErase;
}

/// log p of the choice at t, given the logits there; with t = -1 the logarithm of the sum of their exponentials.
double InsideLook::likelihood(const float* logits, int t) const {
  const double top = static_cast<double>(*std::max_element(logits, logits + outputs_));
  double sum = 0;
  for (int k = 0; k < outputs_; ++k) sum += std::exp(static_cast<double>(logits[k]) - top);
  const double scale = top + std::log(sum);
  return t < 0 ? scale : static_cast<double>(logits[choices_[static_cast<std::size_t>(t)]]) - scale;
}

std::vector<float>& InsideLook::map(const char* key, bool is_signed) {
  for (InsideMap& one : maps_) {
    if (one.key == key) return one.values;
  }
  maps_.push_back({key, is_signed, std::vector<float>(cell(targets_, 0, sources_), 0.0f)});
  return maps_.back().values;
}

void InsideLook::take_erased(const PreparedPlan& plan, const Outputs& outputs) {
  const std::vector<float>& all = output(plan, outputs, "logits");
  const std::size_t each = all.size() / static_cast<std::size_t>(sources_ + 1);
  outputs_ = static_cast<int>(each / static_cast<std::size_t>(targets_));
  logits_.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(each));
  for (int t = 0; t < targets_; ++t) {
    const auto first = logits_.begin() + static_cast<std::ptrdiff_t>(cell(t, 0, outputs_));
    choices_.push_back(static_cast<int>(std::max_element(first, first + outputs_) - first));
  }
  take_attention(plan, outputs);
  std::vector<float>& erasure = map("erasure", form_.target_width == 0);
  for (const int t : asked()) {
    const float* whole = logits_.data() + cell(t, 0, outputs_);
    for (int s = 0; s < sources_; ++s) {
      const float* without = all.data() + static_cast<std::size_t>(s + 1) * each + cell(t, 0, outputs_);
      double change = 0;
      if (form_.target_width == 0) {
        change = likelihood(whole, t) - likelihood(without, t);
      } else {
        for (int k = 0; k < outputs_; ++k) change += std::pow(static_cast<double>(whole[k] - without[k]), 2);
        change = std::sqrt(change);
      }
      erasure[cell(t, s, sources_)] = static_cast<float>(change);
    }
  }
  plan_questions();
  stage_ = questions_.empty() ? Stage::kDone : Stage::kGradients;
}

void InsideLook::take_attention(const PreparedPlan& plan, const Outputs& outputs) {
  const Model& model = *experiment_.model;
  std::vector<float> attention;
  if (const std::string tap = model.alignment_tap(); !tap.empty()) {
    attention = mean_of_heads(first_of_tap(plan, outputs, tap, sources_, targets_));
    if (attention.size() == cell(targets_, 0, sources_)) map("attention") = attention;
  }
  std::vector<std::vector<float>> layers;
  const auto square = static_cast<std::size_t>(sources_) * static_cast<std::size_t>(sources_);
  for (const std::string& name : model.self_attention_taps()) {
    TapValue layer = first_of_tap(plan, outputs, name, sources_, sources_);
    if (layer.values.size() % square != 0) return;
    layers.push_back(mean_of_heads(layer));
  }
  if (layers.empty()) return;
  const std::vector<float> rolled = attention_rollout(layers, 1, sources_);
  if (form_.answer == Answer::kEach || form_.answer == Answer::kNext) {
    map("rollout") = rolled;
  } else if (attention.size() == cell(targets_, 0, sources_)) {
    // What the target reads are the encoder's outputs, which hold what was mixed into them.
    map("rollout") = product(attention, rolled, targets_, sources_, sources_);
  }
}

void InsideLook::plan_questions() {
  if (experiment_.model->input_tap().empty() && form_.source_width == 0) return;
  const std::vector<int> rows = asked();
  for (const int t : rows) questions_.push_back({Purpose::kChoice, t, -1, 1});
  for (const int t : rows) questions_.push_back({Purpose::kNothing, t, -1, 0});
  // The path in steps that are the smaller the nearer to nothing: share = u^8 with u in equal steps. Every layer norm
  // multiplies what is almost nothing by 1 / sqrt(epsilon), so that nets with several of them change most right there.
  const int steps = std::clamp(kPathRows / std::max(1, static_cast<int>(rows.size())), kLeastPathSteps, kMostPathSteps);
  for (const int t : rows) {
    for (int step = 0; step < steps; ++step) {
      const float u = (static_cast<float>(step) + 0.5f) / static_cast<float>(steps);
      const float share = std::pow(u, 8.0f);
      questions_.push_back({Purpose::kPath, t, -1, share, 8 * share / u / static_cast<float>(steps)});
    }
  }
  if (known_ && form_.target_width == 0) questions_.push_back({Purpose::kLoss, 0, -1, 1});
  if (static_cast<int>(rows.size()) * outputs_ <= kMostSequentialRows) {
    for (const int t : rows) {
      for (int k = 0; k < outputs_; ++k) questions_.push_back({Purpose::kSequential, t, k, 1});
    }
  }
  full_score_.assign(static_cast<std::size_t>(targets_), 0);
  empty_score_.assign(static_cast<std::size_t>(targets_), 0);
}

void InsideLook::take_gradients(const PreparedPlan& plan, const Outputs& outputs) {
  const std::vector<float>&score = output(plan, outputs, "score"), &norm = output(plan, outputs, "norm"),
                     &times = output(plan, outputs, "times_input"), &absolute = output(plan, outputs, "absolute");
  for (int row = 0; row < kGradientRows && asked_for_ < questions_.size(); ++row, ++asked_for_) {
    const std::size_t at = cell(row, 0, sources_);
    add_answer(questions_[asked_for_], score[static_cast<std::size_t>(row)], norm.data() + at, times.data() + at,
               absolute.data() + at);
  }
  if (asked_for_ == questions_.size()) stage_ = Stage::kDone;
}

void InsideLook::add_answer(const Question& question, float score, const float* norm, const float* times,
                            const float* absolute) {
  const int t = question.target;
  const auto add = [&](std::vector<float>& values, const float* row, float share) {
    for (int s = 0; s < sources_; ++s) values[cell(t, s, sources_)] += row[s] * share;
  };
  switch (question.purpose) {
    case Purpose::kChoice:
      add(map("gradient"), norm, 1);
      add(map("gradient_times_input", true), times, 1);
      full_score_[static_cast<std::size_t>(t)] = static_cast<double>(score);
      break;
    case Purpose::kNothing:
      empty_score_[static_cast<std::size_t>(t)] = static_cast<double>(score);
      break;
    case Purpose::kPath:
      add(map("integrated_gradients", true), times, question.weight);
      break;
    case Purpose::kLoss:
      loss_gradient_.assign(norm, norm + sources_);
      break;
    case Purpose::kSequential:
      add(map("sequential_jacobian"), absolute, 1);
      break;
  }
}

}  // namespace heed
