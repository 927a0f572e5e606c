// models: the list of all models.
#include "models/registry.h"

#include "models/encoder_decoder.h"
#include "models/luong.h"

namespace heed {

const Field& model_slot() {
  static const Field slot =
      slot_field("model", "Model", "The net that learns the task.", {encoder_decoder_part(), luong_part()}, "encoder_decoder");
  return slot;
}

Result<std::unique_ptr<Model>> make_model(const Json& spec, int source_vocabulary, int target_vocabulary) {
  if (source_vocabulary <= Marks::kEnd || target_vocabulary <= Marks::kEnd)
    return Error{"a model needs vocabularies of at least " + std::to_string(Marks::kEnd + 1) +
                 " entries: padding, start and end mark come first"};
  Result<Json> valid = validate_slot(model_slot(), spec, "model");
  if (!valid) return Error{valid.error()};
  if (valid->at("type") == luong_part().key)
    return std::unique_ptr<Model>(std::make_unique<Luong>(*valid, source_vocabulary, target_vocabulary));
  return std::unique_ptr<Model>(std::make_unique<EncoderDecoder>(*valid, source_vocabulary, target_vocabulary));
}

}  // namespace heed
