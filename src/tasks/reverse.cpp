// tasks: say a sequence of symbols backwards.
#include "tasks/symbols.h"
#include "tasks/tasks.h"

namespace heed {

const Part& reverse_part() {
  static const Part part = {"reverse", "Reversal",
                            "The model reads a sequence of letters and writes it backwards: “dafc” becomes “cfad”. "
                            "With attention the picture is a diagonal: "
                            "the first letter out looks at the last letter in, the last one out at the first.",
                            "Sutskever, Vinyals and Le 2014 (arXiv:1409.3215): without attention it matters in which "
                            "order the source is read",
                            symbol_fields()};
  return part;
}

Result<std::unique_ptr<Task>> make_reverse(const Json& spec, std::string_view) {
  if (std::string complaint = symbol_complaint(spec); !complaint.empty()) return Error{std::move(complaint)};
  return std::unique_ptr<Task>(std::make_unique<SymbolTask>(reverse_part(), spec, SymbolRule::kReverse));
}

}  // namespace heed
