// tests/bench: the multiply-add peak of one core, what the matrix products are held against.
#pragma once

namespace heed::bench {

/// GFLOP/s of independent chains of multiply-adds in registers, with the widest vectors that this program's build
/// allows, at this moment: a processor that is shared gives less.
double multiply_add_rate();
/// The best of several.
double multiply_add_peak();

}  // namespace heed::bench
