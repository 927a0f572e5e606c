// models: from a model's description to the model. A new one needs its line here and in registry.cpp.
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
#include "models/registry.h"
#include "models/soft_window.h"
#include "models/transformer.h"
#include "models/transformer_decoder.h"
#include "models/transformer_encoder.h"

namespace heed {
namespace {

struct Maker {
  const Part& (*part)();
  std::unique_ptr<Model> (*make)(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary);
  /// What contradicts itself in a validated spec; empty when nothing does.
  std::string (*complaint)(const Json& spec) = [](const Json&) { return std::string(); };
};

constexpr Maker kMakers[] = {
    {encoder_decoder_part,
     [](const Json& spec, const TaskForm&, int source_vocabulary, int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<EncoderDecoder>(spec, source_vocabulary, target_vocabulary);
     }},
    {luong_part,
     [](const Json& spec, const TaskForm&, int source_vocabulary, int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<Luong>(spec, source_vocabulary, target_vocabulary);
     }},
    {recurrent_reader_part,
     [](const Json& spec, const TaskForm& form, int source_vocabulary,
        int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<RecurrentReader>(spec, form, source_vocabulary, target_vocabulary);
     }},
    {transformer_part,
     [](const Json& spec, const TaskForm&, int source_vocabulary, int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<Transformer>(spec, source_vocabulary, target_vocabulary);
     },
     transformer_complaint},
    {transformer_encoder_part,
     [](const Json& spec, const TaskForm& form, int source_vocabulary,
        int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<TransformerEncoder>(spec, form, source_vocabulary, target_vocabulary);
     },
     transformer_complaint},
    {transformer_decoder_part,
     [](const Json& spec, const TaskForm& form, int source_vocabulary, int) -> std::unique_ptr<Model> {
       return std::make_unique<TransformerDecoder>(spec, form, source_vocabulary);
     },
     transformer_complaint},
    {generic_attention_part,
     [](const Json& spec, const TaskForm& form, int source_vocabulary,
        int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<GenericAttention>(spec, form, source_vocabulary, target_vocabulary);
     }},
    {hierarchical_attention_part,
     [](const Json& spec, const TaskForm& form, int source_vocabulary,
        int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<HierarchicalAttention>(spec, form, source_vocabulary, target_vocabulary);
     }},
    {adaptive_computation_part,
     [](const Json& spec, const TaskForm& form, int source_vocabulary,
        int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<AdaptiveComputation>(spec, form, source_vocabulary, target_vocabulary);
     }},
    {memory_network_part,
     [](const Json& spec, const TaskForm& form, int source_vocabulary,
        int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<MemoryNetwork>(spec, form, source_vocabulary, target_vocabulary);
     }},
    {key_value_memory_part,
     [](const Json& spec, const TaskForm& form, int source_vocabulary,
        int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<KeyValueMemory>(spec, form, source_vocabulary, target_vocabulary);
     }},
    {end_to_end_memory_part,
     [](const Json& spec, const TaskForm& form, int source_vocabulary,
        int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<EndToEndMemory>(spec, form, source_vocabulary, target_vocabulary);
     }},
    {neural_turing_machine_part,
     [](const Json& spec, const TaskForm& form, int source_vocabulary,
        int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<NeuralTuringMachine>(spec, form, source_vocabulary, target_vocabulary);
     }},
    {differentiable_neural_computer_part,
     [](const Json& spec, const TaskForm& form, int source_vocabulary,
        int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<DifferentiableNeuralComputer>(spec, form, source_vocabulary, target_vocabulary);
     }},
    {recurrent_steps_part,
     [](const Json& spec, const TaskForm& form, int source_vocabulary,
        int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<RecurrentSteps>(spec, form, source_vocabulary, target_vocabulary);
     }},
    {fast_weights_part,
     [](const Json& spec, const TaskForm& form, int source_vocabulary,
        int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<FastWeights>(spec, form, source_vocabulary, target_vocabulary);
     }},
    {soft_window_part,
     [](const Json& spec, const TaskForm& form, int source_vocabulary,
        int target_vocabulary) -> std::unique_ptr<Model> {
       return std::make_unique<SoftWindowModel>(spec, form, source_vocabulary, target_vocabulary);
     }},
};

std::string misfit(const std::string& key, const TaskForm& form) {
  std::string fitting;
  for (const std::string& other : models_for(form)) fitting += (fitting.empty() ? "" : ", ") + other;
  return "The model '" + key + "' cannot learn this task, which asks for " + describe(form) + ". " +
         (fitting.empty() ? "Choose another task." : "Choose another task, or one of these models: " + fitting + ".");
}

}  // namespace

Result<std::unique_ptr<Model>> make_model(const Json& spec, const TaskForm& form, int source_vocabulary,
                                          int target_vocabulary) {
  if (source_vocabulary <= Marks::kEnd || target_vocabulary <= Marks::kEnd)
    return Error{"a model needs vocabularies of at least " + std::to_string(Marks::kEnd + 1) +
                 " entries: padding, start and end mark come first"};
  Result<Json> valid = validate_slot(model_slot(), spec, "model");
  if (!valid) return Error{valid.error()};
  const std::string key = valid->at("type");
  if (!model_takes(key, form)) return Error{misfit(key, form)};
  for (const Maker& maker : kMakers) {
    if (maker.part().key != key) continue;
    if (std::string complaint = maker.complaint(*valid); !complaint.empty()) return Error{std::move(complaint)};
    return maker.make(*valid, form, source_vocabulary, target_vocabulary);
  }
  return Error{"model: there is no such model"};
}

}  // namespace heed
