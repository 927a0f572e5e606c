// tasks: from a task's description to the task. A new one needs its line here and in registry.cpp.
#include "tasks/registry.h"
#include "tasks/tasks.h"

namespace heed {
namespace {

struct Maker {
  const Part& (*part)();
  Result<std::unique_ptr<Task>> (*make)(const Json& spec, std::string_view data);
};

constexpr Maker kMakers[] = {
    {reverse_part, make_reverse},
    {copy_part, make_copy},
    {dates_part, make_dates},
    {translate_part, make_translate},
    {pairs_part, make_pairs},
    {sort_part, make_sort},
    {recall_part, make_recall},
    {masked_part, make_masked},
    {induction_part, make_induction},
    {text_part, make_text},
    {lookup_part, make_lookup},
    {clue_part, make_clue},
    {parity_part, make_parity},
    {stretch_part, make_stretch},
    {strokes_part, make_strokes},
    {stories_part, make_stories},
    {facts_part, make_facts},
    {windows_part, make_windows},
    {bit_copy_part, make_bit_copy},
    {bit_repeat_part, make_bit_repeat},
    {bit_recall_part, make_bit_recall},
    {bit_ngrams_part, make_bit_ngrams},
    {bit_sort_part, make_bit_sort},
    {bit_copies_part, make_bit_copies},
    {graph_walk_part, make_graph_walk},
    {retrieval_part, make_retrieval},
};

}  // namespace

Result<std::unique_ptr<Task>> make_task(const Json& spec, std::string_view data) {
  const Result<Json> checked = validate_slot(task_slot(), spec, "task");
  if (!checked) return Error{checked.error()};
  for (const Maker& maker : kMakers) {
    if ((*checked)["type"] == maker.part().key) return maker.make(*checked, data);
  }
  return Error{"task: there is no such task"};
}

}  // namespace heed
