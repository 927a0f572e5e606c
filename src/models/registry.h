// models: the list of all models with their slots and the tasks that they take, and the way to make one from its
// validated description.
#pragma once

#include <memory>

#include "models/model.h"

namespace heed {

/// The slot "model": every model with its slots and fields.
const Field& model_slot();

/// Whether the model of this key (as in presets) answers tasks of this form.
bool model_takes(const std::string& key, const TaskForm& form);

/// Keys of all models that do, in the order of the slot.
std::vector<std::string> models_for(const TaskForm& form);

/// `spec` as in a preset: {"type": "encoder_decoder", "attention": {"type": "additive", "size": 32}, ...}. An error when
/// the model does not answer tasks of this form; it names those that do.
Result<std::unique_ptr<Model>> make_model(const Json& spec, const TaskForm& form, int source_vocabulary,
                                          int target_vocabulary);

}  // namespace heed
