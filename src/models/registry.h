// models: the list of all models with their slots, and the way to make one from its validated description.
#pragma once

#include <memory>

#include "models/model.h"

namespace heed {

/// The slot "model": every model with its slots and fields.
const Field& model_slot();

/// `spec` as in a preset: {"type": "encoder_decoder", "attention": {"type": "additive", "size": 32}, ...}.
Result<std::unique_ptr<Model>> make_model(const Json& spec, int source_vocabulary, int target_vocabulary);

}  // namespace heed
