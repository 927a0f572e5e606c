// models: the list of all models.
#include "models/registry.h"

#include "models/adaptive_computation.h"
#include "models/encoder_decoder.h"
#include "models/generic_attention.h"
#include "models/hierarchical_attention.h"
#include "models/luong.h"
#include "models/soft_window.h"
#include "models/recurrent_reader.h"
#include "models/transformer.h"
#include "models/transformer_decoder.h"
#include "models/transformer_encoder.h"

namespace heed {
namespace {

struct Entry {
  const Part& (*part)();
  bool (*takes)(const TaskForm& form);
  std::unique_ptr<Model> (*make)(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary);
  /// What contradicts itself in a validated spec; empty when nothing does.
  std::string (*complaint)(const Json& spec) = [](const Json&) { return std::string(); };
};

/// Tokens in, tokens out, nothing beside them.
bool is_plain(const TaskForm& form) {
  return form.query == 0 && form.segments == 0 && form.source_width == 0 && form.target_width == 0;
}

constexpr Entry kModels[] = {
    {encoder_decoder_part, [](const TaskForm& form) { return is_plain(form) && form.answer == Answer::kSequence; },
     [](const Json& spec, const TaskForm&, int source_vocabulary, int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<EncoderDecoder>(spec, source_vocabulary, target_vocabulary);
     }},
    {luong_part, [](const TaskForm& form) { return is_plain(form) && form.answer == Answer::kSequence; },
     [](const Json& spec, const TaskForm&, int source_vocabulary, int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<Luong>(spec, source_vocabulary, target_vocabulary);
     }},
    {recurrent_reader_part, [](const TaskForm& form) { return is_plain(form) && form.answer == Answer::kLabel; },
     [](const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary)
         -> std::unique_ptr<Model> {
       return std::make_unique<RecurrentReader>(spec, form, source_vocabulary, target_vocabulary);
     }},
    {transformer_part, [](const TaskForm& form) { return is_plain(form) && form.answer == Answer::kSequence; },
     [](const Json& spec, const TaskForm&, int source_vocabulary, int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<Transformer>(spec, source_vocabulary, target_vocabulary);
     },
     transformer_complaint},
    {transformer_encoder_part,
     [](const TaskForm& form) {
       return is_plain(form) && (form.answer == Answer::kEach || form.answer == Answer::kLabel);
     },
     [](const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary)
         -> std::unique_ptr<Model> {
       return std::make_unique<TransformerEncoder>(spec, form, source_vocabulary, target_vocabulary);
     },
     transformer_complaint},
    {transformer_decoder_part, [](const TaskForm& form) { return is_plain(form) && form.answer == Answer::kNext; },
     [](const Json& spec, const TaskForm& form, int source_vocabulary, int) -> std::unique_ptr<Model> {
       return std::make_unique<TransformerDecoder>(spec, form, source_vocabulary);
     },
     transformer_complaint},
    {generic_attention_part,
     [](const TaskForm& form) {
       return form.answer == Answer::kLabel && form.source_width == 0 && form.target_width == 0;
     },
     [](const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<GenericAttention>(spec, form, source_vocabulary, target_vocabulary);
     }},
    {hierarchical_attention_part,
     [](const TaskForm& form) {
       return form.answer == Answer::kLabel && form.source_width == 0 && form.target_width == 0;
     },
     [](const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<HierarchicalAttention>(spec, form, source_vocabulary, target_vocabulary);
     }},
    {adaptive_computation_part,
     [](const TaskForm& form) {
       return form.answer != Answer::kSequence && form.query == 0 && form.target_width == 0;
     },
     [](const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<AdaptiveComputation>(spec, form, source_vocabulary, target_vocabulary);
     }},
    {soft_window_part,
     [](const TaskForm& form) {
       const bool writes = form.target_width == 0 || form.values == ValueKind::kReal;
       return form.answer == Answer::kSequence && form.query == 0 && form.source_width == 0 && writes;
     },
     [](const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<SoftWindowModel>(spec, form, source_vocabulary, target_vocabulary);
     }},
};

const Entry* find_entry(const std::string& key) {
  for (const Entry& entry : kModels) {
    if (entry.part().key == key) return &entry;
  }
  return nullptr;
}

std::string misfit(const Entry& entry, const TaskForm& form) {
  std::string fitting;
  for (const std::string& key : models_for(form)) fitting += (fitting.empty() ? "" : ", ") + key;
  return "The model '" + entry.part().key + "' cannot learn this task, which asks for " + describe(form) + ". " +
         (fitting.empty() ? "Choose another task." : "Choose another task, or one of these models: " + fitting + ".");
}

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
  const Entry* entry = find_entry(key);
  return entry != nullptr && entry->takes(form);
}

std::vector<std::string> models_for(const TaskForm& form) {
  std::vector<std::string> keys;
  for (const Entry& entry : kModels) {
    if (entry.takes(form)) keys.push_back(entry.part().key);
  }
  return keys;
}

Result<std::unique_ptr<Model>> make_model(const Json& spec, const TaskForm& form, int source_vocabulary,
                                          int target_vocabulary) {
  if (source_vocabulary <= Marks::kEnd || target_vocabulary <= Marks::kEnd)
    return Error{"a model needs vocabularies of at least " + std::to_string(Marks::kEnd + 1) +
                 " entries: padding, start and end mark come first"};
  Result<Json> valid = validate_slot(model_slot(), spec, "model");
  if (!valid) return Error{valid.error()};
  const Entry* entry = find_entry(valid->at("type"));
  if (entry == nullptr) return Error{"model: there is no such model"};
  if (!entry->takes(form)) return Error{misfit(*entry, form)};
  if (std::string complaint = entry->complaint(*valid); !complaint.empty()) return Error{std::move(complaint)};
  return entry->make(*valid, form, source_vocabulary, target_vocabulary);
}

}  // namespace heed
