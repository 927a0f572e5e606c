// tasks: the list of all tasks with what they are like. It knows their descriptions only: whoever reads it (the lab) does not carry the
// tasks themselves (make_task.cpp).
#include "tasks/registry.h"

#include "tasks/tasks.h"

namespace heed {
namespace {

struct Entry {
  const Part& (*part)();
  TaskForm form;           ///< with 1 for every extent that it has
  bool takes_data = false;
};

constexpr TaskForm kSequence{.answer = Answer::kSequence}, kLabel{.answer = Answer::kLabel}, kEach{.answer = Answer::kEach}, kNext{.answer = Answer::kNext};
constexpr TaskForm kSentences{.answer = Answer::kLabel, .query = 1, .words = 1, .support = 1};
constexpr TaskForm kBitSteps{.answer = Answer::kEach, .source_width = 1, .target_width = 1, .values = ValueKind::kBits};

constexpr Entry kTasks[] = {
    {reverse_part, kSequence},
    {copy_part, kSequence},
    {dates_part, kSequence},
    {translate_part, kSequence},
    {pairs_part, kSequence, true},
    {sort_part, kSequence},
    {recall_part, kLabel},
    {masked_part, kEach},
    {induction_part, kNext},
    {text_part, kNext, true},
    {lookup_part, {.answer = Answer::kLabel, .query = 1, .segments = 1}},
    {clue_part, {.answer = Answer::kLabel, .segments = 1}},
    {parity_part, {.answer = Answer::kEach, .source_width = 1, .values = ValueKind::kReal}},
    {stretch_part, kSequence},
    {strokes_part, {.answer = Answer::kSequence, .target_width = 1, .values = ValueKind::kReal}},
    {stories_part, kSentences, true},
    {facts_part, kSentences},
    {windows_part, kSentences},
    {bit_copy_part, kBitSteps},
    {bit_repeat_part, kBitSteps},
    {bit_recall_part, kBitSteps},
    {bit_ngrams_part, kBitSteps},
    {bit_sort_part, kBitSteps},
    {bit_copies_part, kBitSteps},
    {graph_walk_part, kBitSteps},
    {retrieval_part, kLabel},
};

const Entry* entry_of(std::string_view key) {
  for (const Entry& entry : kTasks) {
    if (entry.part().key == key) return &entry;
  }
  return nullptr;
}

}  // namespace

const Field& task_slot() {
  static const Field slot = [] {
    std::vector<Part> parts;
    for (const Entry& entry : kTasks) parts.push_back(entry.part());
    return slot_field("task", "Task", "What the model is to learn, and from which examples.", std::move(parts),
                      "reverse");
  }();
  return slot;
}

bool takes_data(std::string_view key) {
  const Entry* entry = entry_of(key);
  return entry != nullptr && entry->takes_data;
}

TaskForm task_outline(std::string_view key) {
  const Entry* entry = entry_of(key);
  return entry != nullptr ? entry->form : TaskForm{};
}

}  // namespace heed
