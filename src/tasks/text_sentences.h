// tasks: the text that the program writes itself, for language models: short English sentences in which a later word
// depends on an earlier one. A verb agrees with its subject across a clause; a name or a thing comes again.
#pragma once

#include <string>

#include "base/rng.h"

namespace heed {

/// One sentence with its full stop.
std::string random_sentence(Random& random);

/// So many sentences, parted by blanks; the same for the same seed.
std::string sentence_text(int sentences, std::uint64_t seed);

}  // namespace heed
