// lab: what a learner should know of an input, or of how the answer came about, before trusting it.
#pragma once

#include <string>

#include "lab/lab_state.h"

namespace heed {

/// That the input is longer than any in training; empty where it is not.
std::string longer_note(const RunView& view, const ProbeShot& shot);

/// How a question about facts is followed from one to the next, where it takes more than one; else empty.
std::string chain_note(const RunView& view, const ProbeShot& shot);

/// What the model answers with the right outputs before each, where on its own it writes something else; else empty.
std::string forced_answer(const ProbeShot& shot);
/// What it writes on its own.
std::string own_answer(const ProbeShot& shot);

}  // namespace heed
