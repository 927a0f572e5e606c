// tasks: say a sequence of symbols again.
#include "tasks/symbols.h"
#include "tasks/tasks.h"

namespace heed {

const Part& copy_part() {
  static const Part part = {
      "copy", "Copying",
      "The model reads a sequence of letters and writes the same again: “dafc” becomes “dafc”. Easy to say, yet a "
      "model without "
      "attention must hold the whole sequence in one vector, and needs first what it read longest ago. With attention "
      "the picture is "
      "a plain diagonal.",
      "Graves, Wayne and Danihelka 2014 (arXiv:1410.5401), section 4.1, use copying to test memory", symbol_fields()};
  return part;
}

Result<std::unique_ptr<Task>> make_copy(const Json& spec, std::string_view) {
  if (std::string complaint = symbol_complaint(spec); !complaint.empty()) return Error{std::move(complaint)};
  return std::unique_ptr<Task>(std::make_unique<SymbolTask>(copy_part(), spec, SymbolRule::kCopy));
}

}  // namespace heed
