// tasks: what each task's file hands to the registry: its description, and how it is made from a validated one.
#pragma once

#include <memory>

#include "tasks/task.h"

namespace heed {

const Part& reverse_part();
const Part& copy_part();
const Part& dates_part();
const Part& translate_part();
const Part& pairs_part();
const Part& sort_part();
const Part& recall_part();
const Part& masked_part();
const Part& induction_part();
const Part& text_part();
const Part& lookup_part();
const Part& clue_part();
const Part& parity_part();
const Part& stretch_part();
const Part& strokes_part();
const Part& stories_part();
const Part& facts_part();
const Part& windows_part();
const Part& bit_copy_part();
const Part& bit_copies_part();
const Part& bit_repeat_part();
const Part& bit_recall_part();
const Part& bit_ngrams_part();
const Part& bit_sort_part();
const Part& graph_walk_part();
const Part& retrieval_part();

Result<std::unique_ptr<Task>> make_reverse(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_copy(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_dates(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_translate(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_pairs(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_sort(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_recall(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_masked(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_induction(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_text(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_lookup(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_clue(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_parity(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_stretch(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_strokes(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_stories(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_facts(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_windows(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_bit_copy(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_bit_copies(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_bit_repeat(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_bit_recall(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_bit_ngrams(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_bit_sort(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_graph_walk(const Json& spec, std::string_view data);
Result<std::unique_ptr<Task>> make_retrieval(const Json& spec, std::string_view data);

}  // namespace heed
