// models: the list of all models with what they take. It knows their descriptions only: whoever reads it (the lab) does
// not carry the models themselves (make_model.cpp).
#include "models/registry.h"

#include "models/adaptive_computation.h"
#include "models/differentiable_neural_computer.h"
#include "models/encoder_decoder.h"
#include "models/end_to_end_memory.h"
#include "models/fast_weights.h"
#include "models/generic_attention.h"
#include "models/hierarchical_attention.h"
#include "models/key_value_memory.h"
#include "models/luong.h"
#include "models/memory_network.h"
#include "models/neural_turing_machine.h"
#include "models/recurrent_reader.h"
#include "models/recurrent_steps.h"
#include "models/soft_window.h"
#include "models/transformer.h"
#include "models/transformer_decoder.h"
#include "models/transformer_encoder.h"

namespace heed {
namespace {

struct Entry {
  const Part& (*part)();
  bool (*takes)(const TaskForm& form);
};

/// Tokens in, tokens out, nothing beside them.
bool is_plain(const TaskForm& form) {
  return form.query == 0 && form.segments == 0 && form.words == 0 && form.source_width == 0 && form.target_width == 0;
}

/// Sentences and a question.
bool asks_sentences(const TaskForm& form) {
  return form.answer == Answer::kLabel && form.words > 0 && form.query > 0 && form.target_width == 0;
}

/// Symbols or numbers in, at each step a symbol or bits out.
bool answers_each_step(const TaskForm& form) {
  const bool bits = form.target_width == 0 || form.values == ValueKind::kBits;
  return form.answer == Answer::kEach && form.query == 0 && form.segments == 0 && form.words == 0 && bits;
}

constexpr Entry kModels[] = {
    {encoder_decoder_part, [](const TaskForm& form) { return is_plain(form) && form.answer == Answer::kSequence; }},
    {luong_part, [](const TaskForm& form) { return is_plain(form) && form.answer == Answer::kSequence; }},
    {recurrent_reader_part, [](const TaskForm& form) { return is_plain(form) && form.answer == Answer::kLabel; }},
    {transformer_part, [](const TaskForm& form) { return is_plain(form) && form.answer == Answer::kSequence; }},
    {transformer_encoder_part,
     [](const TaskForm& form) {
       return is_plain(form) && (form.answer == Answer::kEach || form.answer == Answer::kLabel);
     }},
    {transformer_decoder_part, [](const TaskForm& form) { return is_plain(form) && form.answer == Answer::kNext; }},
    {generic_attention_part,
     [](const TaskForm& form) {
       return form.answer == Answer::kLabel && form.words == 0 && form.source_width == 0 && form.target_width == 0;
     }},
    {hierarchical_attention_part,
     [](const TaskForm& form) {
       return form.answer == Answer::kLabel && form.words == 0 && form.source_width == 0 && form.target_width == 0;
     }},
    {adaptive_computation_part,
     [](const TaskForm& form) {
       return form.answer != Answer::kSequence && form.query == 0 && form.words == 0 && form.target_width == 0;
     }},
    {memory_network_part, [](const TaskForm& form) { return asks_sentences(form) && form.support > 0; }},
    {end_to_end_memory_part, asks_sentences},
    {key_value_memory_part, asks_sentences},
    {neural_turing_machine_part, answers_each_step},
    {differentiable_neural_computer_part, answers_each_step},
    {recurrent_steps_part,
     [](const TaskForm& form) {
       const bool each = form.answer == Answer::kEach || form.answer == Answer::kNext;
       return each && form.query == 0 && form.segments == 0 && form.words == 0;
     }},
    {fast_weights_part, [](const TaskForm& form) { return is_plain(form) && form.answer == Answer::kLabel; }},
    {soft_window_part,
     [](const TaskForm& form) {
       const bool writes = form.target_width == 0 || form.values == ValueKind::kReal;
       return form.answer == Answer::kSequence && form.query == 0 && form.source_width == 0 && writes;
     }},
};

}  // namespace

const Field& model_slot() {
  static const Field slot = [] {
    std::vector<Part> parts;
    for (const Entry& entry : kModels) parts.push_back(entry.part());
    return slot_field("model", "Model", "The net that learns the task.", std::move(parts), "encoder_decoder");
  }();
  return slot;
}

bool model_takes(const std::string& key, const TaskForm& form) {
  for (const Entry& entry : kModels) {
    if (entry.part().key == key) return entry.takes(form);
  }
  return false;
}

std::vector<std::string> models_for(const TaskForm& form) {
  std::vector<std::string> keys;
  for (const Entry& entry : kModels) {
    if (entry.takes(form)) keys.push_back(entry.part().key);
  }
  return keys;
}

}  // namespace heed
