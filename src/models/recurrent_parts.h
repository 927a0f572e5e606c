// models: cells and encoders as learners meet them in the slots of recurrent models: what each is, in plain words, and
// where it is from; and how such a part is made from what stands in its slot.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/field.h"
#include "nn/sequence.h"

namespace heed {

/// Every recurrent cell, each with the fields `shared` by all and those of its own.
std::vector<Part> cell_parts(const std::vector<Field>& shared);
/// Every cell as an encoder: state size, both directions or one, source reversed or not.
std::vector<Part> encoder_parts();
/// How many numbers a state has.
Field hidden_field(const char* help);

/// `spec`: one of cell_parts, validated, with "hidden" among the shared fields.
std::unique_ptr<RecurrentCell> cell_from(const Json& spec, ParameterSet& parameters, const std::string& name, int in);
/// `spec`: one of encoder_parts, validated.
RecurrentEncoder encoder_from(const Json& spec, ParameterSet& parameters, const std::string& name, int in);

}  // namespace heed
