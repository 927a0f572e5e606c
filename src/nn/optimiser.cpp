// nn: see optimiser.h.
#include "nn/optimiser.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace heed {
namespace {

Field warmup_field(int fallback) {
  return integer_field("warmup", "Warm-up", "Over so many steps the rate rises from near zero to its full value.", 0,
                       100000, fallback, "steps");
}

Field floor_field(double fallback) {
  return real_field("floor", "Floor", "What is left of the rate at the end, as a share of the full rate.", 0, 1, 0.01,
                    fallback);
}

std::vector<Part> schedules() {
  return {
      {"constant", "Constant", "The same rate at every step.", "", {}},
      {"warmup",
       "Warm-up",
       "Rises linearly to the full rate, then stays there: early steps, when gradients mean little, are small.",
       "",
       {warmup_field(100)}},
      {"cosine",
       "Cosine",
       "After the warm-up, half a wave of a cosine takes the rate from full to its floor at the run's last step.",
       "Loshchilov and Hutter 2017, SGDR, equation 5",
       {warmup_field(0),
        floor_field(0.05)}},
      {"inverse_sqrt",
       "Inverse square root",
       "After the warm-up the rate falls as one over the square root of the step.",
       "Vaswani et al. 2017, equation 3",
       {warmup_field(100)}},
      {"linear",
       "Linear",
       "After the warm-up the rate falls on a straight line to its floor at the run's last step.",
       "",
       {warmup_field(200), floor_field(0)}},
      {"halving",
       "Halving",
       "The full rate at first; half of it after so many steps, a quarter after as many again.",
       "Sukhbaatar et al. 2015, section 4.2",
       {integer_field("every", "Halve every", "After so many steps the rate is half of what it was.", 1, 1000000, 800, "steps"),
        integer_field("after", "Full rate before", "So many steps come first at the full rate, for example those of a linear start.", 0, 1000000, 0, "steps")}},
      {"transformer",
       "Transformer",
       "The rule of the paper: the inverse square root, with a peak that is lower for wider models and longer "
       "warm-ups. With it the learning rate is a factor, and 1 is the paper's.",
       "Vaswani et al. 2017, equation 3",
       {warmup_field(4000), integer_field("width", "Model width", "The width that the rule divides by the root of.", 1,
                                          4096, 512, "numbers")}},
  };
}

/// The rate comes first, what an optimiser has of its own next, then what all of them share.
std::vector<Field> with_shared(double rate, std::vector<Field> own) {
  std::vector<Field> fields{real_field("rate", "Learning rate",
                                       "How far one step goes. Too small is slow, too large diverges.", 1e-6, 10, 1e-4,
                                       rate, true)};
  for (Field& field : own) fields.push_back(std::move(field));
  fields.push_back(
      real_field("clip", "Clip at norm",
                 "When all gradients together are longer than this, they are shortened to it: one bad batch cannot "
                 "throw the model off. 0 leaves them as they are.",
                 0, 1000, 0.1, 1));
  fields.push_back(choice_field("clip_of", "Clip", "What is measured against the norm: all gradients together, or those of each weight matrix alone.",
                                {{"all", "All together"}, {"each", "Each matrix"}}, "all"));
  fields.push_back(flag_field("sums", "Add up the batch",
                              "The loss of a step is the sum over its examples instead of their mean: larger batches make longer steps.", false));
  fields.push_back(
      slot_field("schedule", "Schedule", "How the learning rate changes over the run.", schedules(), "constant"));
  return fields;
}

std::vector<Field> adam_fields() {
  return {real_field("beta1", "Beta 1", "Memory of the running mean of the gradients.", 0, 0.9999, 0.01, 0.9),
          real_field("beta2", "Beta 2", "Memory of the running mean of their squares.", 0, 0.99999, 0.001, 0.999),
          real_field("epsilon", "Epsilon", "Keeps the division finite where gradients are tiny.", 1e-12, 0.1, 1e-9,
                     1e-8, true)};
}

std::vector<Field> adamw_fields() {
  std::vector<Field> fields = adam_fields();
  fields.push_back(real_field("weight_decay", "Weight decay",
                              "The share of each weight, times the rate, that every step takes away.", 0, 1, 0.001,
                              0.01));
  return fields;
}

std::vector<Part> optimisers() {
  return {
      {"adam", "Adam",
       "Steps of about equal size for every weight, whatever the size of its gradient. A good first choice.",
       "Kingma and Ba 2015, algorithm 1", with_shared(0.003, adam_fields())},
      {"adamw", "AdamW", "Adam, and every weight shrinks a little at each step, independently of its gradient.",
       "Loshchilov and Hutter 2019, algorithm 2", with_shared(0.003, adamw_fields())},
      {"sgd", "Gradient descent", "Straight down the gradient, with the momentum of the steps before.",
       "Polyak 1964; Sutskever et al. 2013",
       with_shared(0.5,
                   {real_field("momentum", "Momentum", "How much of the last step is carried on.", 0, 0.999, 0.01, 0.9),
                    flag_field("nesterov", "Nesterov", "Looks one step ahead before it turns.", false)})},
      {"rmsprop", "RMSProp (Graves)",
       "Divides by the recent spread of each gradient. Steady where Adam is erratic, as in memory nets.",
       "Graves 2013, equations 38 to 45",
       with_shared(0.001,
                   {real_field("decay", "Decay", "Memory of the running means.", 0, 0.9999, 0.01, 0.95),
                    real_field("momentum", "Momentum", "How much of the last step is carried on.", 0, 0.999, 0.01, 0.9),
                    real_field("epsilon", "Epsilon", "Added under the root.", 1e-12, 0.1, 1e-5, 1e-4, true)})},
  };
}

float number(const Json& spec, const char* key) {
  return spec.at(key).get<float>();
}

/// `factor` of the gradient: null for 1.
void record_optimiser(Tape& tape, Tensor gradient, Tensor factor, const Json& spec) {
  const Tensor rate = tape.input(kRateInput, {});
  const std::string type = spec.at("type");
  if (type == "adam" || type == "adamw") {
    const float decay = type == "adamw" ? number(spec, "weight_decay") : 0.0f;
    const Tensor step = step_input(tape);
    adam_update(gradient, rate, step, {number(spec, "beta1"), number(spec, "beta2"), number(spec, "epsilon"), decay},
                factor);
  } else if (type == "sgd") {
    sgd_update(gradient, rate, {number(spec, "momentum"), spec.at("nesterov").get<bool>()}, factor);
  } else if (type == "rmsprop") {
    rmsprop_update(gradient, rate, {number(spec, "decay"), number(spec, "momentum"), number(spec, "epsilon")}, factor);
  } else {
    throw std::invalid_argument("no optimiser is called " + type);
  }
}

}  // namespace

Tensor step_input(Tape& tape) {
  for (int id = 0; id < static_cast<int>(tape.nodes().size()); ++id) {
    const Node& node = tape.node(id);
    if (node.op == OpKind::kInput && std::get<LeafAttrs>(node.attrs).name == kStepInput) return {&tape, id};
  }
  return tape.input(kStepInput, {});
}

const Field& optimiser_slot() {
  static const Field slot = slot_field("optimiser", "Optimiser", "How gradients become steps.", optimisers(), "adam");
  return slot;
}

Tensor record_update(Graph& graph, Tensor loss, const Json& spec, int batch) {
  std::vector<Tensor> wrt;
  for (const auto& [parameter, tensor] : graph.used()) wrt.push_back(tensor);
  const bool sums = spec.value("sums", false);
  return record_gradients_update(graph, gradients(sums ? static_cast<float>(batch) * loss : loss, wrt), spec);
}

Tensor record_gradients_update(Graph& graph, const std::vector<Tensor>& gradients, const Json& spec) {
  if (gradients.size() != graph.used().size())
    throw ShapeError("[update] " + std::to_string(gradients.size()) + " gradients for " +
                     std::to_string(graph.used().size()) + " parameters");
  const float clip = number(spec, "clip");
  const Tensor limit = graph.tape.fill({}, clip);
  const bool each = clip > 0 && spec.value("clip_of", "all") == "each";
  Tensor squares;
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    Tensor gradient = gradients[i];
    if (each) {
      const Tensor own = sum_squares(gradient);
      squares = squares ? squares + own : own;
      gradient = gradient * (limit / maximum(sqrt(own), limit));
    }
    store(gradient, Arena::kGradients, graph.parameters()[graph.used()[i].first].offset);
  }
  // The whole arena as one vector. What lies between parameters is zero and stays zero, so it adds nothing to the norm.
  const Tensor all = graph.tape.external(Arena::kGradients, 0, {static_cast<int>(graph.parameters().arena_elems())});
  const Tensor norm = sqrt(each && squares ? squares : sum_squares(all));
  // min(1, c / |g|), written so that a norm of zero divides by c.
  record_optimiser(graph.tape, all, clip > 0 && !each ? limit / maximum(norm, limit) : Tensor{}, spec);
  return norm;
}

double learning_rate(const Json& spec, std::uint64_t step, std::uint64_t total_steps) {
  const double rate = spec.at("rate").get<double>();
  const Json& schedule = spec.at("schedule");
  const std::string type = schedule.at("type");
  if (type == "constant") return rate;
  if (type == "halving") {
    const auto first = schedule.value("after", std::uint64_t{0}) + 1;
    return rate * std::pow(0.5, static_cast<double>((std::max(step, first) - first) / schedule.at("every").get<std::uint64_t>()));
  }
  const double n = static_cast<double>(std::max<std::uint64_t>(step, 1));
  const double warmup = schedule.at("warmup").get<double>();
  if (type == "transformer")
    return rate / std::sqrt(schedule.at("width").get<double>() * n) * std::min(1.0, std::pow(n / std::max(warmup, 1.0), 1.5));
  if (n < warmup) return rate * n / warmup;
  if (type == "inverse_sqrt") return rate * std::sqrt(std::max(warmup, 1.0) / n);
  if ((type != "cosine" && type != "linear") || static_cast<double>(total_steps) <= warmup) return rate;
  const double floor = schedule.at("floor").get<double>();
  const double progress = std::min(1.0, (n - warmup) / (static_cast<double>(total_steps) - warmup));
  const double left = type == "linear" ? 1 - progress : 0.5 * (1 + std::cos(progress * 3.14159265358979323846));
  return rate * (floor + (1 - floor) * left);
}

}  // namespace heed
