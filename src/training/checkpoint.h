// training: checkpoints in the safetensors format (8-byte header length, JSON header, raw little-endian tensors).
// Parameters under their own names, optimiser moments under "optimiser.N.NAME"; the preset, both vocabularies, the step
// and the counters that make a resume exact are strings in "__metadata__".
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "engine/tensor/shape.h"
#include "training/protocol.h"

namespace heed {

struct StoredTensor {
  Shape shape;
  std::vector<float> values;
};

struct Checkpoint {
  std::map<std::string, StoredTensor> tensors;
  std::map<std::string, std::string> metadata;
};

Bytes write_safetensors(const Checkpoint& checkpoint);
/// F32 tensors only; every offset, extent and length is checked, and the message says what is wrong with the file.
Result<Checkpoint> read_safetensors(const Bytes& bytes);

/// A run's checkpoint whose task is tested otherwise: another value of a setting of the long test, test_length or test_repeats. Training
/// and weights are as they were.
Result<Bytes> with_test_setting(const Bytes& bytes, const std::string& key, int value);

}  // namespace heed
