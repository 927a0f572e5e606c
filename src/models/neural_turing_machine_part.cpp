// models: the Neural Turing Machine's fields, in plain words.
#include "models/neural_turing_machine.h"

namespace heed {
namespace {

std::vector<Field> machine_fields() {
  std::vector<Field> fields = controller_fields("feed_forward");
  for (Field& field : std::vector<Field>{
           integer_field("rows", "Rows", "N: how many rows the memory has.", 2, 128, 20, "rows"),
           integer_field("row_width", "Row width", "How many numbers a row holds.", 1, 64, 8, "numbers"),
           read_heads_field(),
           integer_field("write_heads", "Write heads", "How many heads write in one step, one after the other, so that one may undo what another wrote.", 1, 4, 1, "heads"),
           choice_field("start", "Memory at first",
                        "What the rows hold before anything is written, which is learnt: for each row its own, or the same for all.",
                        {{"own", "Each row its own"}, {"alike", "All rows the same"}}, "own"),
           integer_field("shifts", "Farthest move", "How many rows a head can move in one step, in either direction.", 1, 3, 1, "rows"),
           habits_field({"sharp", "To look sharply"})})
    fields.push_back(std::move(field));
  return fields;
}

}  // namespace

const Part& neural_turing_machine_part() {
  static const Part part{
      "neural_turing_machine",
      "Neural Turing Machine",
      "A net with a memory that it reads and writes through heads. A head finds a row by what is in it, or by moving on from where it was, "
      "so that it can learn small programs: copy, repeat, sort.",
      "Graves, Wayne and Danihelka 2014 (arXiv:1410.5401)",
      machine_fields()};
  return part;
}

}  // namespace heed
