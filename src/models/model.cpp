// models: what models that answer directly have in common.
#include "models/model.h"

#include "nn/loss.h"

namespace heed {

std::vector<std::string> Model::self_attention_taps() const {
  const std::string input = input_tap(), stack = input.substr(0, input.find('.') + 1);
  std::vector<std::string> names = tap_names();
  std::erase_if(names, [&](const std::string& name) {
    return stack.empty() || !name.starts_with(stack) || !name.ends_with(".self_attention");
  });
  return names;
}

Tensor answer_loss(const TaskForm& form, Tensor logits, const SequenceBatch& batch) {
  if (form.target_width == 0) return masked_cross_entropy(logits, batch.target_out, batch.target_mask);
  return form.values == ValueKind::kBits ? masked_bit_cross_entropy(logits, batch.target_values, batch.target_mask)
                                         : masked_squared_error(logits, batch.target_values, batch.target_mask);
}

Tensor answer_values(const TaskForm& form, Tensor logits) {
  return form.values == ValueKind::kBits ? sigmoid(logits) : logits;
}

Forward DirectModel::forward(Graph& graph, const SequenceBatch& batch) const {
  const Tensor logits = answers(graph, batch);
  return {logits, answer_loss(form_, logits, batch)};
}

Decoded DirectModel::decode(Graph& graph, const SequenceBatch& batch, int) const {
  const Tensor logits = answers(graph, batch);
  const Shape shape = logits.shape();
  const Tensor mask = form_.answer == Answer::kLabel ? graph.tape.fill({shape[0], shape[1]}, 1) : batch.source_mask;
  if (form_.target_width > 0) return {{}, mask, answer_values(form_, logits)};
  // Padding and the marks are no answers.
  std::vector<float> never(static_cast<std::size_t>(shape[2]), 0.0f);
  never[Marks::kPad] = never[Marks::kStart] = -1e9f;
  const Tensor allowed = logits + graph.tape.constant({shape[2]}, never);
  if (form_.answer != Answer::kLabel) return {argmax(allowed), mask};
  return {argmax(allowed), mask, {}, max(softmax(allowed), 2)};
}

}  // namespace heed
