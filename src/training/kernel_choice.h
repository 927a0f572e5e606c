// training: what a run says of the kernels that it computes with on a GPU.
#pragma once

#include <string>

namespace heed {

/// How the kernels are cut on a device.
struct KernelChoice {
  std::string tiles;       ///< of products, and what each invocation has of one: "64x64/8x8"
  bool subgroups = false;  ///< whether rows are added up by them
  std::string since;       ///< "2026-11-21": when this was measured to be the fastest; empty: it is what is good in general
};

}  // namespace heed
