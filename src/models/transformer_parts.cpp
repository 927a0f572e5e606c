// models: see transformer_parts.h.
#include "models/transformer_parts.h"

#include <cmath>

namespace heed {

namespace {

PositionKind position_kind(const Json& spec) {
  const std::string kind = spec.at("positions");
  return kind == "sinusoidal" ? PositionKind::kSinusoidal
         : kind == "learned"  ? PositionKind::kLearned
         : kind == "rotary"   ? PositionKind::kRotary
                              : PositionKind::kNone;
}

Tensor all_heads(const LayerViews& views, Tensor LayerView::*weights) {
  std::vector<Tensor> layers;
  for (const LayerView& view : views) layers.push_back(view.*weights);
  return layers.size() == 1 ? layers.front() : concat(layers, 1);
}

}  // namespace

Field layers_field(const char* key, const char* label, const char* help, int fallback) {
  return integer_field(key, label, help, 1, 8, fallback, "layers");
}

std::vector<Field> transformer_fields(std::vector<Field> layers) {
  std::vector<Field> fields{
      integer_field("width", "Width", "How many numbers stand for each position, from the first layer to the last.", 4,
                    512, 32, "numbers"),
      integer_field("heads", "Heads",
                    "So many attentions look at once, each with its share of the width, so that one can watch one thing "
                    "and another another. The width must be a multiple.",
                    1, 16, 4, "heads")};
  for (Field& field : layers) fields.push_back(std::move(field));
  const std::vector<Field> rest{
      integer_field("feed_forward", "Inner width",
                    "Units of the small net that every position goes through after it has looked around.", 4, 2048, 64,
                    "units"),
      choice_field("positions", "Positions",
                   "Attention by itself does not know what comes first. Waves of different lengths or learnt vectors are "
                   "added to the symbols; rotary positions turn queries and keys, so that only distances count.",
                   {{"sinusoidal", "Waves (sinusoidal)"},
                    {"learned", "Learnt"},
                    {"rotary", "Rotary (relative)"},
                    {"none", "None"}},
                   "sinusoidal"),
      choice_field("norm", "Normalisation",
                   "Whether numbers are brought to one scale after each part, as in the paper, or before it, which "
                   "trains deep stacks more easily.",
                   {{"post", "After each part"}, {"pre", "Before each part"}}, "post"),
      choice_field("activation", "Inner units", "The bend in the small net.",
                   {{"relu", "ReLU"}, {"gelu", "GELU"}}, "relu"),
      flag_field("scaled", "Scaled attention",
                 "Divides by the square root of a head's width. Without it wide heads begin with a softmax that has "
                 "already chosen, and hardly learn.",
                 true),
      flag_field("tied", "Tied output",
                 "The table that turns symbols into numbers also turns numbers back into symbols.", true),
      real_field("dropout", "Dropout",
                 "So large a share of the numbers is set to zero at random in training, so that none is relied upon.", 0,
                 0.9, 0.05, 0),
      real_field("label_smoothing", "Label smoothing",
                 "So much of the certainty about the right answer is spread over all others, in what training aims at.",
                 0, 0.5, 0.05, 0)};
  fields.insert(fields.end(), rest.begin(), rest.end());
  return fields;
}

std::string transformer_complaint(const Json& spec) {
  const int width = spec.at("width"), heads = spec.at("heads");
  if (width % heads != 0) {
    return "model.heads: " + std::to_string(heads) + " heads cannot share a width of " + std::to_string(width) +
           " evenly; take a width that is a multiple";
  }
  if (spec.at("positions") == "rotary" && width / heads % 2 != 0) {
    return "model.positions: rotary positions turn pairs of numbers, but each head has " +
           std::to_string(width / heads) + "; take a width that is an even multiple of the heads";
  }
  return {};
}

LayerSizes layer_sizes(const Json& spec) {
  return {spec.at("width"),        spec.at("heads"),          spec.at("feed_forward"),
          spec.at("scaled"),       spec.at("norm") == "pre", spec.at("activation") == "gelu"};
}

TokenInput::TokenInput(const Json& spec, ParameterSet& parameters, const std::string& name, int vocabulary)
    : embedding_(parameters, name + ".embedding", vocabulary, spec.at("width"),
                 1 / std::sqrt(spec.at("width").get<float>())),
      positions_(parameters, name + ".positions", position_kind(spec), spec.at("width"), spec.at("heads")) {}

Tensor TokenInput::operator()(Graph& graph, Tensor tokens, Tensor at, Dropout& dropout) const {
  const Tensor scaled = affine(embedding_(graph, tokens), std::sqrt(static_cast<float>(embedding_.width())), 0);
  return dropout(positions_.add(graph, scaled, at));
}

TokenOutput::TokenOutput(const Json& spec, ParameterSet& parameters, const std::string& name, int vocabulary,
                         const Embedding& embedding)
    : embedding_(embedding) {
  if (!spec.at("tied").get<bool>())
    own_.emplace_back(parameters, name, spec.at("width").get<int>(), vocabulary, Bias::kZeros);
}

Tensor TokenOutput::operator()(Graph& graph, Tensor x) const {
  return own_.empty() ? embedding_.logits(graph, x) : own_.front()(graph, x);
}

LayerViews merged(const std::vector<LayerViews>& steps) {
  const int T = static_cast<int>(steps.size());
  LayerViews layers;
  for (std::size_t n = 0; n < steps.front().size(); ++n) {
    std::vector<Tensor> self, cross, residual;
    for (const LayerViews& step : steps) {
      self.push_back(pad(step[n].self_weights, 3, 0, T));
      if (step[n].cross_weights) cross.push_back(step[n].cross_weights);
      residual.push_back(step[n].residual);
    }
    layers.push_back({concat(self, 2), cross.empty() ? Tensor{} : concat(cross, 2), concat(residual, 1)});
  }
  return layers;
}

void tap_layers(const std::string& name, const LayerViews& views) {
  for (std::size_t n = 0; n < views.size(); ++n) {
    const std::string layer = name + ".layer" + std::to_string(n + 1);
    tap(layer + ".self_attention", views[n].self_weights);
    if (views[n].cross_weights) tap(layer + ".cross_attention", views[n].cross_weights);
    tap(layer + ".residual", views[n].residual);
  }
}

std::vector<std::string> layer_tap_names(const std::string& name, int layers, StackKind kind) {
  std::vector<std::string> names;
  for (int n = 1; n <= layers; ++n) {
    const std::string layer = name + ".layer" + std::to_string(n);
    names.push_back(layer + ".self_attention");
    if (kind == StackKind::kDecoder) names.push_back(layer + ".cross_attention");
    names.push_back(layer + ".residual");
  }
  return names;
}

Tensor all_self_heads(const LayerViews& views) { return all_heads(views, &LayerView::self_weights); }
Tensor all_cross_heads(const LayerViews& views) { return all_heads(views, &LayerView::cross_weights); }

std::vector<std::string> layer_head_names(int layers, int heads) {
  std::vector<std::string> names;
  for (int layer = 1; layer <= layers; ++layer) {
    for (int head = 1; head <= heads; ++head)
      names.push_back("layer " + std::to_string(layer) + ", head " + std::to_string(head));
  }
  return names;
}

}  // namespace heed
