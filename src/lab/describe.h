// lab: the pieces of the lab's state in words, in the chosen language. describe_lab (lab/lab.h) puts them together.
#pragma once

#include <string>
#include <vector>

#include "lab/lab_state.h"

namespace heed {

/// "Run A", or "Run A (without attention)" where that tells the two apart; the empty text while only one run is shown.
std::string run_name(const LabState& state, int run);
/// "0.94", in French "0,94"; a dash where the score does not apply.
std::string number_text(double value, int decimals = 2);
std::string count_text(std::uint64_t value);
/// "0.8" as the chosen language writes it: "0,8" in French.
std::string with_point(std::string digits);
/// "Reversal; GRU, attention Additive; seed 1".
std::string describe_preset(const Json& preset);
/// Marks of the vocabulary in words: "end" for "<end>"; other tokens as they are.
std::string token_in_words(const std::string& token);
/// Whether the numbers of an answer are bits: the right ones are all 0 or 1, or where nobody knows them, the model's are
/// probabilities.
bool answers_in_bits(const ProbeShot& shot);
/// The key of what the shares in training are shares of: of tokens, or of bits where the run answers in bits.
const char* training_share_key(const RunView& run);
/// Likewise of the scores, which count whole vectors of bits; KEY_help explains it.
const char* score_share_key(const RunView& run);
/// Whether the answer at this position counts.
bool is_asked(const ProbeShot& shot, std::size_t t);
/// The outputs that the shape of the attention is told of: those that count and are no end mark.
std::vector<int> judged_outputs(const ProbeShot& shot, const std::vector<std::string>& outputs);
/// "<end>", "<pad>", "<start>" or "<unknown>".
bool is_mark(const std::string& token);
/// "Paused at step 600. Exact match 0.98 ..."
std::string announcement_at_rest(const LabState& state, int run);
/// "Computes on the GPU (nvidia hopper). A training step takes 3.1 ms there and 9.8 ms on the CPU."
std::string describe_backend(const LabState& state, int run);
/// "CPU", "GPU".
std::string backend_name(const std::string& backend);
/// How the kernels of the run's GPU are cut, and since when that is known to be the fastest; empty on the CPU.
std::string describe_kernels(const RunView& view);
/// A mark of the timeline in the chosen language.
std::string describe_mark(const Timeline::Mark& mark);
/// What the profile of a step found, in one sentence each: how long it takes, how kernels are cut, then the kernels.
std::vector<std::string> describe_profile(const RunView& view);
/// "3.1", "0.042": milliseconds with as many digits as matter.
std::string milliseconds_text(double ms);
/// Why an input could not be read, in the chosen language where that is known.
std::string fault_text(const InputTried& tried);
/// The same with an example of what can be read; empty where the run's last input could be.
std::string refusal_text(const RunView& view);
/// The answer to the learner's own input.
std::string describe_tried(const LabState& state, int run);

/// The part in a slot by its label in the chosen language: slot_label("task", "reverse").
std::string part_label(const std::string& slot, const std::string& key);

}  // namespace heed
