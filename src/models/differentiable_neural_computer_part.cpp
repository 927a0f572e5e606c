// models: the Differentiable Neural Computer's fields, in plain words.
#include "models/differentiable_neural_computer.h"

namespace heed {
namespace {

std::vector<Field> computer_fields() {
  std::vector<Field> fields = controller_fields("lstm");
  fields.push_back(integer_field("rows", "Rows", "N: how many rows the memory has.", 2, 64, 16, "rows"));
  fields.push_back(integer_field("row_width", "Row width", "How many numbers a row holds.", 1, 64, 8, "numbers"));
  fields.push_back(read_heads_field());
  fields.push_back(habits_field({"keep", "To write each step, keep it and look sharply"}));
  return fields;
}

}  // namespace

const Part& differentiable_neural_computer_part() {
  static const Part part{
      "differentiable_neural_computer",
      "Differentiable Neural Computer",
      "A net with a memory that keeps account of it: which rows are in use, which may be taken again, and in which order they were written, so that it "
      "can read on from any of them, forwards or backwards.",
      "Graves et al. 2016 (Nature 538, Methods)",
      computer_fields()};
  return part;
}

}  // namespace heed
