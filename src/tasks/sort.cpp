// tasks: put a sequence of symbols into the order of the alphabet.
#include "tasks/symbols.h"
#include "tasks/tasks.h"

namespace heed {

const Part& sort_part() {
  static const Part part = {"sort", "Sorting",
                            "The model reads a sequence of letters and writes them in the order of the alphabet: "
                            "“dafc” becomes “acdf”. Where to look is not a matter of place but of what is there: row "
                            "after row the attention jumps to the next letter in the alphabet, and where a letter "
                            "occurs twice it may lie on both.",
                            "", symbol_fields()};
  return part;
}

Result<std::unique_ptr<Task>> make_sort(const Json& spec, std::string_view) {
  if (std::string complaint = symbol_complaint(spec); !complaint.empty()) return Error{std::move(complaint)};
  return std::unique_ptr<Task>(std::make_unique<SymbolTask>(sort_part(), spec, SymbolRule::kSort));
}

}  // namespace heed
